"""R18: disk full on commit: no page without its claim, health says so loudly, and it recovers and has lost nothing.

A tmpfs is the disk. Where none may be mounted, SQLite's program is kept from enlarging its files instead; PostgreSQL's
tablespace needs the tmpfs, so there the test is only where mounting is allowed.
"""

import asyncio
import os
import resource
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psycopg
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from tests.conftest import POSTGRES
from tests.faults.accounts import Accounts
from tests.faults.cluster import PROGRAMS, Cluster
from tests.faults.disk import fill, make_room, may_write_up_to, small_disk
from tests.faults.quarter import Quarter, quarter
from tests.faults.test_r17_database_away import soon_due
from tracker.db import migrate
from tracker.models import Outbox

MEGABYTES = 32
TICKETS = 4


@dataclass
class Disk:
    """What the database stands on, and how it fills up and empties."""

    database_url: str
    fills: Callable[[Quarter], None]
    empties: Callable[[Quarter], None]


@asynccontextmanager
async def on_sqlite(database_url: str, folder: Path) -> AsyncIterator[Disk]:
    with small_disk(folder, MEGABYTES) as mounted:
        if mounted:
            file = shutil.copy(make_url(database_url).database or "", folder / "linliban.db")
            yield Disk(f"sqlite:///{file}", lambda _: fill(folder), lambda _: make_room(folder))
        else:
            yield Disk(
                database_url,
                lambda there: may_write_up_to(there.bot, 65536),
                lambda there: may_write_up_to(there.bot, resource.RLIM_INFINITY),
            )


@asynccontextmanager
async def on_postgres(_database_url: str, folder: Path) -> AsyncIterator[Disk]:
    """The database's tables and indexes in a tablespace on the small disk, the server's own files elsewhere."""
    with small_disk(folder, MEGABYTES) as mounted, Cluster() as cluster:
        assert mounted
        there = folder / "space"
        there.mkdir()
        shutil.chown(there, "postgres", "postgres")
        with psycopg.connect(cluster.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{there}'")
            connection.execute("CREATE DATABASE small TABLESPACE small")
        url = make_url(cluster.url).set(database="small").render_as_string(hide_password=False)
        await asyncio.to_thread(migrate, url)
        yield Disk(url, lambda _: fill(folder), lambda _: make_room(folder))


async def checks(there: Quarter) -> dict[str, bool]:
    """What /readyz answers."""
    async with httpx.AsyncClient(trust_env=False) as client:
        found: dict[str, bool] = (await client.get(f"http://127.0.0.1:{there.bot.port}/readyz")).json()["checks"]
        return found


async def says(there: Quarter, database: bool, meanwhile: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while (await checks(there))["database"] is not database:
            meanwhile()
            await asyncio.sleep(0.05)


async def fills_up_and_recovers(there: Quarter, disk: Disk) -> None:
    for _ in range(TICKETS):
        there.reports_something()
    await there.settles()
    await there.bot.start()
    await there.bot.sees_soon(lambda: there.bot.runs, 30.0)
    soon_due(there)
    disk.fills(there)
    await says(there, database=False, meanwhile=there.reports_something)
    assert '"database_away"' in there.bot.log
    with there.books.reading() as session:
        claimed = session.scalar(select(func.count()).where(Outbox.attempt > 0)) or 0
    assert len(there.town.calls_of("sendMessage")) <= claimed
    disk.empties(there)
    await says(there, database=True, meanwhile=lambda: None)
    await there.comes_to_rest()
    assert await there.bot.ends() == 0
    assert there.bot.deaths == [0]
    assert "Traceback" not in there.bot.log


if not POSTGRES or (PROGRAMS and os.geteuid() == 0):

    async def test_r18_disk_full(database_url: str, tmp_path: Path) -> None:
        async with AsyncExitStack() as around:
            folder = around.enter_context(TemporaryDirectory(prefix="linliban-disk-"))
            os.chmod(folder, 0o755)  # noqa: PTH101, S103 - PostgreSQL runs as somebody else, and looks in
            stands_on = on_postgres if POSTGRES else on_sqlite
            disk = await around.enter_async_context(stands_on(database_url, Path(folder)))
            there = await around.enter_async_context(quarter(disk.database_url, tmp_path, groups=3, parties=2))
            await fills_up_and_recovers(there, disk)
            accounts = Accounts.of(there)
            accounts.nothing_is_lost()
            assert len([row for row in accounts.notices if row.kind == "page"]) >= TICKETS
            assert accounts.nothing_is_doubled(0) == (0, 0)
            accounts.cards_are_true()
            accounts.the_file_is_whole()
