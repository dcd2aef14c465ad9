"""The editable cards: which exist, which are behind the ticket, and what became of an edit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, literal, null, select, update
from sqlalchemy.orm import Session

from tracker import outbox, slots
from tracker.db import UtcDateTime
from tracker.facts import Fact, Result, TaskCard, TicketCard
from tracker.models import Card, Place, Ticket
from tracker.outbox import Priority
from tracker.statements import insert_rows, straight, table

FACTS: dict[str, Fact] = {"card": TicketCard(), "task": TaskCard(), "result": Result()}
"""What each role of card tells: in the group, in the party's place, and, when it is done, in the group again."""
ROLES = {fact.kind: role for role, fact in FACTS.items()}

EDIT_LEASE = timedelta(seconds=30)
PUT_OFF = timedelta(seconds=2)  # doubled with each failure, to five minutes
LONGEST_PUT_OFF = timedelta(minutes=5)


def post(
    session: Session, ticket: Ticket, place_id: int, role: str, *, now: datetime, priority: Priority,
    not_before: datetime | None = None,
) -> None:  # fmt: skip
    """A new card, posted through the outbox so that it keeps its turn and is never posted twice."""
    card = find(session, ticket.id, place_id, role)
    if card is None:
        card = Card(ticket_id=ticket.id, place_id=place_id, role=role, wanted_version=1)
        session.add(card)
        session.flush()
    else:  # the same party again, or the old message is gone
        card.wanted_version += 1
        card.shown_version, card.message, card.next_at = 0, None, None
    about = About(ticket.id, ticket.community_id, ticket.message, ticket.topic)
    first = First(place_id, role, priority, not_before)
    outbox.post_all(session, [_letter(card.wanted_version, about, first, now)])


@dataclass(frozen=True)
class About:
    """The ticket a card is about, and the message that reported it."""

    ticket_id: int
    community_id: int
    message: int | None
    topic: int | None


@dataclass(frozen=True)
class First:
    """A card that is nowhere yet."""

    place_id: int
    role: str
    priority: Priority
    not_before: datetime | None = None


def post_first(session: Session, about: About, firsts: Sequence[First], *, now: datetime) -> None:
    """The cards of a new ticket, which has none yet."""
    rows = [
        {"ticket_id": about.ticket_id, "place_id": first.place_id, "role": first.role, "wanted_version": 1}
        for first in firsts
    ]
    insert_rows(session, Card, rows)
    outbox.post_all(session, [_letter(1, about, first, now) for first in firsts])


def _letter(version: int, about: About, first: First, now: datetime) -> dict[str, Any]:
    in_group = first.role != "task"
    return outbox.row(
        first.place_id,
        FACTS[first.role],
        dedup=f"{first.role}:{about.ticket_id}:{first.place_id}:{version}",
        now=now,
        community_id=about.community_id,
        priority=first.priority,
        not_before=first.not_before,
        ticket_id=about.ticket_id,
        reply_to=about.message if in_group else None,
        topic=about.topic if in_group else None,
    )


def find(session: Session, ticket_id: int, place_id: int, role: str) -> Card | None:
    here = (Card.ticket_id == ticket_id, Card.place_id == place_id, Card.role == role)
    return session.scalars(select(Card).where(*here)).one_or_none()


def bump(session: Session, *ticket_ids: int, now: datetime) -> None:
    """The tickets changed: every card of theirs must be made true again."""
    session.execute(
        update(Card)
        .where(Card.ticket_id.in_(ticket_ids))
        .values(wanted_version=Card.wanted_version + 1, next_at=now)
        .execution_options(synchronize_session="fetch")
    )


_FALL_BEHIND = (
    update(table(Card))
    .where(table(Card).c.ticket_id.in_(bindparam("tickets", expanding=True)))
    .values(wanted_version=table(Card).c.wanted_version + 1, next_at=bindparam("now"))
)


def fall_behind(session: Session, ticket_ids: Sequence[int], *, now: datetime) -> None:
    """The same for many tickets, of whose cards the session holds none."""
    if ticket_ids:
        straight(session).execute(_FALL_BEHIND, {"tickets": list(ticket_ids), "now": now})


_NOW = bindparam("now", type_=UtcDateTime)
_STALE = (Card.shown_version < Card.wanted_version, Card.message.is_not(None), Card.next_at <= _NOW)
_TAKE = (
    select(Card, Place)
    .join(Place, Place.id == Card.place_id)
    .where(Card.id.in_(bindparam("cards", expanding=True)), *_STALE)
    .with_for_update(of=(Card, Place), skip_locked=True)
)


def take(session: Session, ids: Sequence[int], *, now: datetime) -> list[int]:
    """Lease these for an edit, as far as they still are behind and their places may be spoken to."""
    rows = session.execute(_TAKE, {"cards": list(ids), "now": now}).all()
    taken = []
    for card, place in sorted(rows, key=lambda pair: ids.index(pair[0].id)):
        room_at = max(slots.room_at(place, now, 1), place.slot_at or now)
        if room_at > now or place.blocked_at is not None:
            continue
        slots.take(place, now, others_wait=slots.is_last(place, now, 1))
        card.next_at = now + EDIT_LEASE
        taken.append(card.id)
    session.flush()
    return taken


def posted(card: Card, message: int, address: str, *, has_photo: bool, version: int, now: datetime) -> None:
    """It stands there and shows `version`. Nobody holds the card's row: the writing asks if that is old by now."""
    card.message, card.address, card.has_photo = message, address, has_photo
    card.shown_version, card.fails = max(card.shown_version, version), 0
    moved_on = Card.wanted_version > card.shown_version
    card.next_at = case((moved_on, literal(now, UtcDateTime)), else_=null())


def shown(card: Card, version: int) -> None:
    card.shown_version = max(card.shown_version, version)
    card.fails = 0
    if card.shown_version >= card.wanted_version:
        card.next_at = None


def gone(session: Session, card: Card, *, now: datetime) -> None:
    """Somebody deleted it: the group still needs one card, so it is posted anew."""
    ticket = session.get_one(Ticket, card.ticket_id)
    post(session, ticket, card.place_id, card.role, now=now, priority=Priority.ROUTINE)


def put_off(card: Card, *, now: datetime, at_least: timedelta = PUT_OFF) -> None:
    card.fails += 1
    card.next_at = now + max(at_least, min(PUT_OFF * 2 ** min(card.fails, 9), LONGEST_PUT_OFF))


def give_up(card: Card) -> None:
    """This edit can never be made (the place is gone, or the platform refuses it for good)."""
    card.shown_version, card.next_at = card.wanted_version, None
