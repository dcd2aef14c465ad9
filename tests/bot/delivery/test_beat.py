"""Time passes, and what it makes due is decided once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from apscheduler.triggers.interval import IntervalTrigger

from bot.beat import Beat
from tests.bot.delivery.street import YARD, Street
from tracker.errors import DatabaseAway


class Bell:
    def __init__(self) -> None:
        self.rung = 0

    def __call__(self) -> None:
        self.rung += 1


def beat(street: Street, bell: Bell | None = None) -> Beat:
    return Beat(street.desk, street.clock, after=bell or Bell(), tally=street.tally)


async def test_what_was_missed_is_made_up_once(street: Street) -> None:
    first = beat(street)
    assert await first.once() >= 1
    assert await first.once() == 0
    assert await beat(street).once() == 0  # nor after a restart


async def test_what_is_missed_by_more_than_a_day_is_not_made_up(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[timedelta] = []
    occasions = street.desk.occasions

    def note(since: datetime, until: datetime) -> list[tuple[str, datetime]]:
        asked.append(until - since)
        return occasions(since, until)

    monkeypatch.setattr(street.desk, "occasions", note)
    one = beat(street)
    for passed in (timedelta(0), timedelta(minutes=5), timedelta(days=3)):
        street.clock.turn(passed)
        await one.ring_due(street.clock.now())
    assert asked == [timedelta(hours=24), timedelta(minutes=5), timedelta(hours=24)]


async def test_an_hour_rings_when_it_comes(street: Street) -> None:
    one = beat(street)
    await one.once()
    street.clock.turn(timedelta(minutes=59))
    one.look_at_the_calendar()
    assert await one.once() == 0
    street.clock.turn(timedelta(minutes=1))
    one.look_at_the_calendar()
    assert await one.once() == 1


async def test_an_ignored_ticket_is_chased_and_the_speaker_woken(settled: Street) -> None:
    settled.report()
    bell = Bell()
    one = beat(settled, bell)
    await one.once()
    rung = bell.rung
    settled.clock.turn(timedelta(days=2))
    assert await one.once() >= 1
    assert bell.rung == rung + 1
    for _ in range(10):
        await settled.speaker.once()
        settled.clock.turn(timedelta(seconds=1))
    assert len(settled.ours(YARD)) >= 2


async def test_those_longest_due_are_told_before_the_morning_is_rung_and_the_rest_decided(
    settled: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Back after a day, with more than one look decides."""
    happened: list[str] = []
    left = [200, 200, 7]

    def decides(**_: Any) -> int:
        happened.append("decided" if left else "nothing due")
        return left.pop(0) if left else 0

    def rings(occasion: str, at: datetime) -> bool:
        happened.append("rang")
        return True

    monkeypatch.setattr(settled.desk, "sweep", decides)
    monkeypatch.setattr(settled.desk, "occasions", lambda *_: [("digest:1", settled.clock.now())])
    monkeypatch.setattr(settled.desk, "ring", rings)
    one = Beat(settled.desk, settled.clock, after=lambda: happened.append("told"), tally=settled.tally)
    assert await one.once() >= 408
    assert happened == ["decided", "told", "rang", "told", "decided", "told", "decided", "told", "nothing due"]


async def test_a_database_that_is_away_leaves_the_calendar_due(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise DatabaseAway("the database does not answer")

    one = beat(street)
    with monkeypatch.context() as trouble:
        trouble.setattr(street.desk, "ring", away)
        with pytest.raises(DatabaseAway):
            await one.once()
    assert await one.once() >= 1


@pytest.mark.expects_errors
async def test_an_occasion_that_fails_is_told_and_stops_nothing(
    street: Street, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(street.desk, "ring", fail)
    assert await beat(street).once() == 0
    assert "occasion_failed" in caplog.text


def leave_updates(street: Street, count: int) -> None:
    """Handled four days ago."""
    street.desk.store_updates("1000@x", [(number, "-7", {}) for number in range(count)], None)
    while street.desk.take(lambda visit, raw: None, hold=60.0):
        pass
    street.clock.turn(timedelta(days=4))


async def test_what_is_old_goes_a_little_at_a_time_and_deadlines_are_asked_in_between(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_updates(street, 250)
    swept: list[int] = []
    sweep = street.desk.sweep

    def note(**how: Any) -> int:
        swept.append(street.tally["rows_tidied"])
        return sweep(**how)

    monkeypatch.setattr(street.desk, "sweep", note)
    bell = Bell()
    one = beat(street, bell)
    while await one.once():
        pass
    assert swept == [0, 50, 100, 150, 200, 250]
    assert bell.rung == 1  # for the occasions of the first pass: there is nothing to say of what is gone


async def test_an_hour_later_it_looks_again(street: Street) -> None:
    one = beat(street)
    while await one.once():
        pass
    leave_updates(street, 1)
    one.look_at_the_calendar()
    while await one.once():
        pass
    assert street.tally["rows_tidied"] == 1


async def test_nothing_goes_by_a_clock_that_is_wrong(street: Street) -> None:
    leave_updates(street, 1)
    right = True
    one = Beat(street.desk, street.clock, after=Bell(), tally=street.tally, may_decide=lambda _now: right)
    one._begin_tidying(street.clock.now())
    right = False
    assert await one.once() == 0
    assert street.tally["rows_tidied"] == 0
    right = True
    await one.once()
    assert street.tally["rows_tidied"] == 1


@dataclass
class SetMeanwhile:
    """Says that a moment is right; right then the clock is set two days ahead. What was judged is what counts."""

    street: Street
    judged: list[datetime] = field(default_factory=list)

    def __call__(self, now: datetime) -> bool:
        self.judged.append(now)
        self.street.clock.turn(timedelta(days=2))
        return True

    def beat(self) -> Beat:
        return Beat(self.street.desk, self.street.clock, after=Bell(), tally=self.street.tally, may_decide=self)


async def test_a_clock_that_is_set_once_it_was_judged_makes_nothing_due(settled: Street) -> None:
    settled.report()
    assert await SetMeanwhile(settled).beat()._decide() == 0
    assert await beat(settled)._decide() > 0  # by the clock as it is set now


async def test_a_clock_that_is_set_once_it_was_judged_rings_nothing(
    settled: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    until: list[datetime] = []

    def note(_since: datetime, to: datetime) -> list[tuple[str, datetime]]:
        until.append(to)
        return []

    monkeypatch.setattr(settled.desk, "occasions", note)
    meanwhile = SetMeanwhile(settled)
    await meanwhile.beat()._keep_the_calendar()
    assert until == meanwhile.judged == [settled.clock.now() - timedelta(days=2)]


@pytest.mark.expects_errors
async def test_tidying_that_fails_is_told_and_stops_nothing(
    street: Street, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(street.desk, "tidying", lambda: (1 // 0 for _ in "x"))
    one = beat(street)
    await one.once()
    assert "tidying_failed" in caplog.text
    assert await one.once() == 0


async def test_a_database_that_is_away_has_a_round_begun_anew(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise DatabaseAway("the database does not answer")

    leave_updates(street, 1)
    one = beat(street)
    with monkeypatch.context() as trouble:
        trouble.setattr(street.desk, "_look", away)
        for _ in range(2):
            with pytest.raises(DatabaseAway):
                await one.once()
    while await one.once():
        pass
    assert street.tally["rows_tidied"] == 1


async def test_the_scheduler_is_a_metronome_and_keeps_nothing(street: Street) -> None:
    one = beat(street)
    await one.once()
    one.loop.wake.clear()
    metronome = one.metronome()
    (job,) = metronome.get_jobs()
    assert isinstance(job.trigger, IntervalTrigger)
    assert job.trigger.interval == timedelta(minutes=1)
    assert (job.coalesce, job.max_instances) == (True, 1)
    job.func()
    assert one.loop.wake.is_set()
