"""R-TIME: after more than a day in which nobody ran, and after lost presses, people are told what is missing."""

from collections.abc import Iterator

import pytest

from bot.app.lease import Lease
from tests.tracker.office import CHEN, MONDAY, Office
from tracker.clock import TurnedClock
from tracker.models import Outbox, Place


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    office = Office(database_url, TurnedClock(MONDAY, frozen=True))
    yield office
    office.close()


async def ran_and_stood_still(office: Office, **how_long: float) -> Lease:
    """It ran for a moment and was ended in order; then for so long nobody did, and another begins."""
    first = Lease(office.desk, "polling")
    await first.once()
    await first.release()
    office.passes(**how_long)
    then = Lease(office.desk, "polling")
    await then.once()
    return then


async def test_more_than_a_day_is_told_to_the_coordinators_once(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    then = await ran_and_stood_still(office, hours=30)
    await then.once()
    assert office.alarms() == [("nobody_ran", {"hours": 30})]
    (row,) = office.rows(Outbox)
    assert office.row(Place, Place.id == row.place_id).address == CHEN
    assert caplog.text.count("nobody_ran") == 1


async def test_of_lost_presses_whoever_runs_it_reads_in_the_log(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await ran_and_stood_still(office, minutes=10)
    assert office.alarms() == []
    assert "nobody_ran" in caplog.text
    assert "minutes=10" in caplog.text


async def test_a_restart_loses_nothing_and_is_nobodys_business(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await ran_and_stood_still(office, minutes=2)
    assert (office.alarms(), "nobody_ran" in caplog.text) == ([], False)


async def test_a_machine_that_slept_over_the_weekend_tells_it_as_well(office: Office) -> None:
    lease = Lease(office.desk, "polling")
    await lease.once()
    office.passes(days=2)
    await lease.once()
    assert [code for code, _ in office.alarms()] == ["nobody_ran"]


async def test_the_first_start_ever_follows_no_gap(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    await Lease(office.desk, "polling").once()
    assert "nobody_ran" not in caplog.text
