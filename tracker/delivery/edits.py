"""Cards behind their tickets, as they are handed over to be edited, and what became of an edit."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker import cards, people, slots
from tracker.delivery.lines import about
from tracker.delivery.surroundings import CardRow, Surroundings, around
from tracker.models import Card, Place
from tracker.outcomes import CardGone, Delivered, Gone, Moved, NotSent, Outcome, Refused, TooFast, Unasked, Unknown
from tracker.statements import straight, table
from tracker.tickets import showing
from tracker.views import CardView

log = logging.getLogger(__name__)

_CARD = table(Card)
_THESE = select(_CARD).where(_CARD.c.id.in_(bindparam("cards", expanding=True)))


def views(session: Session, ids: Sequence[int], *, now: datetime) -> tuple[list[CardView], list[int]]:
    """The cards as they should be, and those that nobody can read."""
    rows = {row.id: row for row in straight(session).execute(_THESE, {"cards": list(ids)})}
    world = around(
        session, [row.place_id for row in rows.values()], [row.ticket_id for row in rows.values()], cards=False
    )
    found: list[CardView] = []
    unreadable: list[int] = []
    for card in (each for each in ids if each in rows):  # one may have been forgotten meanwhile (tracker/privacy.py)
        try:
            found.append(_view(session, rows[card], world, now))
        except SQLAlchemyError:
            raise
        except Exception as error:
            log.error(
                "a card cannot be read", extra={"card": card, "why": type(error).__name__, **about(session, rows[card])}
            )
            unreadable.append(card)
    return found, unreadable


def give_up(session: Session, ids: Sequence[int]) -> None:
    for card in ids:
        if (row := session.get(Card, card, with_for_update=True)) is not None:
            cards.give_up(row)


def _view(session: Session, card: CardRow, world: Surroundings, now: datetime) -> CardView:
    place, ticket = world.place(card.place_id, card.ticket_id), world.tickets[card.ticket_id]
    return CardView(
        id=card.id,
        place=replace(place, address=card.address or place.address),
        fact=cards.FACTS[card.role],
        message=card.message,
        has_photo=card.has_photo,
        version=card.wanted_version,
        ticket=ticket,
        now=now,
        community=showing.words_of(session, ticket.community),
    )


def settle_card(  # noqa: C901 - a table, one case an outcome
    session: Session, view: CardView, outcome: Outcome | CardGone, *, now: datetime
) -> None:
    card = session.get(Card, view.id, with_for_update=True)
    if card is None or card.message != view.message:  # forgotten meanwhile; or found gone by another, who posts it anew
        return
    place = session.get_one(Place, card.place_id, with_for_update=True)
    if isinstance(outcome, Unasked | NotSent):
        slots.give_back(place, view.now)
    else:
        slots.answered(place, view.now, now)
    match outcome:
        case Delivered():
            cards.shown(card, view.version)
            if card.shown_version < card.wanted_version:
                card.next_at = now
        case CardGone():
            cards.gone(session, card, now=now)
        case Unasked():
            card.next_at = now
        case TooFast(seconds):
            wait = timedelta(seconds=seconds)
            cards.put_off(card, now=now, at_least=wait)
            slots.put_off(place, now + wait)
        case NotSent() | Unknown():
            cards.put_off(card, now=now)
        case Moved(address):
            people.move(session, view.place.address, address)
            cards.put_off(card, now=now)
        case Gone(why):
            cards.give_up(card)
            people.block(session, place, why, now=now)
        case Refused(why):
            log.error("a card was refused for good", extra={"card": card.id, "why": why, **about(session, card)})
            cards.give_up(card)
