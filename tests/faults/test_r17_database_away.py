"""R17: database file locked 9 s, PostgreSQL restarted in mid-batch: no lost decision, it goes on without a restart.

On PostgreSQL also: every connection ended by the server, reset on its way, or half open, which nobody is told of. The
restart needs a PostgreSQL that may be started here; where there is only one behind an address, the others must do.
"""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.engine import make_url

from tests.conftest import POSTGRES
from tests.faults.accounts import Accounts
from tests.faults.cluster import PROGRAMS, Cluster
from tests.faults.proxy import Proxy
from tests.faults.quarter import Quarter, quarter
from tracker import server
from tracker.db import Database, migrate
from tracker.errors import DatabaseAway
from tracker.models import Clock

TICKETS = 8
SOON = timedelta(seconds=0.5)
IN_FLIGHT = 8  # notices at most (bot/speak)
IMPATIENT = 2.0  # seconds that a line may be silent; 25 in earnest (tracker/server.py)


@dataclass
class Scene:
    """The quarter, the line its program has to the database, and the server at the other end."""

    quarter: Quarter
    line: Proxy | None = None
    server: Cluster | None = None


Trouble = Callable[[Scene], Awaitable[None]]


def soon_due(there: Quarter) -> None:
    """Every ticket's next rung is to be told in a moment, in the midst of the trouble."""
    with there.books.writing() as session:
        session.execute(update(Clock).where(Clock.due_at.is_not(None)).values(due_at=datetime.now(UTC) + SOON))


async def goes_on(scene: Scene, trouble: Trouble) -> None:
    """People report and rungs fall due before, during and after the trouble; the program lives through it."""
    there = scene.quarter
    for _ in range(TICKETS):
        there.reports_something()
    await there.settles()
    await there.bot.start()
    await there.bot.sees_soon(lambda: there.bot.runs, 30.0)
    pid = there.bot.pid
    soon_due(there)
    during = asyncio.create_task(people_go_on(there))
    await trouble(scene)
    await during
    await there.comes_to_rest()
    assert there.bot.pid == pid
    assert await there.bot.ends() == 0
    assert "Traceback" not in there.bot.log


async def people_go_on(there: Quarter) -> None:
    for _ in range(TICKETS):
        await asyncio.sleep(0.1)
        there.reports_something()


# --- SQLite: somebody else writes; ours wait up to ten seconds each


async def locked(there: Quarter, seconds: float) -> None:
    file = make_url(there.bot.database_url).database
    assert file is not None
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(seconds)
        other.execute("ROLLBACK")


async def locked_as_long_as_anybody_waits(scene: Scene) -> None:
    await locked(scene.quarter, 9.0)
    assert "database_away" not in scene.quarter.bot.log


async def locked_longer(scene: Scene) -> None:
    await locked(scene.quarter, 12.0)
    assert "database_away" in scene.quarter.bot.log


# --- PostgreSQL


async def ended_by_the_server(scene: Scene) -> None:
    """Again and again: now one is idle, now one is in the middle of a transaction."""
    others = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  " WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
    for _ in range(20):
        with scene.quarter.books.writing() as session:
            session.execute(others)
        await asyncio.sleep(0.05)


async def reset_on_the_way(scene: Scene) -> None:
    assert scene.line is not None
    for _ in range(20):
        scene.line.cut()
        await asyncio.sleep(0.05)


async def half_open(scene: Scene) -> None:
    """Whoever asks on an old line waits for an answer that will not come; soon there are new lines."""
    assert scene.line is not None
    scene.line.swallow()
    await asyncio.sleep(1.0)
    scene.line.open()


async def restarted(scene: Scene) -> None:
    assert scene.server is not None
    await asyncio.to_thread(scene.server.stop)
    await asyncio.sleep(1.0)
    await asyncio.to_thread(scene.server.start)


ON_SQLITE: tuple[Trouble, ...] = (locked_as_long_as_anybody_waits, locked_longer)
ON_POSTGRES: tuple[Trouble, ...] = (ended_by_the_server, reset_on_the_way, half_open)
if PROGRAMS:
    ON_POSTGRES += (restarted,)


@pytest.mark.parametrize("trouble", ON_POSTGRES if POSTGRES else ON_SQLITE)
async def test_r17_it_goes_on(trouble: Trouble, database_url: str, tmp_path: Path) -> None:
    async with AsyncExitStack() as around:
        line, cluster = None, None
        if trouble is restarted:
            cluster = around.enter_context(Cluster())
            database_url = cluster.url
            await asyncio.to_thread(migrate, database_url)
        there = await around.enter_async_context(quarter(database_url, tmp_path, groups=3, parties=2))
        if POSTGRES:
            address = make_url(database_url)
            line = await around.enter_async_context(Proxy(address.host or "", address.port or 5432))
            over_the_line = address.set(host="127.0.0.1", port=line.port)
            there.bot.database_url = over_the_line.render_as_string(hide_password=False)
            there.bot.patience = IMPATIENT
        await goes_on(Scene(there, line, cluster), trouble)
        accounts = Accounts.of(there)
        accounts.nothing_is_lost()
        assert len([row for row in accounts.notices if row.kind == "page"]) >= TICKETS
        # A server that takes a claim and is cut off before it says so leaves a notice nobody sends: it ends unsure.
        in_doubt = IN_FLIGHT if POSTGRES else 0
        doubled, _unsure = accounts.nothing_is_doubled(in_doubt)
        assert doubled == 0
        accounts.order_is_kept()
        accounts.cards_are_true()
        accounts.the_file_is_whole()


if POSTGRES:

    def test_r17_a_transaction_that_froze_is_an_outage(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """The server has ended it meanwhile, so that its locks hold up nobody else."""
        monkeypatch.setitem(server.LIMITS, "idle_in_transaction_session_timeout", "50ms")
        with closing(Database(database_url)) as database:
            with pytest.raises(DatabaseAway):
                freezes(database)
            database.ping()

    def freezes(database: Database) -> None:
        with database.writing() as session:
            session.execute(text("SELECT 1"))
            time.sleep(0.3)
            session.execute(text("SELECT 1"))
