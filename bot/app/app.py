"""The bot as a whole, step by step: tests and the demo turn its clock, `linliban run` repeats its passes."""

import asyncio
import time
from collections import Counter
from datetime import datetime

import structlog
from telegram.error import InvalidToken, RetryAfter, TelegramError

from board import Signs
from bot.app.parts import Parts
from bot.loop import Backoff, Sleep, first_of
from bot.settings import Settings
from bot.shore import seconds_of, why
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
        self.tally: Counter[str] = Counter()
        self.line = Line(settings)

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
                    self.line, self.desk, self.clock, self.tally,
                    bot_id=me.id, username=me.username or "", server=self.settings.telegram_url,
                )  # fmt: skip
        return not stop.is_set()

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
        loops = {loop.name: _age(loop.alive_at) for loop in self._parts.loops}
        return Signs(self.clock.now(), _age(self._parts.receiver.heard_at), loops, self.tally)

    async def close(self) -> None:
        await self.line.hang_up()
        if self._closes_desk:
            await asyncio.to_thread(self.desk.close)


def _age(at: float | None) -> float | None:
    return None if at is None else time.monotonic() - at
