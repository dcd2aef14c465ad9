"""Photos that stayed with us while their words arrived: they come in a message of their own, a few times at most."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.tracker.office import SOUTH, Office
from tracker import outbox
from tracker.facts import CheckWanted, Danger, FactBase, MorePhotos, Result
from tracker.models import Outbox, Place
from tracker.outbox import Priority
from tracker.outcomes import Delivered

WAIT = timedelta(seconds=30)


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    office = Office(database_url)
    yield office
    office.close()


def says(office: Office, fact: FactBase, topic: int | None = None) -> int:
    """Words arrive in the group, and their photos do not; the ticket."""
    ticket = office.report()
    office.sends()
    office.passes(seconds=2)
    place = office.row(Place, Place.address == SOUTH).id
    office.spoil(
        lambda session: outbox.post(session, place, fact, dedup="words", now=office.now, ticket_id=ticket, topic=topic)  # type: ignore[arg-type]
    )
    (letter,) = office.desk.claim(8)
    office.desk.settle(letter, Delivered(5000, photos_after=WAIT.total_seconds()))
    return ticket


def later(office: Office) -> list[Any]:
    """What is to be said of photos, in its order."""
    return sorted((row for row in office.rows(Outbox) if row.dedup.startswith("photos:")), key=lambda row: row.id)


def test_they_come_once_telegram_lets_them_and_say_that_they_come_again(office: Office) -> None:
    ticket = says(office, Danger(), topic=7)
    told = office.row(Outbox, Outbox.dedup == "words")
    (row,) = later(office)
    assert told.state == "sent"
    assert (row.place_id, row.ticket_id, row.topic, row.community_id) == (told.place_id, ticket, 7, told.community_id)
    assert (row.state, row.priority, row.not_before) == ("pending", Priority.PAGE, office.now + WAIT)
    assert office.desk.claim(8) == []
    office.clock.turn(WAIT)
    (letter,) = office.desk.claim(8)
    assert (letter.id, letter.repeat) == (row.id, True)


@pytest.mark.parametrize(
    ("fact", "stage", "skip"),
    [
        (Danger(), "before", 0),
        (CheckWanted(), "after", 0),
        (Result(), "after", 0),
        (MorePhotos(stage="before", skip=1), "before", 1),
        (MorePhotos(stage="after", skip=1), "after", 1),
    ],
)
def test_they_are_the_same_photos(office: Office, fact: FactBase, stage: str, skip: int) -> None:
    says(office, fact)
    (row,) = later(office)
    assert row.fact == MorePhotos(stage=stage, skip=skip).model_dump(mode="json")  # type: ignore[arg-type]


def test_after_three_times_the_words_must_do(office: Office) -> None:
    says(office, Danger())
    for times in range(1, 4):
        assert [row.resends for row in later(office)] == list(range(1, times + 1))
        office.clock.turn(WAIT)
        (letter,) = office.desk.claim(8)
        office.desk.settle(letter, Delivered(5000 + times, photos_after=WAIT.total_seconds()))
    assert len(later(office)) == 3
    assert office.desk.next_send_at() is None


def test_words_whose_photos_arrived_leave_nothing_behind(office: Office) -> None:
    office.report()
    assert office.sends() > 0
    assert later(office) == []
