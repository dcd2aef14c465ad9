"""Intake: what it costs to hear a report over HTTP and commit its ticket, event and notices."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import perf_counter
from typing import Any

import psycopg
from pydantic import SecretStr
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from telegram import Update

from bench.databases import Databases, plain
from bench.figures import Figure
from bench.street import COMMUNITY, FLOOR, OURS, USERNAME, Street
from bot.handlers import Handlers
from bot.receive import Receiver
from bot.settings import Settings
from bot.wire import Line
from bot.work import Worker
from tracker.clock import SystemClock
from tracker.desk import Desk

UPDATES = 200  # a round
ROUNDS = 5
Hear = Callable[[], Coroutine[Any, Any, int]]
SCHEMA = "CREATE TABLE said (update_id BIGINT PRIMARY KEY, chat BIGINT NOT NULL, words TEXT NOT NULL)"


async def intake(databases: Databases) -> Figure:
    """Ours against the floor: updates parsed by python-telegram-bot, each kept by one bare INSERT and commit."""
    ours: list[float] = []
    floor: list[float] = []
    with Street() as street:
        url = databases.new("intake")
        bot, bare = Bot(url, street.url), Bare(databases.new("floor"), street.url)
        try:
            for turn in range(ROUNDS + 1):
                street.say(UPDATES)
                await _round(turn, bot.hear, ours, bare.hear, floor)
        finally:
            await bot.close()
            await bare.close()
    _all_there(url, (ROUNDS + 1) * UPDATES)
    return Figure(
        measure="intake: update over HTTP to ticket, event and notices committed",
        database=databases.kind,
        unit="ms an update",
        baseline_is="python-telegram-bot parses the same updates, one bare INSERT and commit each",
        ours=ours[1:],  # the first round fills caches
        baseline=floor[1:],
        more={"updates": UPDATES},
    )


async def _round(turn: int, a: Hear, to_a: list[float], b: Hear, to_b: list[float]) -> None:
    """Each hears the same updates; who begins changes from turn to turn."""
    for hear, to in ((a, to_a), (b, to_b)) if turn % 2 else ((b, to_b), (a, to_a)):
        began = perf_counter()
        heard = await hear()
        to.append((perf_counter() - began) * 1000 / UPDATES)
        assert heard == UPDATES, f"{heard} of {UPDATES} updates were heard"


class Bot:
    """Our own receiver, inbox, handlers and desk, put together as the running bot has them."""

    def __init__(self, url: str, telegram_url: str) -> None:
        self._desk = Desk(url, SystemClock())
        self._desk.migrate()
        register(self._desk)
        self._line, tally = line(OURS, telegram_url), Counter[str]()
        handlers = Handlers(bot_id=1000, username=USERNAME)
        self._worker = Worker(self._line, self._desk, handlers.handle, after=lambda: None, tally=tally)
        self._receiver = Receiver(self._line, self._desk, f"1000@{telegram_url}", arrived=asyncio.Event(), tally=tally)

    async def hear(self) -> int:
        heard = 0
        while await self._receiver.once(0):
            heard += await self._worker.drain()
        return heard

    async def close(self) -> None:
        await self._line.hang_up()
        self._desk.close()


class Bare:
    """The least anybody could do who parses updates and wants none of them lost."""

    def __init__(self, url: str, telegram_url: str) -> None:
        self._line = line(FLOOR, telegram_url)
        self._keep, self._close = _bare_sqlite(url) if url.startswith("sqlite") else _bare_postgres(url)
        self._offset = 0

    async def hear(self) -> int:
        heard = 0
        while updates := await self._line.get_updates(offset=self._offset, limit=100, timeout=0):
            for update in updates:
                self._keep(update)
            self._offset = updates[-1].update_id + 1
            heard += len(updates)
        return heard

    async def close(self) -> None:
        await self._line.hang_up()
        self._close()


def _row(update: Update) -> tuple[int, int, str]:
    message = update.message
    assert message
    return update.update_id, message.chat.id, message.text or ""


def _bare_sqlite(url: str) -> tuple[Callable[[Update], None], Callable[[], None]]:
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):  # as durable as ours
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(SCHEMA)

    def keep(update: Update) -> None:
        connection.execute("INSERT INTO said VALUES (?, ?, ?)", _row(update))

    return keep, connection.close


def _bare_postgres(url: str) -> tuple[Callable[[Update], None], Callable[[], None]]:
    connection = psycopg.connect(plain(make_url(url)), autocommit=True)
    connection.execute(SCHEMA)

    def keep(update: Update) -> None:
        connection.execute("INSERT INTO said VALUES (%s, %s, %s)", _row(update))

    return keep, connection.close


def line(token: str, telegram_url: str) -> Line:
    return Line(Settings(bot_token=SecretStr(token), telegram_url=telegram_url))


def register(desk: Desk) -> None:
    """The street's community, by way of its file as everywhere."""
    with NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as file:
        file.write(COMMUNITY)
        file.flush()
        desk.apply(Path(file.name))


def _all_there(url: str, updates: int) -> None:
    """A measure of work that was not done would be worth nothing."""
    engine = create_engine(url)
    with engine.connect() as connection:
        count = {
            table: connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - our own table names
            for table in ("ticket", "event", "outbox", "clock")
        }
    engine.dispose()
    assert count["ticket"] == count["clock"] == updates, count
    assert count["event"] >= updates, count
    assert count["outbox"] >= updates, count
