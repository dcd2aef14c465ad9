"""How long a machine believes that it leads, and how soon it takes over."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.app.lease import Lease
from tracker.clock import TurnedClock
from tracker.desk import Desk, Held, Rival
from tracker.errors import DatabaseAway

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class Ticks:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class Shared(Desk):
    """The desk of one of several machines, whatever database is behind it."""

    def hold_engine(
        self, holder: str, mode: str, *, term: int | None = None, unmoved: Rival | None = None
    ) -> Held | Rival:
        from tracker import leases

        with self._db.writing() as session:
            return leases.hold(session, "engine", holder, mode, now=self.clock.now(), term=term, unmoved=unmoved)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    desk = Shared(database_url, TurnedClock(NINE, frozen=True))
    yield desk
    desk.close()


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


def lease(desk: Desk, ticks: Ticks, mode: str = "polling") -> Lease:
    return Lease(desk, mode, ticks=ticks)


async def test_we_trust_it_a_second_less_than_it_lasts(desk: Desk, ticks: Ticks) -> None:
    ours = lease(desk, ticks)
    assert not ours.trusted()
    await ours.once()
    ticks.at += 13.9
    assert ours.trusted()
    ticks.at += 0.1
    assert not ours.trusted()
    await ours.once()  # nobody else wanted it
    assert ours.trusted()
    assert ours.term == 1


async def test_an_answer_that_took_long_counts_from_when_we_asked(
    desk: Desk, ticks: Ticks, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = desk.hold_engine

    def slowly(*args: str, **more: object) -> Held | Rival:
        ticks.at += 10
        return hold(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(desk, "hold_engine", slowly)
    ours = lease(desk, ticks)
    await ours.once()
    assert ours.seconds_left() == pytest.approx(4)


async def test_a_database_that_is_away_gives_no_trust_and_takes_none(
    desk: Desk, ticks: Ticks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise DatabaseAway("the database does not answer")

    ours = lease(desk, ticks)
    await ours.once()
    monkeypatch.setattr(desk, "hold_engine", away)
    ticks.at += 5
    with pytest.raises(DatabaseAway):
        await ours.once()
    assert ours.trusted()
    ticks.at += 9
    assert not ours.trusted()


async def test_who_slept_wakes_without_trust_and_learns_who_leads(
    desk: Desk, ticks: Ticks, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    one, other = lease(desk, ticks), lease(desk, ticks)
    await one.once()
    await other.once()
    assert (one.trusted(), other.trusted()) == (True, False)
    ticks.at += 60
    assert isinstance(desk.clock, TurnedClock)
    desk.clock.turn(timedelta(seconds=60))
    assert not one.trusted()
    await other.once()
    await one.once()
    assert (one.trusted(), other.trusted()) == (False, True)
    assert (one.term, other.term) == (None, 2)
    assert caplog.text.count("standing_by") == 2
    await one.once()
    assert caplog.text.count("standing_by") == 2


async def test_what_is_given_back_is_taken_at_once(desk: Desk, ticks: Ticks) -> None:
    one, other = lease(desk, ticks), lease(desk, ticks)
    await one.once()
    await one.release()
    assert not one.trusted()
    await other.once()
    assert other.trusted()
    await one.release()  # which it has not any more
    await other.once()
    assert other.term == 2


async def test_what_cannot_be_given_back_ends_by_itself(
    desk: Desk, ticks: Ticks, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object) -> None:
        raise DatabaseAway("the database does not answer")

    ours = lease(desk, ticks)
    await ours.once()
    monkeypatch.setattr(desk, "release_engine", away)
    await ours.release()
    assert not ours.trusted()
    assert "engine_not_released" in caplog.text


async def test_it_asks_often_for_what_it_wants_and_renews_in_time(desk: Desk, ticks: Ticks) -> None:
    one, other = lease(desk, ticks), lease(desk, ticks)
    await one.once()
    await other.once()
    assert one.loop.every * 2 < one.seconds_left()  # a renewal may fail
    assert 15 + other.loop.every < 20


async def test_a_dead_holder_with_time_on_his_side(desk: Desk, ticks: Ticks) -> None:
    """The database's clock was set back by an hour, so his lease seems to last that long."""
    one, other = lease(desk, ticks), lease(desk, ticks)
    assert isinstance(desk.clock, TurnedClock)
    desk.clock.turn(timedelta(hours=1))
    await one.once()
    desk.clock._frozen_at = NINE
    for _ in range(16):
        await other.once()
        assert not other.trusted()
        ticks.at += 1
    await other.once()
    assert other.trusted()


async def test_a_live_holder_whose_clock_was_set_back_is_left_in_peace(desk: Desk, ticks: Ticks) -> None:
    one, other = lease(desk, ticks), lease(desk, ticks)
    assert isinstance(desk.clock, TurnedClock)
    desk.clock.turn(timedelta(hours=1))
    await one.once()
    desk.clock._frozen_at = NINE
    for second in range(60):
        if second % 5 == 0:
            desk.clock.turn(timedelta(seconds=5))
            await one.once()
        await other.once()
        assert (one.trusted(), other.trusted()) == (True, False)
        ticks.at += 1


@pytest.mark.expects_errors
async def test_machines_that_hear_in_different_ways_are_told_so(
    desk: Desk, ticks: Ticks, caplog: pytest.LogCaptureFixture
) -> None:
    await lease(desk, ticks, "polling").once()
    await lease(desk, ticks, "webhook").once()
    assert "modes_differ" in caplog.text
