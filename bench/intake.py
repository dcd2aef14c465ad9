"""Intake: what it costs to hear a report over HTTP and commit its ticket, event and notices."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import perf_counter, process_time
from typing import Any

import psycopg
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from telegram import Update

from bench.databases import Databases, plain
from bench.figures import Figure
from bench.street import COMMUNITY, FLOOR, OURS, USERNAME, Street
from bot.app.running import look_for_rubbish_less
from bot.handlers import Handlers
from bot.receive import Receiver
from bot.settings import Settings
from bot.wire import Line
from bot.work import Worker
from tracker.clock import SystemClock
from tracker.desk import Desk

UPDATES = 200  # a round
ROUNDS = 5
BARE = "python-telegram-bot parses the same updates, one bare INSERT and commit each"
Hear = Callable[[], Coroutine[Any, Any, int]]
SCHEMA = "CREATE TABLE said (update_id BIGINT PRIMARY KEY, chat BIGINT NOT NULL, words TEXT NOT NULL)"


async def intake(databases: Databases, workers: int) -> Figure:
    """Ours against the floor: updates parsed by python-telegram-bot, each kept by one bare INSERT and commit."""
    ours: list[float] = []
    floor: list[float] = []
    look_for_rubbish_less()  # as the running bot does; it serves both
    with Street() as street:
        url = databases.new(f"intake_{workers}")
        bot, bare = Bot(url, street.url, workers), Bare(databases.new(f"floor_{workers}"), street.url)
        try:
            for turn in range(ROUNDS + 1):
                street.say(UPDATES)
                with _counted() if turn == 0 else nullcontext(bot.statements) as bot.statements:
                    await _round(turn, bot.hear, ours, bare.hear, floor)
        finally:
            await bot.close()
            await bare.close()
    _all_there(url, (ROUNDS + 1) * UPDATES)
    return Figure(
        measure=f"intake: update over HTTP to ticket, event and notices committed, {workers} at work",
        database=databases.kind,
        unit="ms an update",
        baseline_is=BARE,
        ours=ours[1:],  # the first round fills caches
        baseline=floor[1:],
        more={
            "updates": UPDATES,
            "statements": round(bot.statements.total() / UPDATES, 1),
            "cpu_ms": round(bot.cpu / bot.heard * 1000, 2),
            "floor_cpu_ms": round(bare.cpu / bot.heard * 1000, 2),
            "commits": round(bot.commits / bot.heard, 2),
        },
    )


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    """Every statement our side sends meanwhile; the floor does not use SQLAlchemy."""
    counter = Counter[str]()

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        counter[statement] += 1

    event.listen(Engine, "before_cursor_execute", count)
    yield counter
    event.remove(Engine, "before_cursor_execute", count)


async def _round(turn: int, a: Hear, to_a: list[float], b: Hear, to_b: list[float]) -> None:
    """Each hears the same updates; who begins changes from turn to turn."""
    for hear, to in ((a, to_a), (b, to_b)) if turn % 2 else ((b, to_b), (a, to_a)):
        began = perf_counter()
        heard = await hear()
        to.append((perf_counter() - began) * 1000 / UPDATES)
        assert heard == UPDATES, f"{heard} of {UPDATES} updates were heard"


class Bot:
    """Our own receiver, inbox, handlers and desk, put together as the running bot has them."""

    def __init__(self, url: str, telegram_url: str, workers: int = 1) -> None:
        self._workers, self.statements = workers, Counter[str]()
        self.heard, self.commits, self.cpu = 0, 0, 0.0
        self._desk = Desk(url, SystemClock())
        self._desk.migrate()
        register(self._desk)
        self._line, tally = line(OURS, telegram_url), Counter[str]()
        handlers = Handlers(bot_id=1000, username=USERNAME)
        self._worker = Worker(self._line, self._desk, handlers.handle, after=lambda: None, tally=tally)
        self._receiver = Receiver(self._line, self._desk, f"1000@{telegram_url}", arrived=asyncio.Event(), tally=tally)

    async def hear(self) -> int:
        heard, began = 0, process_time()
        while await self._receiver.once(0):
            heard += sum(await asyncio.gather(*(self._work() for _ in range(self._workers))))
        self.cpu += process_time() - began
        self.heard += heard
        return heard

    async def _work(self) -> int:
        done = 0
        while handled := await self._worker.once():
            done += handled
            self.commits += 1
        return done

    async def close(self) -> None:
        await self._line.hang_up()
        self._desk.close()


class Bare:
    """The least anybody could do who parses updates and wants none of them lost."""

    def __init__(self, url: str, telegram_url: str) -> None:
        self._line = line(FLOOR, telegram_url)
        self._keep, self._close = _bare_sqlite(url) if url.startswith("sqlite") else _bare_postgres(url)
        self._offset, self.cpu = 0, 0.0

    async def hear(self) -> int:
        heard, began = 0, process_time()
        while updates := await self._line.get_updates(offset=self._offset, limit=100, timeout=0):
            for update in updates:
                self._keep(update)
            self._offset = updates[-1].update_id + 1
            heard += len(updates)
        self.cpu += process_time() - began
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
