"""Raw updates → inbox rows: the only place that writes down what came, and never loses one to its neighbour."""

import asyncio
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import structlog

from bot.hear import may_be_danger
from bot.hear.update import KINDS
from tracker import faults
from tracker.desk import Arrival, Desk
from tracker.errors import DatabaseAway

LARGEST_ID = 2**63 - 1  # ids are BIGINT
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # NUL and half characters: no text for PostgreSQL

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

Row = tuple[int, str, dict[str, Any]]


class Keeping:
    """Keeps the updates of one bot, each once. `arrived` is set when there is something to work on.

    `bot_key` names the sequence of update ids: they start anew with another bot or another API server.
    """

    def __init__(self, desk: Desk, bot_key: str, *, arrived: asyncio.Event, tally: Counter[str]) -> None:
        self.desk, self.bot_key = desk, bot_key
        self._arrived, self._tally = arrived, tally

    async def store(self, rows: Sequence[Row], offset: int | None = None) -> None:
        """Returns once the rows, and `offset` as the next to ask for, are committed. DatabaseAway: `offset` is not."""
        try:
            await self._commit(rows, offset)
        except DatabaseAway:
            raise
        except Exception as error:
            if not rows:
                raise
            log.warning("updates_one_by_one", count=len(rows), why=type(error).__name__)
            for row in rows:  # one of them is what the database cannot take: the others are kept
                await self._keep_or_park(row)
            await self._commit([], offset)
        faults.reached("update_stored")
        self._tally["updates_received"] += len(rows)
        if rows:
            self._arrived.set()

    async def _keep_or_park(self, row: Row) -> None:
        """What the database refuses is kept as plain text, which nobody acts on but somebody can look into."""
        number, chat, raw = row
        for plain in (False, True):
            try:
                return await self._commit([(number, chat, _as_text(number, raw) if plain else raw)])
            except DatabaseAway:
                raise
            except Exception as error:
                log.error("update_unstorable", update=number, why=type(error).__name__)

    async def _commit(self, rows: Sequence[Row], offset: int | None = None) -> None:
        await asyncio.to_thread(self._write, rows, offset)

    def _write(self, rows: Sequence[Row], offset: int | None) -> None:
        arrivals = [Arrival(*row, urgent=may_be_danger(row[2])) for row in rows]
        self.desk.store_updates(self.bot_key, arrivals, offset)


def row_of(update: Any) -> Row | None:
    """The update as the inbox takes it; None for what is confirmed without being kept."""
    number = number_of(update)
    if number is None:
        log.warning("update_without_number", type=type(update).__name__)
        return None
    kind = next((kind for kind in KINDS if update.get(kind) is not None), None)
    if kind is None:
        log.info("update_not_for_us", update=number)
        return None
    try:
        return number, chat_key(update[kind]), _storable(update)
    except RecursionError:
        log.error("update_unstorable", update=number, why="nested too deeply")
        return number, chat_key(update[kind]), {"update_id": number, kind: "nested too deeply"}


def number_of(update: Any) -> int | None:
    """The update's id; None where it has none that could be confirmed."""
    number = update.get("update_id") if isinstance(update, dict) else None
    fits = isinstance(number, int) and not isinstance(number, bool) and 0 < number <= LARGEST_ID
    return number if fits else None


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


def _as_text(number: int, raw: dict[str, Any]) -> dict[str, Any]:
    """The same update with its content written out, in ASCII: no reader takes it for a message."""
    return {"update_id": number} | {kind: json.dumps(raw[kind]) for kind in KINDS if raw.get(kind) is not None}


def _storable(value: Any) -> Any:
    match value:
        case str():
            return _UNSTORABLE.sub("", value)
        case dict():
            return {_UNSTORABLE.sub("", key): _storable(each) for key, each in value.items()}
        case list():
            return [_storable(each) for each in value]
        case float() if not math.isfinite(value):
            return None  # JSON has no word for it, though Python reads and writes one
        case _:
            return value
