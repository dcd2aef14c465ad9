"""Notices on their way out: posted with the change they tell of. They are claimed and settled in delivery/."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import and_, bindparam, func, literal, select, update
from sqlalchemy.orm import Session

from tracker.facts import MUST_ARRIVE, Fact
from tracker.models import Card, Outbox, Place, Ticket
from tracker.statements import insert_once, insert_rows, straight, table

ANSWERS = "answer:"  # how their dedup keys begin
LEASE = timedelta(seconds=30)  # longer than a send may take (bot/speak), so a live sender never loses its row
RESENDS_AFTER_CRASH = 5  # a row that kills the process must not loop for ever


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
    community_id: int | None = None,
) -> bool:
    """Put a notice into the outbox in the caller's transaction; false when the same one is there already.

    `community_id`, the one that speaks, is looked up where the caller does not know it.
    """
    whose = community_id or _whose_turn(session, place_id, ticket_id)
    notice = row(
        place_id, fact, dedup=dedup, now=now, community_id=whose, priority=priority,
        ticket_id=ticket_id, epoch=epoch, not_before=not_before, expires_at=expires_at, reply_to=reply_to, topic=topic,
    )  # fmt: skip
    return insert_once(session, Outbox, notice, on=("dedup",))


def post_all(session: Session, notices: Sequence[dict[str, Any]]) -> None:
    """Put many notices (see `row`) into the outbox with one statement; one that is there already stays as it is."""
    insert_rows(session, Outbox, notices, unless=("dedup",))


def row(
    place_id: int,
    fact: Fact,
    *,
    dedup: str,
    now: datetime,
    community_id: int | None,
    priority: Priority,
    ticket_id: int | None = None,
    epoch: int | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    reply_to: int | None = None,
    topic: int | None = None,
) -> dict[str, Any]:
    """A notice as the table takes it."""
    return {
        "dedup": dedup,
        "kind": kind_of(fact),
        "place_id": place_id,
        "priority": int(priority),
        "not_before": not_before or now,
        "fact": fact.model_dump(mode="json"),
        "created_at": now,
        "community_id": community_id,
        "ticket_id": ticket_id,
        "epoch": epoch,
        "expires_at": expires_at,
        "reply_to": reply_to,
        "topic": topic,
        "state": "pending",
        "attempt": 0,
        "resends": 0,
    }


_OF_TICKET = select(table(Ticket).c.community_id).where(table(Ticket).c.id == bindparam("id"))
_OF_PLACE = select(table(Place).c.community_id).where(table(Place).c.id == bindparam("id"))


def _whose_turn(session: Session, place_id: int, ticket_id: int | None) -> int | None:
    """The community that speaks: the ticket's, since a private chat may belong to several."""
    if ticket_id is not None:
        return straight(session).scalar(_OF_TICKET, {"id": ticket_id})
    return straight(session).scalar(_OF_PLACE, {"id": place_id})


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
    return any(fact.get("kind") == kind for fact in session.scalars(waiting))


def is_answer(row: Outbox) -> bool:
    """Said to whoever had just spoken, and about no one ticket: once it is said, nobody asks what it was."""
    return row.ticket_id is None and row.dedup.startswith(ANSWERS)


def after_unknown(row: Outbox, why: str, *, most: int) -> None:
    """Nobody knows whether it arrived (DESIGN promise 3). A card can be looked for, so it may go again."""
    row.error, row.lease_until = why, None
    if row.kind != "notice" and row.resends < most:
        row.state, row.resends = "pending", row.resends + 1
        if row.kind == "card":
            row.priority = Priority.LOOKED_FOR
    else:
        row.state = "unsure"


def newest_private(session: Session) -> int:
    """The latest message known in any private chat: they number their messages together."""
    private = Place.kind == literal("private", literal_execute=True)
    return session.scalar(select(func.max(Place.newest)).where(private)) or 0


def heard(place: Place, message: int) -> None:
    """There is a message, ours or somebody's: what is sent from now on stands behind it."""
    place.newest = max(place.newest or 0, message)


_HEARD = (
    update(table(Place))
    .where(table(Place).c.id == bindparam("place"), func.coalesce(table(Place).c.newest, 0) < bindparam("message"))
    .values(newest=bindparam("message"))
)


def heard_in(session: Session, place_id: int, message: int) -> None:
    """The same, for a chat of which nothing else is asked."""
    straight(session).execute(_HEARD, {"place": place_id, "message": message})


def about(session: Session, place_id: int, message: int) -> tuple[int, dict[str, object] | None] | None:
    """(ticket id, fact) that a message in a place is about: a card, a notice of ours, or the report itself."""
    row = session.execute(
        select(Outbox.ticket_id, Outbox.fact).where(
            Outbox.place_id == place_id,
            Outbox.message == message,
            Outbox.bundle_id.is_(None),  # a list is about no one ticket
        )
    ).first()
    if row is not None and row.ticket_id is not None:
        return row.ticket_id, row.fact
    here = select(Place.address).where(Place.id == place_id).scalar_subquery()
    found = select(Card.ticket_id).where(Card.place_id == place_id, Card.message == message, Card.address == here)
    card = session.scalar(found)
    if card is not None:
        return card, None
    said = select(Place.address + f":{message}").where(Place.id == place_id).scalar_subquery()
    report = session.scalar(select(Ticket.id).where(Ticket.source == said))
    return (report, None) if report is not None else None
