"""A card stands: whether it is true by then is asked at the moment in which that is written down."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.tracker.office import SOUTH, Office
from tracker import cards
from tracker.models import Card


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    office = Office(database_url)
    yield office
    office.close()


@pytest.mark.parametrize("changes", [True, False])
def test_a_ticket_that_changes_while_its_card_is_written_down_is_shown_anew(office: Office, changes: bool) -> None:
    ticket = office.report()

    def stands(session: Session) -> None:
        card = session.scalars(select(Card).where(Card.ticket_id == ticket, Card.role == "card")).one()
        if changes:
            cards.fall_behind(session, [ticket], now=office.now)  # by somebody else: what we hold does not show it
        cards.posted(card, 5000, SOUTH, has_photo=False, version=1, now=office.now)

    office.spoil(stands)
    card = office.row(Card, Card.ticket_id == ticket, Card.role == "card")
    assert (card.shown_version, card.wanted_version) == (1, 2 if changes else 1)
    assert card.next_at == (office.now if changes else None)
