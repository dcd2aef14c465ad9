"""The editable cards: which exist, which are behind the ticket, and what became of an edit."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from tracker import outbox
from tracker.facts import Fact, Result, TaskCard, TicketCard
from tracker.models import Card, Outbox, Place, Ticket
from tracker.outbox import Priority

FACTS: dict[str, Fact] = {"card": TicketCard(), "task": TaskCard(), "result": Result()}
"""What each role of card tells: in the group, in the party's place, and, when it is done, in the group again."""

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
    in_group = role != "task"
    outbox.post(
        session,
        place_id,
        FACTS[role],
        dedup=f"{role}:{card.id}:{card.wanted_version}",
        now=now,
        priority=priority,
        not_before=not_before,
        ticket_id=ticket.id,
        reply_to=ticket.message if in_group else None,
        topic=ticket.topic if in_group else None,
    )


def find(session: Session, ticket_id: int, place_id: int, role: str) -> Card | None:
    here = (Card.ticket_id == ticket_id, Card.place_id == place_id, Card.role == role)
    return session.scalars(select(Card).where(*here)).one_or_none()


def bump(session: Session, ticket_id: int, *, now: datetime) -> None:
    """The ticket changed: every card of it must be made true again."""
    session.execute(
        update(Card)
        .where(Card.ticket_id == ticket_id)
        .values(wanted_version=Card.wanted_version + 1, next_at=now)
        .execution_options(synchronize_session="fetch")
    )


def behind(session: Session, *, now: datetime, limit: int) -> Sequence[Card]:
    """Lease posted cards that show an old version, in places that may be spoken to now."""
    speakable = (or_(Place.slot_at.is_(None), Place.slot_at <= now), Place.blocked_at.is_(None))
    stale = (Card.shown_version < Card.wanted_version, Card.message.is_not(None), Card.next_at <= now)
    unsaid = exists().where(Outbox.place_id == Card.place_id, Outbox.state == "pending", Outbox.not_before <= now)
    rows = session.scalars(
        select(Card)
        .join(Place, Place.id == Card.place_id)
        .where(*stale, *speakable, ~unsaid)  # a new message goes first: somebody waits for it
        .order_by(Card.next_at, Card.id)
        .limit(limit)
        .with_for_update(of=Card, skip_locked=True)
    ).all()
    taken, spoken = [], set()
    for card in rows:
        if card.place_id in spoken:
            continue
        spoken.add(card.place_id)
        outbox.take_slot(session.get_one(Place, card.place_id), now)
        card.next_at = now + EDIT_LEASE
        taken.append(card)
    session.flush()
    return taken


def posted(session: Session, card: Card, message: int, address: str, *, has_photo: bool, version: int) -> None:
    card.message, card.address, card.has_photo = message, address, has_photo
    shown(card, version)


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
