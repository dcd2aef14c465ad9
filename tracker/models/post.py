"""What came in and what goes out: inbox, outbox, the receiver's cursor, the calendar's slots, the engine's lease."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.models.columns import Big, Key


class Inbox(Base):
    """An update as it came, committed before it is confirmed. Once handled the raw text is gone: talk is not stored."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot", "update_id"),
        Index(
            "ix_inbox_waiting", "id", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")
        ),
        Index(
            "ix_inbox_chat",
            "chat",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_inbox_urgent",
            "id",
            sqlite_where=text("state = 'waiting' AND urgent"),
            postgresql_where=text("state = 'waiting' AND urgent"),
        ),
        Index(
            "ix_inbox_dead",
            "audited",
            "id",
            sqlite_where=text("state = 'dead'"),
            postgresql_where=text("state = 'dead'"),
        ),
        CheckConstraint("state IN ('waiting', 'done', 'dead')", name="state"),
    )

    id: Mapped[Key] = mapped_column(init=False)
    bot: Mapped[str]  # the bot's id and the API root: update ids are theirs
    update_id: Mapped[Big]
    chat: Mapped[str]
    raw: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(default=None)
    urgent: Mapped[bool] = mapped_column(default=False)  # it may speak of danger: its chat goes before the others
    audited: Mapped[bool] = mapped_column(default=False)  # that it is dead has been noticed


class Cursor(Base):
    """Where the receiver goes on, per bot and API root."""

    __tablename__ = "cursor"

    bot: Mapped[str] = mapped_column(primary_key=True)
    next_offset: Mapped[Big]


class Outbox(Base):
    """A notice on its way: one per dedup key, one in flight per place."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("dedup"),
        Index(
            "ix_outbox_due",
            "community_id",
            "priority",
            "not_before",
            "id",
            "kind",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_outbox_turn",
            "community_id",
            "priority",
            "place_id",
            "not_before",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_outbox_place",
            "place_id",
            "priority",
            "id",
            sqlite_where=text("state IN ('pending', 'sending')"),
            postgresql_where=text("state IN ('pending', 'sending')"),
        ),
        Index(
            "uq_outbox_in_flight",
            "place_id",
            unique=True,
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index("ix_outbox_ticket", "ticket_id"),
        Index(
            "ix_outbox_message",
            "place_id",
            "message",
            sqlite_where=text("message IS NOT NULL"),
            postgresql_where=text("message IS NOT NULL"),
        ),
        Index(
            "ix_outbox_trouble",
            "audited",
            "state",
            sqlite_where=text("state IN ('unsure', 'dead')"),
            postgresql_where=text("state IN ('unsure', 'dead')"),
        ),
        Index(
            "ix_outbox_bundle",
            "bundle_id",
            sqlite_where=text("bundle_id IS NOT NULL"),
            postgresql_where=text("bundle_id IS NOT NULL"),
        ),
        CheckConstraint("state IN ('pending', 'sending', 'sent', 'unsure', 'dead', 'void', 'bundled')", name="state"),
        CheckConstraint("kind IN ('page', 'notice', 'card')", name="kind"),
    )

    id: Mapped[Key] = mapped_column(init=False)
    dedup: Mapped[str]
    kind: Mapped[str]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    priority: Mapped[int]
    not_before: Mapped[datetime]
    fact: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"), default=None)  # whose turn it is
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), default=None)
    epoch: Mapped[int | None] = mapped_column(default=None)  # void once the ticket's clock has a newer one
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    reply_to: Mapped[int | None] = mapped_column(BigInteger, default=None)
    topic: Mapped[int | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default="pending")
    attempt: Mapped[int] = mapped_column(default=0)
    resends: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    after: Mapped[int | None] = mapped_column(BigInteger, default=None)  # it can only stand behind this message
    message: Mapped[int | None] = mapped_column(BigInteger, default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    error: Mapped[str | None] = mapped_column(default=None)
    bundle_id: Mapped[int | None] = mapped_column(BigInteger, default=None)  # the list message that tells it
    audited: Mapped[bool] = mapped_column(default=False)  # that it went wrong has been noticed


class Alarm(Base):
    """What all coordinators of a community are to know, kept some days for those who could not be told then."""

    __tablename__ = "alarm"
    __table_args__ = (
        UniqueConstraint("community_id", "key"),
        Index("ix_alarm_at", "at"),
        Index("ix_alarm_ticket", "ticket_id"),
    )

    id: Mapped[Key] = mapped_column(init=False)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    key: Mapped[str]
    fact: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), default=None)
    epoch: Mapped[int | None] = mapped_column(default=None)  # over once the ticket's clock has a newer one


class Slot(Base):
    """An occasion of the calendar that has been rung: it happens once."""

    __tablename__ = "slot"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)


class Lease(Base):
    """Who does what only one machine should do at a time; bound to holder and term, so a late holder is refused."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    term: Mapped[Big]
    expires_at: Mapped[datetime]
    mode: Mapped[str]  # how updates come in: polling or webhook
