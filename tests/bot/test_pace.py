"""One bot speaks twenty-five times a second at most, and holds its breath when many chats refuse it."""

from datetime import UTC, datetime, timedelta

from bot.pace import Pace
from tracker.clock import TurnedClock

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_no_second_holds_more_than_its_share() -> None:
    clock = TurnedClock(NOON, frozen=True)
    pace = Pace(clock, per_second=3)
    pace.take(2)
    assert pace.free() == 1
    clock.turn(timedelta(seconds=0.5))
    pace.take()
    assert pace.free() == 0
    assert pace.free_at() == NOON + timedelta(seconds=1)
    clock.turn(timedelta(seconds=0.5))
    assert pace.free() == 2
    assert pace.free_at() == clock.now()


def test_one_refusing_chat_stops_nobody_but_three_stop_everybody() -> None:
    clock = TurnedClock(NOON, frozen=True)
    pace = Pace(clock)
    for _ in range(9):
        pace.refused("telegram:1", 35)
    pace.refused("telegram:2", 35)
    assert pace.free() == 25
    pace.refused("telegram:3", 35)
    assert pace.free() == 0
    assert pace.free_at() == NOON + timedelta(seconds=35)
    clock.turn(timedelta(seconds=35))
    assert pace.free() == 25


def test_refusals_long_apart_are_each_chats_own() -> None:
    clock = TurnedClock(NOON, frozen=True)
    pace = Pace(clock)
    for chat in range(5):
        pace.refused(f"telegram:{chat}", 35)
        clock.turn(timedelta(seconds=3))
    assert pace.free() == 25


class Wayward:
    """The machine's clock, set by somebody."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


def test_a_clock_set_back_by_an_hour_silences_nobody() -> None:
    clock = Wayward()
    pace = Pace(clock, per_second=2)
    pace.take(2)
    clock.at -= timedelta(hours=1)
    assert pace.free() == 2
    assert pace.free_at() == clock.at
