"""A house lost and restored from `linliban backup`: nothing of the copied moment is missing, and it runs."""

import asyncio
import json
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.bot.delivery.street import COMMUNITY, SQUARE, YARD, Street, new_town
from tests.bot.terminal import Terminal
from tests.faults.killing import PATIENCE, Bot, TownClock, ours
from tests.faults.quarter import nobody_ran_for_long
from tracker.clock import SystemClock, TurnedClock
from tracker.db import Base, Database
from tracker.desk import Desk
from tracker.models import Card, Clock, Community, Event, Ticket

AT_ANY_HOUR = '\n[calendar]\nquiet = "none"\n'  # the clock is real here, and the task must not wait for the morning


@pytest.fixture
def terminal(database_url: str, tmp_path: Path) -> Terminal:
    return Terminal(tmp_path, database_url=database_url)


@pytest.fixture
def fresh(database_url: str, request: pytest.FixtureRequest) -> str:
    """A place to restore into: a file that is not there yet, or an empty database."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{request.getfixturevalue('tmp_path')}/restored/linliban.db"
    url: str = request.getfixturevalue("bare_database_url")
    return url


def restore(copy: Path, fresh: str) -> None:
    """As docs/operators.md says."""
    url = make_url(fresh)
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "")
        file.parent.mkdir(exist_ok=True)
        shutil.copyfile(copy, file)
        return
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    words = ["--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={plain}", str(copy)]
    subprocess.run(["pg_restore", *words], check=True, capture_output=True)


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    database = Database(url)
    with database.reading() as session:
        tables = {table.name: table for table in Base.metadata.sorted_tables}
        found = {name: sorted(map(tuple, session.execute(select(table))), key=repr) for name, table in tables.items()}
    database.close()
    return found


def make_backup(terminal: Terminal, name: str = "copy") -> Path:
    said = terminal.types("backup", name)
    assert (said.code, said.err) == (0, ""), said
    return terminal.folder / name


async def test_restored_it_is_as_it_was(terminal: Terminal, settled: Street, fresh: str) -> None:
    settled.report()
    await settled.speaker.once()
    settled.take(settled.report())
    copy = await asyncio.to_thread(make_backup, terminal)
    before = everything(settled.desk.url)
    settled.report()  # too late for this backup
    restore(copy, fresh)
    desk = Desk(fresh, SystemClock())
    desk.check()  # the schema is current
    desk.close()
    assert everything(fresh) == before
    assert {len(before[name]) for name in ("ticket", "clock")} == {2}
    assert before["outbox"]


async def test_restored_it_runs(database_url: str, tmp_path: Path, fresh: str) -> None:
    """A ticket was open and its cards waited when the backup was made; the new house goes on from there."""
    terminal = Terminal(tmp_path, database_url=database_url)
    (tmp_path / "street.toml").write_text(COMMUNITY + AT_ANY_HOUR, encoding="utf-8")
    assert (await terminal.runs("apply", "street.toml")).code == 0
    town = new_town(TurnedClock(TownClock().now()))
    async with Serving(make_app(town)) as served:
        lost = Bot(town, served.url, database_url, tmp_path)
        town.fail("sendMessage", status=503, times=1000)
        town.say(SQUARE, 2001, "#报修 3号楼2单元的路灯不亮了")
        await lost.start()
        await lost.sees(lambda: bool(town.calls_of("sendMessage")))
        copy = await asyncio.to_thread(make_backup, terminal)
        await lost.ends(signal.SIGKILL)
        town.faults.clear()

        restore(copy, fresh)
        books = Database(fresh)
        nobody_ran_for_long(books)  # to restore a house takes longer than any lease
        books.close()
        bot = Bot(town, served.url, fresh, tmp_path)
        await bot.start()
        try:
            await bot.sees(lambda: "#XZ1" in texts(town, SQUARE) and "#XZ1" in texts(town, YARD))
            assert await is_ready(bot)
            town.say(SQUARE, 2001, "#报修 5号楼门口的路灯也不亮了")
            await bot.sees(lambda: "#XZ2" in texts(town, SQUARE))
            await bot.ends(signal.SIGTERM)
        finally:
            await bot.close()
            await lost.close()
    assert bot.deaths == [0]


def texts(town: Town, chat: int) -> str:
    return "\n".join(message.get("text", "") for message in ours(town, chat))


async def is_ready(bot: Bot) -> bool:
    said = [json.loads(line) for line in bot.log.splitlines() if '"running"' in line]
    async with httpx.AsyncClient(trust_env=False) as asks:
        answer = await asks.get(f"http://127.0.0.1:{said[-1]['port']}/readyz")
    return answer.status_code == 200


async def test_a_copy_made_while_people_write_is_of_one_moment(terminal: Terminal, settled: Street, fresh: str) -> None:
    with Reporting(settled) as reporting:
        await asyncio.to_thread(reporting.goes_on_to, 5)
        copy = await asyncio.to_thread(make_backup, terminal)
        await asyncio.to_thread(reporting.goes_on_to, reporting.said + 3)
    restore(copy, fresh)
    database = Database(fresh)
    with database.reading() as session:
        tickets = session.scalars(select(Ticket.id)).all()
        assert 5 <= len(tickets) < reporting.said
        for part, each in ((Clock, 1), (Card, 2), (Event, 2)):
            counted = session.execute(select(part.ticket_id, func.count()).group_by(part.ticket_id))
            assert {row[0]: row[1] for row in counted} == dict.fromkeys(tickets, each)
        assert session.scalar(select(Community.last_number)) == len(tickets)
    database.close()


class Reporting:
    """People report, one after the other, until the block ends."""

    def __init__(self, street: Street) -> None:
        self.said, self._over = 0, False
        self._street, self._changed = street, threading.Condition()
        self._thread = threading.Thread(target=self._report)

    def _report(self) -> None:
        while not self._over:
            self._street.report(message=5000 + self.said)
            with self._changed:
                self.said += 1
                self._changed.notify_all()

    def goes_on_to(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.said >= count, timeout=PATIENCE)

    def __enter__(self) -> "Reporting":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._thread.join()
