"""The auditor at his hours: the only place that asks each minute whether the promises hold, and says so outside.

Outside means a dead man's switch (LINLIBAN_DEADMAN_URL): called after each clean audit, it raises the alarm when the
calls stay away, whatever it is that stands still here. The address may hold a key and is never logged.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx
import structlog

from bot.loop import Loop, Ticks
from bot.shore import why
from bot.tally import Tally
from bot.wire import LOOPBACK
from tracker.clock import Clock
from tracker.desk import Desk
from tracker.errors import DatabaseAway
from tracker.views import Finding

MINUTE = timedelta(minutes=1)
LOOKED_EVERY = 5.0  # seconds between two looks at the clock
JUMPED = 30.0  # seconds by which our clock and real time may come apart between two of them
STUCK_AFTER = 25.0  # seconds without the end of a pass; the longest rest is 10
SPOKEN_WITHIN = 60.0  # seconds
DEADMAN_WITHIN = 10.0  # seconds
FAILED = (Finding("audit_failed", 1),)

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Auditor:
    """Looks a minute after the parts began their work, and each minute from then on; once an hour in full."""

    def __init__(
        self, desk: Desk, clock: Clock, *, may_judge: Callable[[datetime], bool], after: Callable[[], None],
        tally: Tally, watched: Callable[[], Sequence[Loop]] = tuple, deadman: str = "",
        ticks: Ticks = time.monotonic,
    ) -> None:  # fmt: skip
        """`may_judge`: whether lateness can be told by this moment. `after`: there is something to say.

        `watched`: the parts that must not stand still.
        """
        self._desk, self._clock, self._ticks = desk, clock, ticks
        self._may_judge, self._after = may_judge, after
        self._tally, self._watched, self._deadman = tally, watched, deadman
        self.findings: tuple[Finding, ...] = ()
        self.loop = Loop("audit", self.once, every=LOOKED_EVERY)
        self.begin()

    def begin(self) -> None:
        """From now on, with time for the others to do what has come due in the meantime."""
        self.findings = ()
        self._audited = self._looked = self._ticks()
        self._seen = self._clock.now()
        self._next = self._seen + MINUTE
        self._hour: datetime | None = None

    def age(self) -> float:
        """Seconds since the last audit, or since there could have been one."""
        return self._ticks() - self._audited

    async def once(self) -> int:
        """An audit when it is time for one. A clock that jumped makes things late that were not: they get a minute."""
        now, ticks = self._clock.now(), self._ticks()
        apart = abs((now - self._seen).total_seconds() - (ticks - self._looked))
        self._seen, self._looked = now, ticks
        if apart > JUMPED:
            self._next = now + MINUTE
        return await self.when_due()

    async def when_due(self) -> int:
        """How much was found and told; there may be something to say now."""
        now = self._clock.now()
        if now < self._next or not self._may_judge(now):
            return 0
        self._next = now + MINUTE
        hour = now.replace(minute=0, second=0, microsecond=0)
        self.findings = (*self._stuck(), *await self._look(now, None if hour == self._hour else hour))
        self._hour, self._audited = hour, self._ticks()
        self._tally["audits_dirty" if self.findings else "audits_clean"] += 1
        if not self.findings:
            await self._say_so()
            return 0
        for finding in self.findings:
            log.warning("audit_found", code=finding.code, count=finding.count)
        self._after()
        return len(self.findings)

    def _stuck(self) -> tuple[Finding, ...]:
        """Who has not ended a pass for long. Nothing may be late yet, but soon it will be."""
        if self.loop.alive_at is None:
            return ()  # we are stepped by hand: nobody's loop runs
        stuck = [
            loop.name for loop in self._watched() if loop.alive_at is None or loop.ticks() - loop.alive_at > STUCK_AFTER
        ]
        if stuck:
            log.error("part_stuck", parts=stuck)
        return (Finding("part_stuck", len(stuck)),) if stuck else ()

    async def _look(self, now: datetime, hour: datetime | None) -> tuple[Finding, ...]:
        spoke = self._tally.since_said()
        speaking = spoke is not None and spoke < SPOKEN_WITHIN
        try:
            found = (await asyncio.to_thread(self._desk.audit, now=now, speaking=speaking)).findings
            return found + ((await asyncio.to_thread(self._desk.audit, now=now, full=hour)).findings if hour else ())
        except DatabaseAway:
            raise
        except Exception as error:  # a fault of the auditor's must not stop those whom he watches
            log.error("audit_failed", why=why(error))
            return FAILED

    async def _say_so(self) -> None:
        """The promises hold. Whoever does not hear it raises the alarm, so a failure is only noted."""
        if not self._deadman:
            return
        try:
            proxied = urlsplit(self._deadman).hostname not in LOOPBACK
            async with httpx.AsyncClient(timeout=DEADMAN_WITHIN, trust_env=proxied) as client:
                answer = await client.get(self._deadman)
            reached, said = answer.is_success, f"HTTP {answer.status_code}"
        except Exception as error:
            reached, said = False, why(error)
        self._tally["deadman_called" if reached else "deadman_failed"] += 1
        if not reached:
            log.warning("deadman_not_reached", why=said)
