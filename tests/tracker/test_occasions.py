"""What the calendar rings: done once, and nobody is held up meanwhile."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.tracker.office import MONDAY, Office
from tracker import figures
from tracker.facts import Digest
from tracker.models import Outbox, Place

MORNING = MONDAY - timedelta(hours=1, minutes=30)  # half past eight there


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    office = Office(database_url)
    office.report()
    yield office
    office.close()


def digests(office: Office) -> int:
    return sum(row.fact["kind"] == "digest" for row in office.rows(Outbox))


def test_people_are_heard_while_a_digest_is_made(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a large house its figures take seconds; on SQLite whoever writes keeps all others from writing."""
    made: list[Digest | None] = []
    digest = figures.digest

    def while_somebody_writes(*session: object, **now: object) -> Digest | None:
        office.spoil(lambda beside: beside.execute(update(Place).values(welcomed=True)))
        made.append(digest(*session, **now))  # type: ignore[arg-type]  # as it is called
        return made[-1]

    monkeypatch.setattr(figures, "digest", while_somebody_writes)
    assert office.desk.ring("digest:1", MORNING)
    assert made
    assert digests(office) > 0


def test_who_comes_second_makes_no_digest(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert office.desk.ring("digest:1", MORNING)
    told = digests(office)
    monkeypatch.setattr(figures, "digest", lambda *_, **__: pytest.fail("it has been made"))
    assert not office.desk.ring("digest:1", MORNING)
    assert digests(office) == told
