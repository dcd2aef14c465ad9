"""What is late, asked of the indexes of what waits: cheap whatever lies in the tables."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, or_, select, text
from sqlalchemy.orm import Session

from tracker import outbox
from tracker.audit.trouble import MOST, Seen, Trouble, by_community
from tracker.delivery.turns import Turns, waiting
from tracker.models import Card, Clock, Community, Inbox, Outbox, Place, Ticket

LATE = timedelta(minutes=5)
CARD_LATE = timedelta(minutes=10)
CLAIM_LATE = timedelta(minutes=1)  # past its lease: the next claim takes such a row back within a second
QUEUED = timedelta(hours=1)  # while others are being said, a letter may wait for Telegram's pace, but not that long

GONE_WRONG = text("outbox.state IN ('unsure', 'dead')")  # as the index has it, word for word: else SQLite reads all
_AT: BindParameter[Any] = bindparam("at")
_CLOCKS = (
    select(Clock.ticket_id, Clock.due_at, Ticket.community_id, Community.prefix, Ticket.number)
    .join(Ticket, Ticket.id == Clock.ticket_id)
    .join(Community, Community.id == Ticket.community_id)
    .where(Clock.due_at <= _AT)
    .order_by(Clock.due_at, Clock.ticket_id)
    .limit(MOST)
)
_LETTERS = (
    select(Outbox.id, Outbox.community_id, Outbox.ticket_id, Outbox.not_before)
    .where(Outbox.id.in_(bindparam("letters", expanding=True)))
    .order_by(Outbox.id)
    .limit(MOST)
)
_IN_VAIN = (  # they were tried, and their places rest until the next time
    select(Outbox.id)
    .join(Place, Place.id == Outbox.place_id)
    .where(
        text("outbox.state = 'pending'"),
        Outbox.priority == bindparam("priority"),
        Outbox.not_before <= _AT,
        Outbox.error.is_not(None),
        Place.address.is_not(None),
        Place.blocked_at.is_(None),
    )
    .limit(MOST)
)
_CLAIMS = select(Outbox.id, Outbox.community_id, Outbox.ticket_id).where(
    text("outbox.state = 'sending'"),
    or_(Outbox.lease_until.is_(None), Outbox.lease_until <= _AT, Outbox.lease_until > bindparam("never")),
)
_WRONG = (
    select(Outbox.id, Outbox.community_id, Outbox.ticket_id, Outbox.state, Outbox.kind, Outbox.fact, Place.blocked_at)
    .join(Place, Place.id == Outbox.place_id)
    .where(GONE_WRONG, Outbox.audited.is_(False))
    .limit(MOST)
)
_OLDEST = select(Inbox.id, Inbox.at).where(text("inbox.state = 'waiting'")).order_by(Inbox.id).limit(1)
_PARKED = select(Inbox.id).where(text("inbox.state = 'dead'"), Inbox.audited.is_(False)).limit(MOST)
_CARDS = (
    select(Card.id, Card.ticket_id, Card.next_at, Ticket.community_id, Community.prefix, Ticket.number)
    .join(Place, Place.id == Card.place_id)
    .join(Ticket, Ticket.id == Card.ticket_id)
    .join(Community, Community.id == Ticket.community_id)
    .where(
        Card.shown_version < Card.wanted_version,
        Card.message.is_not(None),
        Card.next_at <= _AT,
        Place.blocked_at.is_(None),
        or_(Place.slot_at.is_(None), Place.slot_at <= _AT),
    )
    .order_by(Card.next_at)
    .limit(MOST)
)


def look(session: Session, *, now: datetime, speaking: bool) -> list[Trouble]:
    """`speaking`: something has been said in the last minute, so a queue is slow and does not stand still."""
    return [
        *_clocks(session, now),
        *_letters(session, now, speaking),
        *_claims(session, now),
        *_gone_wrong(session),
        *_updates(session, now),
        *_parked(session),
        *_cards(session, now),
    ]


def _clocks(session: Session, now: datetime) -> list[Trouble]:
    seen = (
        Seen(row.ticket_id, row.community_id, row.ticket_id, f"{row.prefix}{row.number}", row.due_at)
        for row in session.execute(_CLOCKS, {"at": now - LATE})
    )
    return by_community("clocks_late", seen)


def late_letter(session: Session, *, now: datetime) -> datetime | None:
    """Since when the first letter waits that could have been said for more than LATE; None where there is none."""
    return min((row.not_before for row in _late(session, now - LATE, 1)), default=None)


def _letters(session: Session, now: datetime, speaking: bool) -> list[Trouble]:
    rows = _late(session, now - (QUEUED if speaking else LATE), MOST)
    return by_community(
        "letters_late", (Seen(row.id, row.community_id, row.ticket_id, since=row.not_before) for row in rows)
    )


def _late(session: Session, at: datetime, limit: int) -> Sequence[Row[int, int | None, int | None, datetime]]:
    """Letters that nothing has held back since `at`: neither night, nor a place's pace, nor that nobody hears us there.

    Those that would have been said next by then; and those that were tried in vain.
    """
    late = waiting(session, at)
    if not late:
        return []
    found = Turns().next(session, now=at, limit=limit)
    for priority, whose in late:
        mine = Outbox.community_id.is_(None) if whose is None else Outbox.community_id == whose
        found += session.scalars(_IN_VAIN.where(mine), {"at": at, "priority": priority}).all()
    return session.execute(_LETTERS, {"letters": found}).all()


def _claims(session: Session, now: datetime) -> list[Trouble]:
    """In flight for longer than anything can be, or with an end that nobody will live to see: a clock was set back."""
    rows = session.execute(_CLAIMS, {"at": now - CLAIM_LATE, "never": now + 2 * outbox.LEASE})
    return by_community("claim_lost", (Seen(row.id, row.community_id, row.ticket_id) for row in rows))


def _gone_wrong(session: Session) -> Iterator[Trouble]:
    """What ended unsure or dead since the last look. The outcome's own commit may have told it; then it stays at that.

    A notice may end unsure, and a place where nobody hears us has been told of once: neither breaks a promise.
    """
    rows = session.execute(_WRONG).all()
    for code in ("unsure_page", "dead_letter", ""):
        seen = (Seen(row.id, row.community_id, row.ticket_id) for row in rows if _code_of(row) == code)
        yield from by_community(code or "as_promised", seen, told=bool(code), each=True)


def _code_of(row: Row[Any]) -> str:
    if row.fact.get("kind") == "alarm":
        return ""  # an alarm about an alarm would go the same way
    if row.state == "unsure":
        return "unsure_page" if row.kind == "page" else ""
    return "" if row.blocked_at is not None else "dead_letter"


def _updates(session: Session, now: datetime) -> list[Trouble]:
    """Only the oldest: while it waits, who came after it waits too, or goes past it."""
    oldest = session.execute(_OLDEST).one_or_none()
    if oldest is None or oldest.at > now - LATE:
        return []
    return by_community("updates_late", [Seen(oldest.id, since=oldest.at)])


def _parked(session: Session) -> list[Trouble]:
    return by_community("parked_update", (Seen(row) for row in session.scalars(_PARKED)), each=True)


def _cards(session: Session, now: datetime) -> list[Trouble]:
    seen = (
        Seen(row.id, row.community_id, row.ticket_id, f"{row.prefix}{row.number}", row.next_at)
        for row in session.execute(_CARDS, {"at": now - CARD_LATE})
    )
    return by_community("cards_late", seen)
