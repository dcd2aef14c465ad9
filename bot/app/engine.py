"""What only one machine does at a time: the only place that starts it with the lease, and ends it with our trust."""

import asyncio

import structlog

from bot.app.lease import Lease
from bot.app.parts import Parts
from bot.app.together import together
from bot.loop import first_of, until

PATIENCE = 6.0  # seconds that messages on their way have to arrive, and to be recorded

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Engine:
    """Polls, sweeps, sends and keeps the cards true, a term at a time; between terms it stands by."""

    def __init__(self, parts: Parts, lease: Lease, *, poll: float) -> None:
        """`poll`: seconds Telegram may keep us waiting for the next update."""
        self._parts, self._lease, self._poll = parts, lease, poll

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; PartFailed when a part does. What was on its way has arrived before the lease is given back."""
        try:
            while not stop.is_set():
                if self._lease.trusted():
                    await self._lead(stop)
                else:
                    self._lease.changed.clear()
                    await until(stop, self._lease.changed.wait())
        finally:
            await self._lease.release()

    async def _lead(self, stop: asyncio.Event) -> None:
        """One term: from the first trust to the last."""
        parts, over = self._parts, asyncio.Event()
        log.info("engine_taken", term=self._lease.term)
        parts.auditor.begin()
        parts.beat.look_at_the_calendar()
        metronome = parts.beat.metronome()
        metronome.start()
        try:
            works = {"trust": self._watch(stop, over)}
            works |= {"receive": parts.receiver.run(over, self._poll)} if parts.polls else {}
            works |= {loop.name: loop.run(over) for loop in (*parts.led, parts.menus.loop, parts.rights.loop)}
            await together(works, over, patience=PATIENCE, finish=parts.speaker.finish)
        finally:
            metronome.shutdown(wait=False)
        if not stop.is_set():
            log.warning("engine_lost")

    async def _watch(self, stop: asyncio.Event, over: asyncio.Event) -> None:
        """Ends the term with our trust, even while the database keeps us waiting for an answer."""
        while self._lease.trusted() and not stop.is_set():
            self._lease.changed.clear()
            await first_of(stop, self._lease.changed, within=self._lease.seconds_left())
        over.set()
