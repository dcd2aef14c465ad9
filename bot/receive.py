"""Telegram → inbox: the only place that asks for updates. What is confirmed has been committed before."""

import asyncio
import re
import time
from collections import Counter
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.hear.update import KINDS
from bot.loop import Backoff, Sleep, Ticks, first_of, until
from bot.shore import seconds_of, why
from bot.wire import Line
from tracker import faults
from tracker.desk import Desk
from tracker.errors import DatabaseAway

LONG_POLL = 25.0  # seconds Telegram may keep us waiting for the next update
_LARGEST = 2**63 - 1  # ids are BIGINT
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # NUL and half characters: no text for PostgreSQL

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

Row = tuple[int, str, dict[str, Any]]


class Receiver:
    """Takes updates from Telegram and keeps them. Nothing that comes back ends or blocks it.

    `bot_key` names the sequence of update ids: they start anew with another bot or another API server.
    """

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
    ) -> None:
        self._line, self._desk, self._bot_key = line, desk, bot_key
        self._arrived, self._tally = arrived, tally
        self._sleep, self._ticks = sleep, ticks
        self._backoff = backoff or Backoff()
        self.heard_at: float | None = None  # on `ticks`: when Telegram last answered a poll
        self.rest = 0.0  # seconds to wait before the next poll

    async def run(self, stop: asyncio.Event, wait: float = LONG_POLL) -> None:
        while not stop.is_set():
            await self.once(wait, stop)
            if self.rest > 0:
                await first_of(stop, within=self.rest, sleep=self._sleep)

    async def once(self, wait: float, stop: asyncio.Event | None = None) -> int:
        """Poll once, for at most `wait` seconds; tells how many updates came. `stop` breaks the poll off."""
        self.rest = 0.0
        try:
            offset = await asyncio.to_thread(self._desk.cursor, self._bot_key)
            poll = self._line.raw_updates(offset=offset, wait=wait, kinds=KINDS)
            answer = await (until(stop, poll) if stop else poll)
            if answer is None:
                return 0
            return await self._keep(answer)
        except Exception as error:  # whatever it is, the next update must still be heard
            self._trouble(error)
            return 0

    async def _keep(self, answer: Any) -> int:
        if not isinstance(answer, list):
            raise TypeError("updates are no list")
        rows = [row for row in map(self._row, answer) if row is not None]
        numbers = [each["update_id"] for each in answer if _number(each) is not None]
        if numbers:
            # The last that came, not the greatest ever seen: ids start anew after an idle week or a new server.
            await self._store(rows, min(numbers[-1] + 1, _LARGEST))
        self._fine(stuck=bool(answer) and not numbers)
        return len(rows)

    async def _store(self, rows: list[Row], offset: int) -> None:
        try:
            await asyncio.to_thread(self._desk.store_updates, self._bot_key, rows, offset)
        except DatabaseAway:
            raise
        except Exception as error:
            if len(rows) < 2:
                log.error("update_unstorable", update=rows[0][0] if rows else None, why=type(error).__name__)
                await asyncio.to_thread(self._desk.store_updates, self._bot_key, [], offset)
                return
            for row in rows:  # one of them is what the database cannot take: the others are kept
                await self._store([row], row[0] + 1)
        faults.reached("update_stored")
        self._tally["updates_received"] += len(rows)
        if rows:
            self._arrived.set()

    def _row(self, update: Any) -> Row | None:
        """The update as the inbox takes it; None for what is confirmed without being kept."""
        number = _number(update)
        if number is None:
            log.warning("update_without_number", type=type(update).__name__)
            return None
        kind = next((kind for kind in KINDS if update.get(kind) is not None), None)
        if kind is None:
            log.info("update_not_for_us", update=number)
            return None
        return number, chat_key(update[kind]), _storable(update)

    def _fine(self, *, stuck: bool) -> None:
        self.heard_at = self._ticks()
        if stuck:  # nothing in the answer could be confirmed, so it comes again: not at full speed
            self.rest = self._backoff.next()
        elif self._backoff.over():
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
                    cure="open <LINLIBAN_TELEGRAM_URL>/bot<token>/deleteWebhook once",
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


def chat_key(content: Any) -> str:
    """Whose order an update belongs to: its chat's, else that of the person who acted."""
    content = content if isinstance(content, dict) else {}
    message = content.get("message")  # the one under a pressed button
    for holder in (content, message if isinstance(message, dict) else {}):
        chat = holder.get("chat")
        if isinstance(chat, dict) and isinstance(chat.get("id"), int):
            return str(chat["id"])
    person = content.get("from")
    return f"user:{person['id']}" if isinstance(person, dict) and isinstance(person.get("id"), int) else "?"


def _number(update: Any) -> int | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    fits = isinstance(number, int) and not isinstance(number, bool) and 0 < number <= _LARGEST
    return number if fits else None


def _storable(value: Any) -> Any:
    match value:
        case str():
            return _UNSTORABLE.sub("", value)
        case dict():
            return {_UNSTORABLE.sub("", key): _storable(each) for key, each in value.items()}
        case list():
            return [_storable(each) for each in value]
        case _:
            return value
