"""What messages are made from besides their own rows: the only place that reads it, for many with few statements."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from tracker import routing
from tracker.models import Card
from tracker.statements import straight, table
from tracker.tickets import portrait, showing
from tracker.views import PlaceView, TicketView

_CARD = table(Card)
_CARDS = select(_CARD).where(_CARD.c.ticket_id.in_(bindparam("tickets", expanding=True)))

CardRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Surroundings:
    """Places and tickets by id, cards by ticket, place and role, as they have been written."""

    places: Mapping[int, PlaceView]
    tickets: Mapping[int, TicketView]
    cards: Mapping[tuple[int, int, str], CardRow]
    with_lead: Collection[tuple[int, int]]  # (ticket, place) where the place is the lead party's

    def place(self, place_id: int, ticket_id: int | None) -> PlaceView:
        """The place, and for whom it stands with this ticket: a group may serve several parties, and lose this one's.

        KeyError for a place or ticket that was not asked for.
        """
        view = self.places[place_id]
        if ticket_id is None or view.kind not in _STAFFS or self.tickets[ticket_id].lead is None:
            return view
        lead = self.tickets[ticket_id].lead
        return replace(view, party=lead if (ticket_id, place_id) in self.with_lead else view.party or "")


_STAFFS = ("work", "private")


def around(
    session: Session, place_ids: Iterable[int], ticket_ids: Iterable[int], *, cards: bool = True
) -> Surroundings:
    """Seven statements at most, however many places and tickets; `cards`: whether the tickets' cards are wanted."""
    places, tickets = showing.places_seen(session, place_ids), portrait.of_all(session, ticket_ids)
    led = [each.id for each in tickets.values() if each.lead is not None]
    staffs = led and any(place.kind in _STAFFS for place in places.values())
    return Surroundings(
        places,
        tickets,
        _cards(session, tickets) if cards and tickets else {},
        routing.places_of_leads(session, led) if staffs else (),
    )


def _cards(session: Session, ticket_ids: Iterable[int]) -> dict[tuple[int, int, str], CardRow]:
    rows = straight(session).execute(_CARDS, {"tickets": list(ticket_ids)})
    return {(row.ticket_id, row.place_id, row.role): row for row in rows}
