"""Notices on their way out: posted with the change they tell of, claimed in order per place, settled one by one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import ScalarSelect, Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from tracker.db import insert_once
from tracker.facts import MUST_ARRIVE, Fact
from tracker.models import Card, Clock, Outbox, Place, Ticket

LEASE = timedelta(seconds=30)  # longer than a send may take (bot/speak), so a live sender never loses its row
RESENDS_AFTER_CRASH = 5  # a row that kills the process must not loop for ever
PER_MINUTE = 20  # messages a minute and group (core.telegram.org/bots/faq: limits)
PACE = timedelta(seconds=1)  # one message a second and chat


class Priority(IntEnum):
    """Who goes first in a place and among places; smaller is sooner."""

    LOOKED_FOR = -10  # a card that may stand already: found before anything else is posted there
    CRITICAL = 0
    ANSWER = 10  # somebody has just said or pressed something
    PAGE = 20
    ROUTINE = 30


def post(
    session: Session,
    place_id: int,
    fact: Fact,
    *,
    dedup: str,
    now: datetime,
    priority: Priority = Priority.ANSWER,
    ticket_id: int | None = None,
    epoch: int | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    reply_to: int | None = None,
    topic: int | None = None,
) -> bool:
    """Put a notice into the outbox in the caller's transaction; false when the same one is there already."""
    return insert_once(
        session,
        Outbox,
        {
            "dedup": dedup,
            "kind": kind_of(fact),
            "place_id": place_id,
            "priority": int(priority),
            "not_before": not_before or now,
            "fact": fact.model_dump(mode="json"),
            "created_at": now,
            "community_id": _whose_turn(place_id, ticket_id),
            "ticket_id": ticket_id,
            "epoch": epoch,
            "expires_at": expires_at,
            "reply_to": reply_to,
            "topic": topic,
            "state": "pending",
            "attempt": 0,
            "resends": 0,
        },
        on=("dedup",),
    )


def _whose_turn(place_id: int, ticket_id: int | None) -> ScalarSelect[int | None]:
    """The community that speaks: the ticket's, since a private chat may belong to several."""
    if ticket_id is not None:
        return select(Ticket.community_id).where(Ticket.id == ticket_id).scalar_subquery()
    return select(Place.community_id).where(Place.id == place_id).scalar_subquery()


def kind_of(fact: Fact) -> str:
    if fact.kind in ("ticket_card", "task_card", "result"):
        return "card"
    return "page" if fact.kind in MUST_ARRIVE else "notice"


def void(session: Session, ticket_id: int, *, before_epoch: int) -> None:
    """What was to be said about an earlier state of the ticket is not said any more."""
    stale = and_(Outbox.ticket_id == ticket_id, Outbox.state == "pending", Outbox.epoch < before_epoch)
    session.execute(update(Outbox).where(stale).values(state="void"))


def void_task(session: Session, ticket_id: int, place_id: int) -> None:
    """The task went elsewhere before it was even posted here."""
    unsent = and_(Outbox.ticket_id == ticket_id, Outbox.place_id == place_id, Outbox.state == "pending",
                  Outbox.kind == "card", Outbox.dedup.like("task:%"))  # fmt: skip
    session.execute(update(Outbox).where(unsent).values(state="void"))


def is_pending(session: Session, ticket_id: int, place_id: int, kind: str) -> bool:
    """Whether a notice of this kind about the ticket still waits for this place."""
    waiting = select(Outbox.fact).where(
        Outbox.ticket_id == ticket_id, Outbox.place_id == place_id, Outbox.state == "pending"
    )
    return any(fact["kind"] == kind for fact in session.scalars(waiting))


def claim(session: Session, *, now: datetime, limit: int) -> Sequence[Outbox]:
    """Lease the first due notice of each place that may be spoken to now; at most one in flight a place.

    Rows whose sender died come back here, so there is no reaper that could itself get stuck.
    """
    _reclaim(session, now)
    claimed = []
    for row in session.scalars(_ready(now).limit(limit).with_for_update(of=Outbox, skip_locked=True)).all():
        if _is_over(session, row, now):
            continue
        row.state, row.attempt, row.lease_until = "sending", row.attempt + 1, now + LEASE
        place = session.get_one(Place, row.place_id)
        if not row.resends:  # once it may stand already, we look from where the first attempt began
            row.after = newest(session, place)
        take_slot(place, now)
        claimed.append(row)
    session.flush()
    return claimed


def _ready(now: datetime) -> Select[Outbox]:
    earlier = aliased(Outbox)
    in_the_way = exists().where(
        earlier.place_id == Outbox.place_id,
        earlier.state.in_(("pending", "sending")),
        or_(
            earlier.state == "sending",
            and_(
                earlier.not_before <= now,  # a row put off until morning does not stall the place
                or_(
                    earlier.priority < Outbox.priority,
                    and_(earlier.priority == Outbox.priority, earlier.id < Outbox.id),
                ),
            ),
        ),
    )
    return (
        select(Outbox)
        .join(Place, Place.id == Outbox.place_id)
        .where(
            Outbox.state == "pending",
            Outbox.not_before <= now,
            or_(Place.slot_at.is_(None), Place.slot_at <= now),
            Place.blocked_at.is_(None),
            Place.address.is_not(None),
            ~in_the_way,
        )
        .order_by(Outbox.priority, Outbox.not_before, Outbox.id)
    )


def _reclaim(session: Session, now: datetime) -> None:
    """The sender died between claim and record: a page goes again, marked; a card is looked for; a notice is unsure."""
    lost = select(Outbox).where(Outbox.state == "sending", Outbox.lease_until < now)
    for row in session.scalars(lost.with_for_update(skip_locked=True)).all():
        after_unknown(row, "the sender ended before it knew", most=RESENDS_AFTER_CRASH)
    session.flush()


def after_unknown(row: Outbox, why: str, *, most: int) -> None:
    """Nobody knows whether it arrived (DESIGN promise 3). A card can be looked for, so it may go again."""
    row.error, row.lease_until = why, None
    if row.kind != "notice" and row.resends < most:
        row.state, row.resends = "pending", row.resends + 1
        if row.kind == "card":
            row.priority = Priority.LOOKED_FOR
    else:
        row.state = "unsure"


def newest(session: Session, place: Place) -> int:
    """The latest message known in a chat. Private chats number their messages together."""
    if place.kind != "private":
        return place.newest or 0
    return session.scalar(select(func.max(Place.newest)).where(Place.kind == "private")) or 0


def heard(place: Place, message: int) -> None:
    """There is a message, ours or somebody's: what is sent from now on stands behind it."""
    place.newest = max(place.newest or 0, message)


def _is_over(session: Session, row: Outbox, now: datetime) -> bool:
    """Asked again at the last moment: what was accepted meanwhile is not chased."""
    if row.expires_at is not None and row.expires_at <= now:
        row.state, row.error = "void", "expired"
    elif row.epoch is not None and row.epoch != session.scalar(_epoch_of(row.ticket_id)):
        row.state = "void"
    return row.state == "void"


def _epoch_of(ticket_id: int | None) -> Select[int]:
    return select(Clock.epoch).where(Clock.ticket_id == ticket_id)


def take_slot(place: Place, now: datetime) -> None:
    """One message a second and chat, twenty in any minute and group; kept in the row, so a restart keeps the pace."""
    stamp = now.timestamp()
    recent = [*[t for t in place.recent if stamp - 60 < t <= stamp][-PER_MINUTE + 1 :], stamp]
    place.slot_at = now + PACE
    if place.kind != "private" and len(recent) >= PER_MINUTE:
        place.slot_at = max(place.slot_at, now + timedelta(seconds=recent[-PER_MINUTE] + 60.5 - stamp))
    place.recent = recent


def about(session: Session, place_id: int, message: int) -> tuple[int, dict[str, object] | None] | None:
    """(ticket id, fact) that a message in a place is about: a card, a notice of ours, or the report itself."""
    row = session.execute(
        select(Outbox.ticket_id, Outbox.fact).where(Outbox.place_id == place_id, Outbox.message == message)
    ).first()
    if row is not None and row.ticket_id is not None:
        return row.ticket_id, row.fact
    card = session.scalar(select(Card.ticket_id).where(Card.place_id == place_id, Card.message == message))
    if card is not None:
        return card, None
    report = session.scalar(select(Ticket.id).where(Ticket.place_id == place_id, Ticket.message == message))
    return (report, None) if report is not None else None
