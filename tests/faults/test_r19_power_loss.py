"""R19: power loss after the bot answered "ticket #n created": ticket and clock exist, and the file is whole.

SQLite's file is put together as a disk has it that lost every byte not synced; PostgreSQL is trusted with its own.
A C compiler makes the shim that watches the syncs (power.c); .ci/run installs one, and without one this is not tested.
"""

import re
import shutil
import signal
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.conftest import POSTGRES
from tests.faults.killing import Bot, ours
from tests.faults.quarter import Quarter, quarter
from tracker.db import Database
from tracker.models import Clock, Ticket

COMPILER = shutil.which("cc")
SOURCE = Path(__file__).with_name("power.c")
REPORTS, ENOUGH = 12, 6
CARELESS = """
import sys
from sqlalchemy import event
from sqlalchemy.pool import Pool

event.listen(Pool, "checkout", lambda connection, *_: connection.execute("PRAGMA synchronous=NORMAL"))

from bot.cli import main
sys.exit(main(["run"]))
"""  # what many choose beside WAL: it syncs at a checkpoint and at no commit


@dataclass
class Plugged(Bot):
    """The program on a machine whose disk is watched."""

    shim: Path = Path()

    @property
    def survives(self) -> Path:
        return self.folder / "survives"

    @property
    def environment(self) -> dict[str, str]:
        self.survives.mkdir(exist_ok=True)
        return super().environment | {"LD_PRELOAD": str(self.shim), "LINLIBAN_TEST_SURVIVES": str(self.survives)}


async def told_before_the_power_went(there: Quarter, bot: Plugged) -> set[int]:
    """Numbers that the groups have read; in that moment it is dark."""
    for _ in range(REPORTS):
        there.reports_something()
    await bot.start()
    try:
        await bot.sees(lambda: len(cards(there)) >= ENOUGH)
        await bot.ends(signal.SIGKILL)
    finally:
        await bot.close()
    return cards(there)


def cards(there: Quarter) -> set[int]:
    said = " ".join(str(message["text"]) for group in there.groups for message in ours(there.town, group))
    return {int(number) for number in re.findall(r"🎫 #XZ(\d+)", said)}


def found_when_it_is_light(bot: Plugged) -> set[int]:
    """Numbers of the tickets with a clock, in the file as the disk has it."""
    file = bot.survives / "linliban.db"
    if not file.exists():  # it was never synced, and is what it was before the program began
        shutil.copy(bot.folder / "before.db", file)
    with closing(Database(f"sqlite:///{file}")) as database, database.reading() as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        return set(session.scalars(select(Ticket.number).join(Clock, Clock.ticket_id == Ticket.id)))


async def tried(database_url: str, folder: Path, shim: Path, *words: str) -> tuple[set[int], set[int]]:
    """What the groups were told of, and what is there afterwards."""
    async with quarter(database_url, folder, groups=12, parties=6) as there:
        there.books.close()  # the last connection to let go brings everything into the file itself
        shutil.copy(folder / "linliban.db", folder / "before.db")
        bot = Plugged(there.town, there.bot.url, database_url, folder, shim=shim)
        bot.words = words or bot.words
        return await told_before_the_power_went(there, bot), found_when_it_is_light(bot)


if COMPILER and not POSTGRES:

    @pytest.fixture
    def shim(tmp_path: Path) -> Path:
        library = tmp_path / "power.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
        return library

    async def test_r19_what_the_group_was_told_of_is_there(database_url: str, tmp_path: Path, shim: Path) -> None:
        told, found = await tried(database_url, tmp_path, shim)
        assert len(told) >= ENOUGH
        assert told <= found

    async def test_r19_a_database_that_does_not_sync_would_forget(
        database_url: str, tmp_path: Path, shim: Path
    ) -> None:
        """The test above can fail: with synchronous=NORMAL what the group was told of is gone."""
        told, found = await tried(database_url, tmp_path, shim, "-c", CARELESS)
        assert len(told) >= ENOUGH
        assert not told <= found
