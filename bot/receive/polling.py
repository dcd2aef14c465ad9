"""Asking Telegram for updates: the only place that polls, and nothing Telegram does ends it."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.hear.update import KINDS
from bot.loop import Backoff, Sleep, Ticks, first_of, until
from bot.receive.keeping import LARGEST_ID, Keeping, number_of, row_of
from bot.shore import seconds_of, why
from bot.wire import Line
from tracker.desk import Desk
from tracker.errors import DatabaseAway

LONG_POLL = 25.0  # seconds Telegram may keep us waiting for the next update
STANDS_BY = 1.0  # seconds until we look again whether it is for us to poll
GATHERED = 0.3  # seconds between polls while more is unread than can be read: to fetch them singly takes a third of it

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Receiver:
    """Takes updates from Telegram and keeps them. Nothing that comes back ends or blocks it."""

    def __init__(
        self,
        line: Line,
        desk: Desk,
        bot_key: str,
        *,
        arrived: asyncio.Event,
        tally: Counter[str],
        sleep: Sleep = asyncio.sleep,
        ticks: Ticks = time.monotonic,
        backoff: Backoff | None = None,
        trusted: Callable[[], bool] = lambda: True,
        in_a_rush: Callable[[], bool] = lambda: False,
    ) -> None:
        """`trusted`: whether this machine is the one that polls. What came before it lost that is kept all the same.

        `in_a_rush`: whether so much is unread that the next are fetched together.
        """
        self._trusted, self._in_a_rush = trusted, in_a_rush
        self._line, self._desk, self._bot_key = line, desk, bot_key
        self.keeping = Keeping(desk, bot_key, arrived=arrived, tally=tally)
        self._sleep, self._ticks = sleep, ticks
        self._backoff = backoff or Backoff()
        self.heard_at: float | None = None  # on `ticks`: when Telegram last answered a poll
        self.rest = 0.0  # seconds to wait before the next poll

    async def run(self, stop: asyncio.Event, wait: float = LONG_POLL) -> None:
        first = True  # which is answered at once, and shows that all is well
        while not stop.is_set():
            await self.once(0 if first else wait, stop)
            first = False
            if self.rest > 0:
                await first_of(stop, within=self.rest, sleep=self._sleep)

    async def once(self, wait: float, stop: asyncio.Event | None = None) -> int:
        """Poll once, for at most `wait` seconds; tells how many updates came. `stop` breaks the poll off."""
        self.rest = 0.0
        if not self._trusted():
            self.rest = STANDS_BY
            return 0
        try:
            offset = await asyncio.to_thread(self._desk.cursor, self._bot_key)
            poll = self._line.raw_updates(offset=offset, wait=wait, kinds=KINDS)
            answer = await (until(stop, poll) if stop else poll)
            if answer is None:
                return 0
            return await self._keep(answer)
        except Exception as error:  # whatever it is, the next update must still be heard
            if self._trusted():  # else somebody else polls by right, and Telegram said so
                self._trouble(error)
            return 0

    async def _keep(self, answer: Any) -> int:
        if not isinstance(answer, list):
            raise TypeError("updates are no list")
        rows = [row for row in map(row_of, answer) if row is not None]
        numbers = [number for number in map(number_of, answer) if number is not None]
        if numbers:
            # The last that came, not the greatest ever seen: ids start anew after an idle week or a new server.
            await self.keeping.store(rows, min(numbers[-1] + 1, LARGEST_ID))
        self._fine(stuck=bool(answer) and not numbers)
        return len(rows)

    def _fine(self, *, stuck: bool) -> None:
        self.heard_at = self._ticks()
        if stuck:  # nothing in the answer could be confirmed, so it comes again: not at full speed
            self.rest = self._backoff.next()
            return
        if self._in_a_rush():
            self.rest = GATHERED
        if self._backoff.over():
            log.info("telegram_back")

    def _trouble(self, error: Exception) -> None:
        self.rest = self._backoff.next()
        again = round(self.rest, 1)
        match error:
            case RetryAfter():
                self.rest = seconds_of(error)
                log.warning("telegram_says_wait", again_in=self.rest)
            case InvalidToken():
                cure = "is LINLIBAN_BOT_TOKEN still the token @BotFather shows, and LINLIBAN_TELEGRAM_URL right?"
                log.error("token_refused", why=why(error), cure=cure, again_in=again)
            case Conflict() if "webhook" in error.message.lower():
                log.error(
                    "webhook_in_the_way",
                    cure="set LINLIBAN_WEBHOOK_URL to its address, or take it away with: linliban webhook off",
                    again_in=again,
                )
            case Conflict():
                cure = "another program polls with this token: stop one of the two"
                log.error("not_alone", cure=cure, again_in=again)
            case DatabaseAway():
                log.warning("database_away", loop="receive", why=str(error), again_in=again)
            case TelegramError():
                log.warning("telegram_away", why=why(error), again_in=again)
            case _:
                log.error("poll_failed", why=why(error), again_in=again)
