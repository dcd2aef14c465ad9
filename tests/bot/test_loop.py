"""Passes are repeated, trouble with the database is waited out, and an end is an end at once."""

import asyncio

import pytest

from bot.loop import Backoff, Loop, until
from tests.bot.delivery.street import Slept
from tracker.errors import DatabaseAway


async def test_a_loop_goes_on_while_there_is_work_and_rests_when_there_is_none() -> None:
    stop, work, slept = asyncio.Event(), [3, 1, 0, 0], Slept()

    async def once() -> int:
        if len(work) == 1:
            stop.set()
        return work.pop(0)

    await Loop("work", once, sleep=slept).run(stop)
    assert slept.seconds[0] == 1.0
    assert len(slept.seconds) == 2


async def test_who_is_woken_does_not_sleep_on() -> None:
    stop, passes = asyncio.Event(), 0

    async def once() -> int:
        nonlocal passes
        passes += 1
        return 0

    loop = Loop("work", once, every=3600)
    running = asyncio.create_task(loop.run(stop))
    for _ in range(3):
        loop.wake.set()
        await asyncio.sleep(0.005)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert passes >= 3


async def test_a_database_that_is_away_is_waited_for_longer_and_longer() -> None:
    stop, slept, left = asyncio.Event(), Slept(), 5

    async def once() -> int:
        nonlocal left
        left -= 1
        if left:
            raise DatabaseAway("the database does not answer")
        stop.set()
        return 0

    await Loop("work", once, sleep=slept, backoff=Backoff(chance=lambda: 1.0)).run(stop)
    assert slept.seconds[:4] == [1.0, 2.0, 4.0, 8.0]


async def test_however_long_the_database_is_away_a_loop_shows_that_it_lives() -> None:
    stop, slept, alive, left = asyncio.Event(), Slept(), list[float | None](), 20

    async def once() -> int:
        nonlocal left
        left -= 1
        alive.append(loop.alive_at)
        if not left:
            stop.set()
        raise DatabaseAway("the database does not answer")

    loop = Loop("work", once, sleep=slept)
    await loop.run(stop)
    assert max(slept.seconds) <= 10
    assert alive[0] is None
    assert None not in alive[1:]


async def test_any_other_error_ends_the_loop() -> None:
    async def once() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Loop("work", once).run(asyncio.Event())


async def test_waiting_ends_with_the_program() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, stop.set)
    assert await until(stop, asyncio.sleep(3600, "done")) is None
    assert await until(asyncio.Event(), asyncio.sleep(0, "done")) == "done"


def test_rests_grow_to_half_a_minute_and_vary() -> None:
    longest, shortest = Backoff(chance=lambda: 1.0), Backoff(chance=lambda: 0.0)
    assert [longest.next() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert [shortest.next() for _ in range(3)] == [0.5, 1, 2]
    assert longest.over()
    assert not longest.over()
    assert longest.next() == 1
