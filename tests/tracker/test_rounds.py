"""Whose card is edited next: one place after the other, the oldest in each, where nobody waits for a new message."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event, insert, update
from sqlalchemy.orm import Session

from tests.tracker.office import MONDAY, Office
from tracker import outbox
from tracker.delivery import Rounds
from tracker.facts import Help
from tracker.models import Card, Place

LONG_AGO = MONDAY - timedelta(hours=1)


class Square:
    """Cards that stand behind their ticket, in as many places as one likes."""

    def __init__(self, url: str) -> None:
        self.office, self.rounds = Office(url), Rounds()
        self.ticket = self.office.report()
        self.office.spoil(lambda session: session.execute(update(Card).values(shown_version=1, next_at=None)))
        self.cards = 0

    def behind(self, *places: int, minutes: int = 0) -> list[int]:
        """A card in each of these, waiting since an hour and so many minutes ago; the cards' ids."""
        return [self._behind(place, minutes) for place in places]

    def _behind(self, place: int, minutes: int) -> int:
        self.cards += 1
        card = {
            "ticket_id": self.ticket, "place_id": self._place(place), "role": f"card {self.cards}", "has_photo": False,
            "wanted_version": 2, "shown_version": 1, "fails": 0, "message": 10_000 + self.cards,
            "next_at": LONG_AGO - timedelta(minutes=minutes),
        }  # fmt: skip
        found: list[int] = []
        self.office.spoil(lambda session: found.append(session.scalars(insert(Card).returning(Card.id), card).one()))
        return found[0]

    def _place(self, number: int) -> int:
        def there(session: Session) -> None:
            if session.get(Place, number) is None:
                place = {"id": number, "kind": "new", "address": f"telegram:-{number}", "recent": [], "welcomed": False}
                session.execute(insert(Place), place)

        self.office.spoil(there)
        return number

    def somebody_waits_in(self, *places: int) -> None:
        def wait(session: Session) -> None:
            for place in places:
                outbox.post(session, place, Help(part="resident"), dedup=f"help {place}", now=LONG_AGO, community_id=1)

        self.office.spoil(wait)

    def changes(self, place: int, **what: object) -> None:
        self.office.spoil(lambda session: session.execute(update(Place).where(Place.id == place).values(what)))

    def next(self, limit: int = 8) -> list[int]:
        with self.office.database.reading() as session:
            return self.rounds.next(session, now=self.office.now, limit=limit)


@pytest.fixture
def square(database_url: str) -> Iterator[Square]:
    square = Square(database_url)
    yield square
    square.office.close()


def test_one_place_after_the_other(square: Square) -> None:
    cards = square.behind(1001, 1002, 1003)
    assert [square.next(limit=1) for _ in range(4)] == [[cards[0]], [cards[1]], [cards[2]], [cards[0]]]


def test_in_each_place_the_one_that_has_waited_longest(square: Square) -> None:
    square.behind(1001, 1002)
    longest = square.behind(1001, 1002, minutes=9)
    square.behind(1001, 1002, minutes=5)
    assert square.next() == longest


def test_a_new_message_goes_first(square: Square) -> None:
    """Somebody waits for it; the card is true a second later."""
    cards = square.behind(1001, 1002)
    square.somebody_waits_in(1001)
    assert square.next() == [cards[1]]


@pytest.mark.parametrize("held", [{"slot_at": MONDAY + timedelta(seconds=1)}, {"blocked_at": LONG_AGO}])
def test_no_place_that_may_not_be_spoken_to(square: Square, held: dict[str, object]) -> None:
    cards = square.behind(1001, 1002)
    square.changes(1001, **held)
    assert square.next() == [cards[1]]


def test_nothing_that_is_put_off_or_was_never_posted(square: Square) -> None:
    later, unposted, now = square.behind(1001, 1002, 1003)
    in_a_moment = {"next_at": MONDAY + timedelta(seconds=1)}
    square.office.spoil(lambda s: s.execute(update(Card).where(Card.id == later).values(in_a_moment)))
    square.office.spoil(lambda s: s.execute(update(Card).where(Card.id == unposted).values(message=None)))
    assert square.next() == [now]


@pytest.mark.parametrize("begins", [0, 30, 49])
def test_the_only_one_that_may_be_edited_is_found_wherever_the_last_round_stopped(square: Square, begins: int) -> None:
    places = range(1001, 1051)
    cards = square.behind(*places)
    for _ in range(begins):
        square.next(limit=1)
    square.somebody_waits_in(*places[:10], *places[11:])
    assert square.next() == [cards[10]]


@pytest.mark.parametrize("behind", [0, 5])
def test_when_there_is_nothing_to_edit_one_question_tells(square: Square, behind: int) -> None:
    """It is asked whenever something has been said."""
    places = range(1001, 1001 + behind)
    square.behind(*places)
    square.somebody_waits_in(*places)
    asked: list[str] = []
    event.listen(square.office.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert square.next() == []
    assert len([each for each in asked if "card" in each]) == 1
