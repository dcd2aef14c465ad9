"""A second machine beside the first, on the same database: frozen, thawed, and read by its log."""

import asyncio
import json
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import func, select, update
from sqlalchemy.engine import make_url

from tests.faults.forked import Forked
from tests.faults.killing import PATIENCE
from tests.faults.quarter import LONG_AGO, Quarter, a_minute_ago
from tracker.models import Lease, Outbox


class Running(Protocol):
    @property
    def log(self) -> str: ...

    @property
    def lives(self) -> bool: ...


async def logs(machine: Running, event: str, *, since: int = 0, within: float = PATIENCE) -> None:
    """Wait until it has logged the event, after the first `since` of them."""
    try:
        async with asyncio.timeout(within):
            while len(lines_of(machine, event)) <= since:
                assert machine.lives, machine.log[-5000:]
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"no {event}\n{machine.log[-5000:]}") from None


def lines_of(machine: Running, event: str) -> list[dict[str, Any]]:
    """What it has logged of one kind, since it was started first."""
    lines = [json.loads(line) for line in machine.log.splitlines() if line.startswith("{") and line.endswith("}")]
    return [line for line in lines if line["event"] == event]


async def freezes(machine: Forked) -> None:
    """On SQLite between two writes: frozen in the middle of one it would keep the file, and the test, locked."""
    while True:
        os.kill(machine.pid, signal.SIGSTOP)
        while not _stands_still(machine.pid):  # noqa: ASYNC110 - another process, which tells nobody
            await asyncio.sleep(0.001)
        if await asyncio.to_thread(_can_be_written, machine.database_url):
            return
        thaws(machine)
        await asyncio.sleep(0.01)


def _stands_still(pid: int) -> bool:
    """Every thread does; the signal is sent to one after the other, and one may still take the file's lock."""
    stats = [task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/stat")]
    return all(stat.rpartition(")")[2].split()[0] == "T" for stat in stats)


def _can_be_written(database_url: str) -> bool:
    file = make_url(database_url).database if database_url.startswith("sqlite") else None
    if file is None:
        return True
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
    return True


def thaws(machine: Forked) -> None:
    os.kill(machine.pid, signal.SIGCONT)


def lease_runs_out(there: Quarter) -> None:
    """As if fifteen seconds had gone by without a renewal."""
    with there.books.writing() as session:
        session.execute(update(Lease).values(expires_at=a_minute_ago()))


def notices_run_out(there: Quarter) -> None:
    """As if thirty seconds had gone by since the last notice was taken."""
    with there.books.writing() as session:
        session.execute(update(Outbox).where(Outbox.state == "sending").values(lease_until=LONG_AGO))


def newest_notice(there: Quarter) -> int:
    with there.books.reading() as session:
        return session.scalar(select(func.max(Outbox.id))) or 0


def conflicts(there: Quarter) -> int:
    """How often Telegram told somebody that another polls with the same token."""
    return sum(call.status == 409 for call in there.town.calls_of("getUpdates"))
