"""The only place for waking whoever waits for something to change: long polls, webhooks, the page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress


class Bell:
    """A counter that can be waited for. It may be rung from any thread."""

    def __init__(self) -> None:
        self.count = 0
        self._waiting: dict[asyncio.Future[None], asyncio.AbstractEventLoop] = {}

    def ring(self) -> None:
        self.count += 1
        self._wake()

    def interrupt(self) -> None:
        """Wakes everybody although nothing changed, so that a server can close."""
        self._wake()

    async def wait(self, seconds: float | None = None) -> None:
        """Returns at the next ring, or after so many seconds of real time."""
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        self._waiting[woken] = loop
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(woken, seconds)
        finally:
            self._waiting.pop(woken, None)

    async def changes(self) -> AsyncIterator[int]:
        """The count now and after every change; ends at `interrupt`. Changes in between are told as one."""
        seen = self.count
        yield seen
        while True:
            if seen == self.count:
                await self.wait()
                if seen == self.count:
                    return
            seen = self.count
            yield seen

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for woken, loop in waiting.items():
            with suppress(RuntimeError):  # the loop of a finished test may be gone
                loop.call_soon_threadsafe(_settle, woken)


def _settle(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
