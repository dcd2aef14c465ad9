"""The bot as a whole, step by step: tests and the demo turn its clock, `linliban run` repeats its passes."""

import asyncio
import time
from datetime import datetime

import structlog
from telegram.error import InvalidToken, RetryAfter, TelegramError

from board import Signs
from bot.app.hearing import Hearing
from bot.app.lease import Lease
from bot.app.parts import Parts
from bot.loop import Backoff, Sleep, first_of
from bot.receive.manner import WrongManner
from bot.settings import Settings
from bot.shore import seconds_of, why
from bot.skew import Skew
from bot.tally import Tally
from bot.wire import Line
from tracker.clock import Clock
from tracker.desk import Desk
from tracker.errors import OldSchema

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class CannotStart(Exception):
    """Why the bot cannot run, in one clear line without secrets."""


class App:
    """`open` it, then `settle` at each moment of the clock (or have bot/app/running.py repeat it), and `close`."""

    def __init__(
        self, settings: Settings, clock: Clock, desk: Desk | None = None, *, sleep: Sleep = asyncio.sleep
    ) -> None:
        self.settings, self.clock = settings, clock
        self.desk = desk or Desk(settings.database_url, clock)
        self._closes_desk = desk is None
        self._sleep = sleep
        self._parts: Parts | None = None
        self.tally = Tally()
        self.skew = Skew(clock)
        self.line = Line(settings, heard=self.skew.heard)
        self.hearing = Hearing(settings, self.line, self.desk, self.tally)
        self.lease: Lease | None = None

    def check_database(self) -> None:
        """DatabaseAway or OldSchema unless the database is there and current; SQLite is brought up by itself."""
        try:
            self.desk.check()
        except OldSchema:
            if not self.desk.is_sqlite:
                raise
            self.desk.migrate()

    async def open(self, stop: asyncio.Event | None = None) -> bool:
        """Ask Telegram who we are, however long that takes; False when `stop` came first. CannotStart: wrong token."""
        stop, backoff = stop or asyncio.Event(), Backoff()
        while self._parts is None and not stop.is_set():
            try:
                me = await self.line.get_me()
            except InvalidToken:
                raise CannotStart(
                    f"the Bot API server at {self.settings.telegram_url} does not know this token:"
                    " is LINLIBAN_BOT_TOKEN as @BotFather shows it, and LINLIBAN_TELEGRAM_URL right?"
                ) from None
            except TelegramError as error:
                rest = seconds_of(error) if isinstance(error, RetryAfter) else backoff.next()
                log.warning("telegram_away", why=why(error), again_in=round(rest, 1))
                await first_of(stop, within=rest, sleep=self._sleep)
            else:
                self._parts = Parts(
                    self.line, self.desk, self.clock, self.tally, self.skew,
                    bot_id=me.id, username=me.username or "",
                    reads_all=bool(me.can_read_all_group_messages), server=self.settings.telegram_url,
                    trusted=self.leads, deadman=self.settings.deadman_url.get_secret_value(),
                    polls=self.hearing.polls,
                )  # fmt: skip
        return not stop.is_set()

    async def listen(self, stop: asyncio.Event) -> None:
        """Settle how updates come in, before any does. CannotStart: not both ways at once."""
        try:
            await self.hearing.begin(self.parts.receiver.keeping, stop)
        except WrongManner as error:
            raise CannotStart(str(error)) from None

    def share(self) -> Lease:
        """From now on others may run beside us: what only one should do is done under this lease."""
        self.lease = Lease(self.desk, self.hearing.manner)
        return self.lease

    def leads(self) -> bool:
        return self.lease is None or self.lease.trusted()

    @property
    def parts(self) -> Parts:
        if self._parts is None:
            raise RuntimeError("open() comes first")
        return self._parts

    async def settle(self, max_rounds: int = 100) -> int:
        """Hear, work, decide and say until nothing can be done at this moment of the clock; tells how much that was.

        RuntimeError if it never comes to rest.
        """
        total = 0
        for _ in range(max_rounds):
            done = await self.parts.settle()
            total += done
            if not done:
                return total
        raise RuntimeError(f"still busy after {max_rounds} rounds")

    def nudge(self) -> None:
        """The clock was turned: look at everything again, at once."""
        self.parts.beat.look_at_the_calendar()
        self.parts.wake()

    def next_send_at(self) -> datetime | None:
        """When the next thing that waits may be said: now or later. None: nothing waits. Asks the database."""
        at = self.desk.next_send_at()
        return max(at, self.parts.pace.free_at()) if at else None

    def signs(self) -> Signs:
        """How the running parts are, for the board; before `open` nothing has been heard of Telegram."""
        if self._parts is None:
            return Signs(self.clock.now(), counts=self.tally)
        leads = self.leads()
        loops = [*self._parts.everywhere, *(self._parts.led if leads else ())]
        loops += [self.lease.loop] if self.lease else []
        return Signs(
            self.clock.now(),
            polled=_age(self._parts.receiver.heard_at),
            webhook=self.hearing.well,
            leads=leads,
            clock_right=self.skew.is_right(),
            loops={loop.name: _age(loop.alive_at) for loop in loops},
            counts={**self.tally, "letters_expired": self.desk.expired},
            lags=self.tally.lags,
            spoke=self.tally.since_said(),
            audited=self._parts.auditor.age(),
            findings=self._parts.auditor.findings,
        )

    async def close(self) -> None:
        await self.line.hang_up()
        if self._closes_desk:
            await asyncio.to_thread(self.desk.close)


def _age(at: float | None) -> float | None:
    return None if at is None else time.monotonic() - at
