"""What should be there and is not, or is left over: every open ticket, place and list, read once an hour."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.audit.trouble import Seen, Trouble, by_community
from tracker.models import Card, Clock, Community, Outbox, Place, Ticket

MOST = 10_000  # rows of a kind: more are put right in the hours that follow
AHEAD = timedelta(minutes=2)  # a place's pace never reaches further
_A_MINUTE = timedelta(minutes=1)  # what machines' clocks may differ by


def look(session: Session, *, now: datetime) -> list[Trouble]:
    return [
        *by_community("clock_missing", map(_ticket, session.execute(_without_clock()))),
        *by_community("clock_left", map(_ticket, session.execute(_clock_left()))),
        *by_community("card_missing", map(_ticket, session.execute(_without_card()))),
        *by_community("list_lost", map(_letter, session.execute(_list_lost()))),
        *by_community("pace_ahead", _paces_ahead(session, now)),
        *by_community("card_ahead", map(_ticket, session.execute(_cards_ahead(now)))),
    ]


def _ticket(row: Row[Any]) -> Seen:
    return Seen(row.row, row.community_id, row.id, f"{row.prefix}{row.number}")


def _letter(row: Row[Any]) -> Seen:
    return Seen(row.id, row.community_id, row.ticket_id)


def _tickets(row: Any) -> Select[*tuple[Any, ...]]:
    columns = select(row.label("row"), Ticket.id, Ticket.community_id, Community.prefix, Ticket.number)
    return columns.select_from(Ticket).join(Community, Community.id == Ticket.community_id).limit(MOST)


def _without_clock() -> Select[*tuple[Any, ...]]:
    armed = exists().where(Clock.ticket_id == Ticket.id)
    return _tickets(Ticket.id).where(Ticket.closed_at.is_(None), ~armed)


def _clock_left() -> Select[*tuple[Any, ...]]:
    """A closed ticket that is still chased."""
    due = and_(Clock.ticket_id == Ticket.id, Clock.due_at.is_not(None))
    return _tickets(Ticket.id).where(Ticket.closed_at.is_not(None), exists().where(due))


def _without_card() -> Select[*tuple[Any, ...]]:
    """The group hears of its ticket by nothing else. A card that could not be posted has been told of itself."""
    here = and_(Card.ticket_id == Ticket.id, Card.place_id == Ticket.place_id, Card.role == "card")
    posted = exists().where(here, Card.message.is_not(None))
    under_way = exists().where(
        Outbox.ticket_id == Ticket.id,
        Outbox.place_id == Ticket.place_id,
        Outbox.kind == "card",
        Outbox.state.in_(("pending", "sending", "unsure", "dead")),
    )
    return _tickets(Ticket.id).where(Ticket.closed_at.is_(None), Ticket.place_id.is_not(None), ~posted, ~under_way)


def _list_lost() -> Select[*tuple[Any, ...]]:
    """Told by a list that is not there any more, or was never said."""
    told_by = aliased(Outbox)
    there = exists().where(told_by.id == Outbox.bundle_id, told_by.state != "void")
    return (
        select(Outbox.id, Outbox.community_id, Outbox.ticket_id)
        .where(Outbox.state == "bundled", Outbox.bundle_id.is_not(None), ~there)
        .order_by(Outbox.id)
        .limit(MOST)
    )


def _paces_ahead(session: Session, now: datetime) -> list[Seen]:
    """We seem to have spoken there in the future: a clock was set back, and the place would be silent until then."""
    far = or_(Place.slot_at > now + AHEAD, Place.urgent_at > now + AHEAD)
    places = session.execute(select(Place.id, Place.community_id, Place.recent).where(far))
    soon = (now + _A_MINUTE).timestamp()
    return [Seen(row.id, row.community_id) for row in places if row.recent and row.recent[-1] > soon]


def _cards_ahead(now: datetime) -> Select[*tuple[Any, ...]]:
    """An edit that waits for longer than any error makes it wait; its place's own pace is kept all the same."""
    far = or_(Card.next_at.is_(None), Card.next_at > now + timedelta(hours=1))
    behind = select(Card.id).where(Card.shown_version < Card.wanted_version, Card.message.is_not(None), far)
    # Asked for first and by themselves: joined at once, SQLite would look up the card of every ticket.
    return (
        _tickets(Card.id)
        .join(Card, Card.ticket_id == Ticket.id)
        .where(Card.id.in_(behind.order_by(Card.next_at).limit(MOST)))
    )
