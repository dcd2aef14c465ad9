"""The case itself: ticket, its history, its clock, and what people add to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.models.columns import Key, OfTicket

FORGOTTEN, NOBODY = "forgotten", "nobody"  # who reported: one whose words are gone; and when it was opened again since


class Ticket(Base):
    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        UniqueConstraint("source"),  # one message opens one ticket
        Index(
            "ix_ticket_open",
            "community_id",
            "status",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_ticket_reporter", "reporter", "community_id"),
        Index(  # whose words have to go one day (tracker/privacy.py)
            "ix_ticket_ended",
            "closed_at",
            sqlite_where=text("closed_at IS NOT NULL AND reporter <> 'forgotten'"),
            postgresql_where=text("closed_at IS NOT NULL AND reporter <> 'forgotten'"),
        ),
        Index("ix_ticket_created", "community_id", "created_at"),  # figures of a day, of a month (tracker/figures.py)
        Index(
            "ix_ticket_closed",
            "community_id",
            "closed_at",
            "outcome",
            sqlite_where=text("closed_at IS NOT NULL"),
            postgresql_where=text("closed_at IS NOT NULL"),
        ),
        CheckConstraint("(status IN ('closed', 'rejected')) = (closed_at IS NOT NULL)", name="closed"),
    )

    id: Mapped[Key] = mapped_column(init=False)
    version: Mapped[int] = mapped_column(init=False)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    number: Mapped[int]
    source: Mapped[str | None]  # the message that reported it; None once that is forgotten (tracker/privacy.py)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))  # where it was said and is answered, if known
    message: Mapped[int | None] = mapped_column(BigInteger)
    topic: Mapped[int | None]
    reporter: Mapped[str]
    status: Mapped[str]
    urgency: Mapped[str]
    tier: Mapped[str]
    category: Mapped[str]
    tag: Mapped[str | None]
    place_text: Mapped[str]
    building: Mapped[str]
    unit: Mapped[str]
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"))
    title: Mapped[str]
    words: Mapped[str]
    masked: Mapped[str]
    emergency: Mapped[str | None]
    praise: Mapped[bool]
    check: Mapped[bool]
    created_at: Mapped[datetime]
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), default=None)
    assist: Mapped[list[Any]] = mapped_column(default_factory=list)
    accept_by: Mapped[datetime | None] = mapped_column(default=None)
    resolve_by: Mapped[datetime | None] = mapped_column(default=None)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    taken_by: Mapped[str | None] = mapped_column(default=None)  # the liaison's name, as the group may see it
    handled_at: Mapped[datetime | None] = mapped_column(default=None)
    handled_by: Mapped[str | None] = mapped_column(default=None)  # an address: he never confirms
    done_words: Mapped[str | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(default=None)  # rated, lapsed, closed, recorded, rejected
    reason: Mapped[str | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(default=None)
    reopened: Mapped[int] = mapped_column(default=0)
    watched_by: Mapped[str | None] = mapped_column(default=None)
    watched_until: Mapped[datetime | None] = mapped_column(default=None)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own protocol


class Event(Base):
    """Append-only: who did what when. The source of every figure."""

    __tablename__ = "event"

    id: Mapped[Key] = mapped_column(init=False)
    ticket_id: Mapped[OfTicket] = mapped_column(index=True)
    at: Mapped[datetime]
    actor: Mapped[str]  # an address, or "bot"
    kind: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class Attachment(Base):
    """A photo of a ticket, or, with an album and no ticket yet, one whose caption has not come; those live an hour."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("ticket_id", "stage", "unique_ref"), Index("ix_attachment_album", "album"))

    id: Mapped[Key] = mapped_column(init=False)
    at: Mapped[datetime]
    stage: Mapped[str]  # before or after
    ref: Mapped[str]
    unique_ref: Mapped[str]
    kind: Mapped[str]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), default=None)
    album: Mapped[str | None] = mapped_column(default=None)


class Supporter(Base):
    """我家也有: one a person and ticket."""

    __tablename__ = "supporter"

    ticket_id: Mapped[OfTicket] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Rating(Base):
    """The reporter's answer, one a round: reopening starts a new round."""

    __tablename__ = "rating"
    __table_args__ = (Index("ix_rating_at", "at"),)

    ticket_id: Mapped[OfTicket] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    score: Mapped[str]
    at: Mapped[datetime]


class Approval(Base):
    """A request of the party's and its decision: who asked, why, who decided, when."""

    __tablename__ = "approval"
    __table_args__ = (
        Index(
            "uq_approval_waiting",
            "ticket_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
        CheckConstraint("(decided_at IS NULL) = (allowed IS NULL)", name="decided"),
    )

    id: Mapped[Key] = mapped_column(init=False)
    ticket_id: Mapped[OfTicket] = mapped_column(index=True)
    kind: Mapped[str]  # return or extension
    asked_by: Mapped[str]
    asked_name: Mapped[str]
    asked_at: Mapped[datetime]
    why: Mapped[str]
    span: Mapped[str | None] = mapped_column(default=None)
    party: Mapped[str | None] = mapped_column(default=None)  # whom the asker proposes instead
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), default=None)
    decided_by: Mapped[str | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    allowed: Mapped[bool | None] = mapped_column(default=None)


class Clock(Base):
    """The next moment at which somebody is told: exactly one row a ticket, due or stopped, never neither."""

    __tablename__ = "clock"
    __table_args__ = (
        CheckConstraint("(due_at IS NULL) <> (stopped IS NULL)", name="due_or_stopped"),
        Index(
            "ix_clock_due",
            "due_at",
            "ticket_id",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    ticket_id: Mapped[OfTicket] = mapped_column(primary_key=True)
    phase: Mapped[str]
    epoch: Mapped[int]  # bumped by every human act: a page of an older epoch is void
    rung: Mapped[int]  # the next rung to be told, counted from 0
    n: Mapped[int]  # how often that rung has been told
    anchor_at: Mapped[datetime]  # from when the limit runs
    limit_at: Mapped[datetime]  # when it ends
    ladder_id: Mapped[int] = mapped_column(ForeignKey("ladder.id"))
    due_at: Mapped[datetime | None] = mapped_column(default=None)
    stopped: Mapped[str | None] = mapped_column(default=None)
    fails: Mapped[int] = mapped_column(default=0)


class Card(Base):
    """A message that is kept true by editing: behind while wanted_version > shown_version."""

    __tablename__ = "card"
    __table_args__ = (
        UniqueConstraint("ticket_id", "place_id", "role"),
        Index(
            "ix_card_message",
            "place_id",
            "message",
            sqlite_where=text("message IS NOT NULL"),
            postgresql_where=text("message IS NOT NULL"),
        ),
        Index(
            "ix_card_behind",
            "next_at",
            sqlite_where=text("shown_version < wanted_version"),
            postgresql_where=text("shown_version < wanted_version"),
        ),
        Index(  # the same, place by place (tracker/delivery/rounds.py)
            "ix_card_turn",
            "place_id",
            "next_at",
            sqlite_where=text("shown_version < wanted_version"),
            postgresql_where=text("shown_version < wanted_version"),
        ),
    )

    id: Mapped[Key] = mapped_column(init=False)
    ticket_id: Mapped[OfTicket]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    role: Mapped[str]  # card and result in the group, task in the party's place (tracker/cards.py)
    wanted_version: Mapped[int]
    shown_version: Mapped[int] = mapped_column(default=0)
    message: Mapped[int | None] = mapped_column(BigInteger, default=None)
    address: Mapped[str | None] = mapped_column(default=None)  # where it was posted: old cards keep the old chat id
    has_photo: Mapped[bool] = mapped_column(default=False)
    next_at: Mapped[datetime | None] = mapped_column(default=None)
    fails: Mapped[int] = mapped_column(default=0)
