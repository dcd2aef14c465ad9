"""The heartbeat: the only place where time makes something happen: deadlines, occasions, and what is old let go."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.loop import Loop
from bot.shore import why
from bot.tally import Tally
from tracker.clock import Clock
from tracker.desk import Desk
from tracker.errors import DatabaseAway

MADE_UP = timedelta(hours=24)  # an occasion missed by more than that is not made up

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Beat:
    """Sweeps what is due and rings what the calendar says, on the tracker's clock, however that is turned."""

    def __init__(
        self,
        desk: Desk,
        clock: Clock,
        *,
        after: Callable[[], None],
        tally: Tally,
        may_decide: Callable[[datetime], bool] = lambda _now: True,
    ) -> None:
        """`after` is called when something was decided: there may be something to say now.

        While we do not lead, or the moment that our clock tells is wrong, `may_decide` says no, and what is due stays
        so. The moment that was judged is the one by which things are decided: a clock may be set at any time.
        """
        self._may_decide = may_decide
        self._desk, self._clock, self._after, self._tally = desk, clock, after, tally
        self._rung_until: datetime | None = None
        self._calendar_is_due = True
        self._tidied: datetime | None = None  # the hour for which a round was last begun
        self._round: Iterator[int] | None = None
        self.loop = Loop("beat", self.once)

    async def once(self) -> int:
        """Decide all that is due, ring what the calendar says, then let go a few old rows; tells how much that was."""
        decided = await self._decide()  # first, since a digest of a large house takes seconds
        done = decided + await self._keep_the_calendar()
        while decided:
            decided = await self._decide()
            done += decided
        return done + await self._tidy()

    async def _decide(self) -> int:
        """Those that are due for longest; they may be spoken of while the next are decided."""
        now = self._clock.now()
        if not self._may_decide(now):
            return 0
        swept = await asyncio.to_thread(self._desk.sweep, now=now, late=self._tally.due_lag.observe)
        if swept:
            self._tally["clocks_swept"] += swept
            self._after()
        return swept

    async def _keep_the_calendar(self) -> int:
        now = self._clock.now()
        if not self._calendar_is_due or not self._may_decide(now):
            return 0
        rung = await self.ring_due(now)
        if rung:
            self._after()
        self._begin_tidying(now)
        self._calendar_is_due = False
        return rung

    def _begin_tidying(self, now: datetime) -> None:
        """At the start and each hour, unless there was so much that the last round still goes on."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if self._round is None and hour != self._tidied:
            self._tidied, self._round = hour, self._desk.tidying()

    async def _tidy(self) -> int:
        """One step of the round, so that whatever falls due meanwhile is decided before the next."""
        if self._round is None or not self._may_decide(self._clock.now()):
            return 0
        try:
            gone = await asyncio.to_thread(next, self._round, None)
        except DatabaseAway:
            self._round = self._desk.tidying()  # one that failed has ended
            raise
        except Exception as error:  # nor must this stop the deadlines
            log.error("tidying_failed", why=why(error))
            gone = None
        if gone is None:
            self._round = None
            return 0
        self._tally["rows_tidied"] += gone
        return 1

    async def ring_due(self, now: datetime) -> int:
        """Ring what should have rung since the last time, or in the last 24 hours; tells how many did."""
        since = max(self._rung_until or now - MADE_UP, now - MADE_UP)
        rung = 0
        for occasion, at in await asyncio.to_thread(self._desk.occasions, since, now):
            rung += await self._ring(occasion, at)
        self._rung_until = now
        return rung

    async def _ring(self, occasion: str, at: datetime) -> bool:
        try:
            rang = await asyncio.to_thread(self._desk.ring, occasion, at)
        except DatabaseAway:
            raise
        except Exception as error:  # one occasion that fails must not stop the deadlines
            log.error("occasion_failed", occasion=occasion, at=at.isoformat(), why=why(error))
            return False
        if rang:
            self._tally["occasions_rung"] += 1
            log.info("occasion", name=occasion, at=at.isoformat())
        return rang

    def look_at_the_calendar(self) -> None:
        """The next pass rings what is due; it comes at once."""
        self._calendar_is_due = True
        self.loop.wake.set()

    def metronome(self) -> AsyncIOScheduler:
        """A scheduler that only reminds us each minute: it keeps no job, and what is due is asked of the desk."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(
            self.look_at_the_calendar, "interval", minutes=1, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        return scheduler
