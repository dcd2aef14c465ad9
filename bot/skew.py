"""Our clock beside Telegram's: the only place that notices a wrong one, and tells.

A clock that is an hour ahead makes everything due at once, and a page cannot be taken back. So while it is wrong
nothing is decided and no occasion rung; what people say is heard and answered. One that is behind only makes us late.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import structlog

from bot.loop import Loop, Ticks, since_boot
from tracker.clock import Clock, SystemClock
from tracker.desk import Desk

WRONG = timedelta(minutes=5)
LOGGED_EVERY = TOLD_AFTER = 60.0  # seconds

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Skew:
    """How far our clock is ahead. A clock that people turn is right as it is, and so is one nobody can compare."""

    def __init__(self, clock: Clock, *, ticks: Ticks = since_boot) -> None:
        self._clock, self._ticks = clock, ticks
        self._compares = isinstance(clock, SystemClock)
        self._heard: tuple[datetime, float] | None = None  # what Telegram's clock said, and when on `ticks`

    def heard(self, date: str) -> None:
        """The `Date` of an answer that has just come."""
        try:
            at = parsedate_to_datetime(date)
        except ValueError:
            return
        self._heard = at.replace(tzinfo=at.tzinfo or UTC), self._ticks()

    def theirs(self) -> datetime | None:
        """What Telegram's clock should say now; a step of ours shows before the next answer comes."""
        if not self._compares or self._heard is None:
            return None
        at, ticks = self._heard
        return at + timedelta(seconds=self._ticks() - ticks)

    def ahead(self, now: datetime | None = None) -> timedelta | None:
        """Negative: we are behind. None: there is nothing to compare with.

        `now`: what our clock has just told, by which something is to be done. Asked again, it may tell another time.
        """
        theirs = self.theirs()
        return None if theirs is None else (now or self._clock.now()) - theirs

    def is_right(self, now: datetime | None = None) -> bool | None:
        ahead = self.ahead(now)
        return None if ahead is None else abs(ahead) <= WRONG

    def is_wrong(self, now: datetime | None = None) -> bool:
        return self.is_right(now) is False


class Watch:
    """Tells of a wrong clock: in the log each minute, and the coordinators once a day when it has lasted a minute."""

    def __init__(self, skew: Skew, desk: Desk, *, ticks: Ticks = since_boot) -> None:
        self._skew, self._desk, self._ticks = skew, desk, ticks
        self._since: float | None = None
        self._logged: float | None = None
        self._told: str | None = None
        self.loop = Loop("clock_watch", self.once)

    async def once(self) -> int:
        """Look at the clock; tells 0 always."""
        theirs, ahead = self._skew.theirs(), self._skew.ahead()
        if theirs is None or ahead is None or abs(ahead) <= WRONG:
            self._right()
        else:
            await self._wrong(theirs, ahead)
        return 0

    def _right(self) -> None:
        if self._since is not None:
            log.info("clock_right")
        self._since = self._logged = None

    async def _wrong(self, theirs: datetime, ahead: timedelta) -> None:
        now = self._ticks()
        self._since = now if self._since is None else self._since
        if self._logged is None or now - self._logged >= LOGGED_EVERY:
            self._logged = now
            cure = "turn on time synchronisation (timedatectl set-ntp true); until then no deadline is decided"
            log.error("clock_wrong", ahead=round(ahead.total_seconds()), cure=cure)
        day = f"{theirs:%Y-%m-%d}"  # of their clock; as the alarm's key it keeps it to one, whichever machine tells
        if now - self._since >= TOLD_AFTER and self._told != day:
            minutes = round(abs(ahead) / timedelta(minutes=1))
            await asyncio.to_thread(self._desk.tell_coordinators, "clock_wrong", day, minutes=minutes)
            self._told = day
