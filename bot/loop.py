"""Passes, repeated: the only place where something goes on for ever, and where it is made to end."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from tracker.errors import DatabaseAway

T = TypeVar("T")
LONGEST_REST = 10.0  # seconds; whoever has not ended a pass for much longer is stuck, whatever the database does
Sleep = Callable[[float], Awaitable[None]]
Ticks = Callable[[], float]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def since_boot() -> float:
    """Seconds that also pass while the machine sleeps, where it can tell; no step of the wall clock moves them."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


async def until(stop: asyncio.Event, waiting: Awaitable[T]) -> T | None:
    """Wait, but only until `stop`: then the waiting is broken off and None comes back."""
    task = asyncio.ensure_future(waiting)
    end = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, end}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        return None
    finally:
        end.cancel()
        task.cancel()
        await asyncio.gather(task, end, return_exceptions=True)


async def first_of(*events: asyncio.Event, within: float, sleep: Sleep = asyncio.sleep) -> None:
    """Wait until one of the events, at most `within` seconds."""
    waits: list[asyncio.Future[object]] = [asyncio.ensure_future(event.wait()) for event in events]
    waits.append(asyncio.ensure_future(sleep(within)))
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


@dataclass
class Backoff:
    """Growing rests while something goes wrong: 1 s doubling to `most`, each 50 to 100 % of it."""

    most: float = 30.0
    chance: Callable[[], float] = random.random
    failures: int = 0

    def next(self) -> float:
        """Seconds to rest after one more failure."""
        self.failures += 1
        longest = min(2.0 ** min(self.failures - 1, 10), self.most)
        return longest * (0.5 + self.chance() / 2)

    def over(self) -> bool:
        """It went well; tells whether it had not before."""
        was, self.failures = self.failures, 0
        return was > 0


@dataclass
class Loop:
    """Repeats `once`, which tells how much it did; after a pass that did nothing it rests, or is woken.

    A database that is away is waited for. Any other error leaves `run`, and with it ends the program.
    """

    name: str
    once: Callable[[], Awaitable[int]]
    every: float = 1.0
    sleep: Sleep = asyncio.sleep
    ticks: Ticks = time.monotonic
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    backoff: Backoff = field(default_factory=lambda: Backoff(most=LONGEST_REST))
    alive_at: float | None = None  # on `ticks`: when a pass last ended

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self.wake.clear()
            rest = await self._pass()
            events = (stop,) if self.backoff.failures else (stop, self.wake)
            if rest > 0:
                await first_of(*events, within=rest, sleep=self.sleep)

    def wake_after(self, seconds: float) -> None:
        """Somebody who may not be spoken to now may be then."""
        asyncio.get_running_loop().call_later(seconds, self.wake.set)

    async def _pass(self) -> float:
        try:
            did = await self.once()
        except DatabaseAway as error:
            rest = self.backoff.next()
            log.warning("database_away", loop=self.name, why=str(error), again_in=round(rest, 1))
            return rest
        finally:
            self.alive_at = self.ticks()
        if self.backoff.over():
            log.info("database_back", loop=self.name)
        return 0.0 if did else self.every
