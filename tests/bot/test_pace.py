"""One bot speaks thirty times a second at most, evenly, and holds its breath when many chats refuse it."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.pace import BURST, GAP, PATIENCE, SEATS, Pace, Trip
from sandbox.limits import BOT_PER_SECOND, Window
from tracker.clock import TurnedClock
from tracker.outcomes import Delivered, NotSent, TooFast, Unasked

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Running:
    """A clock that runs on exactly as long as somebody sleeps."""

    def __init__(self) -> None:
        self.at = NOON
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.at + timedelta(seconds=seconds), len(self._sleepers), woken))
        await woken

    async def run(self, task: "asyncio.Task[None]") -> None:
        while not task.done():
            for _ in range(20):  # let everybody who can do something do it
                await asyncio.sleep(0)
            if self._sleepers:
                self._sleepers.sort(key=lambda sleeper: sleeper[:2])
                self.at, _, woken = self._sleepers.pop(0)
                woken.set_result(None)
        await task


async def leave(pace: Pace, count: int = 1) -> list[Trip]:
    trips = [pace.book() for _ in range(count)]
    for trip in trips:
        assert await trip.departs()
    return trips


def frozen() -> tuple[TurnedClock, Pace]:
    clock = TurnedClock(NOON, frozen=True)

    async def no_time(_: float) -> None:
        await asyncio.sleep(0)

    return clock, Pace(clock, no_time)


async def test_a_lone_message_leaves_at_once_and_a_few_with_it() -> None:
    clock, pace = frozen()
    assert pace.free() == BURST
    await leave(pace, BURST)
    assert pace.free() == 0
    assert pace.free_at() == clock.now() + GAP
    clock.turn(GAP)
    assert pace.free() == 1


async def test_what_is_booked_is_promised_to_nobody_else() -> None:
    _, pace = frozen()
    trip = pace.book(5)
    assert pace.free() == BURST - 5
    trip.over()
    assert pace.free() == BURST


async def test_a_seat_is_kept_until_a_second_after_the_answer() -> None:
    clock, pace = frozen()
    pace.seats = 2
    first, second = await leave(pace, 2)
    clock.turn(3 * SECOND)
    assert pace.free() == 0  # nobody knows when they arrive
    first.over()
    second.over()
    assert pace.free() == 2  # three seconds is what a trip takes
    third, _ = await leave(pace, 2)
    clock.turn(SECOND)
    third.over()
    assert pace.free() == 0
    clock.turn(timedelta(milliseconds=2))
    assert pace.free() == 1


@pytest.mark.parametrize("shake", [0.0, 0.02, 0.3])
async def test_however_they_are_delayed_no_second_holds_more_than_thirty(shake: float) -> None:
    clock, chance = Running(), random.Random(7)
    pace, window, refused = Pace(clock, clock.sleep), Window(BOT_PER_SECOND, 1.0), 0

    async def travel(trip: Trip) -> None:
        nonlocal refused
        assert await trip.departs()
        await clock.sleep(0.004 + chance.random() * shake)
        now = clock.now().timestamp()
        refused += window.wait(now, 1) > 0
        window.note(now, 1)
        await clock.sleep(0.002 + chance.random() * shake)
        trip.over()

    async def all_day() -> None:
        under_way = set()
        for _ in range(600):
            under_way.add(asyncio.create_task(travel(pace.book())))
            if len(under_way) >= 16:
                _, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait(under_way)

    await clock.run(asyncio.create_task(all_day()))
    assert refused == 0
    if shake <= 0.02:
        assert clock.now() - NOON < 600 / SEATS * 1.05 * SECOND


async def test_what_we_take_to_write_a_message_shortens_no_second() -> None:
    """This machine was busy, so that all were long in leaving; now it is not, and they leave at once."""
    clock = Running()
    pace, window, refused = Pace(clock, clock.sleep), Window(BOT_PER_SECOND, 1.0), 0

    async def travel(trip: Trip, busy: float) -> None:
        nonlocal refused
        assert await trip.departs()
        await clock.sleep(busy)
        trip.wrote()
        await clock.sleep(0.002)
        now = clock.now().timestamp()
        refused += window.wait(now, 1) > 0
        window.note(now, 1)
        await clock.sleep(0.002)
        trip.over()

    async def all_day() -> None:
        await asyncio.gather(*(travel(pace.book(), 0.06 if n % 60 < 40 else 0.0) for n in range(50)))

    for _ in range(6):
        await clock.run(asyncio.create_task(all_day()))
    assert refused == 0


async def test_albums_take_a_seat_for_each_photo() -> None:
    clock = Running()
    pace = Pace(clock, clock.sleep)

    async def albums() -> None:
        for _ in range(4):
            trip = pace.book(10)
            assert await trip.departs()
            trip.over()

    await clock.run(asyncio.create_task(albums()))
    assert clock.now() >= NOON + SECOND


async def test_one_refusing_chat_stops_nobody_but_three_stop_everybody() -> None:
    clock, pace = frozen()
    for _ in range(9):
        pace.note("telegram:1", TooFast(35))
    pace.note("telegram:2", TooFast(35))
    assert pace.free() == BURST
    pace.note("telegram:3", TooFast(35))
    assert pace.free() == 0
    assert pace.free_at() == NOON + 35 * SECOND
    assert not await pace.book().departs()
    clock.turn(35 * SECOND)
    assert not pace.is_paused


async def test_refusals_long_apart_are_each_chats_own() -> None:
    clock, pace = frozen()
    for chat in range(5):
        pace.note(f"telegram:{chat}", TooFast(35))
        clock.turn(3 * SECOND)
    assert pace.free() == BURST


async def test_when_nothing_leaves_us_one_tries_for_all_and_ever_more_rarely() -> None:
    clock, pace = frozen()
    pauses = []
    for chat in range(12):
        pace.note(f"telegram:{chat}", NotSent("ConnectError"))
        pauses.append((pace.free_at() - clock.now()).total_seconds())
        clock.turn_to(pace.free_at())
    assert pauses == [0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30]
    pace.note("telegram:1", Unasked("another machine speaks"))
    pace.note("telegram:1", NotSent("ConnectError"))
    assert pace.is_paused
    clock.turn(31 * SECOND)
    pace.note("telegram:1", Delivered(1))
    pace.note("telegram:1", NotSent("ConnectError"))
    assert not pace.is_paused


async def test_who_would_wait_too_long_gives_its_place_back() -> None:
    _, pace = frozen()
    for chat in range(3):
        pace.note(f"telegram:{chat}", TooFast(PATIENCE.total_seconds() + 1))
    trip = pace.book()
    assert not await trip.departs()
    trip.over()
    assert pace.free() == 0


async def test_a_clock_set_back_by_an_hour_silences_nobody() -> None:
    clock = Running()
    pace = Pace(clock, clock.sleep)
    await leave(pace, BURST)
    for chat in range(3):
        pace.note(f"telegram:{chat}", TooFast(35))
    clock.at -= timedelta(hours=1)
    assert pace.free() == BURST
    assert pace.free_at() == clock.at
