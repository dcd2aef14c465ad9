"""`linliban run` as a process that can be killed, on a practice Telegram whose clock a test may turn."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from sandbox.town import Town
from tests.bot.terminal import REPOSITORY
from tracker.db import Database
from tracker.models import Outbox, Place

TOKEN, BOT_ID = "1000:practice", 1000
PATIENCE = 60.0  # seconds that two busy cores may take until something happens
OUTAGE = timedelta(seconds=61)  # longer than the lease of a letter and than the minute of a group's limit


class TownClock:
    """Real time, and what a test adds to it."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Bot:
    """The program, started again after each death with the environment it had before."""

    town: Town
    url: str
    database_url: str
    folder: Path
    process: Process | None = None
    words: tuple[str, ...] = ("-m", "bot", "run")  # what Python is told
    deaths: list[int | None] = field(default_factory=list)

    @property
    def log_file(self) -> Path:
        return self.folder / "log.txt"

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8") if self.log_file.exists() else ""

    @property
    def environment(self) -> dict[str, str]:
        given = {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_URL": self.url,
            "DATABASE_URL": self.database_url,
            "DATA_DIR": str(self.folder),
            "LISTEN": "127.0.0.1:0",
            "LOG_FORMAT": "json",
        }
        return {f"LINLIBAN_{name}": value for name, value in given.items()}

    async def start(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)} | self.environment
        with self.log_file.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, *self.words, cwd=self.folder, env=environment, stdout=DEVNULL, stderr=log
            )

    async def ends(self, how: signal.Signals | None = signal.SIGTERM) -> int:
        """Send the signal and wait for the end; the exit code."""
        assert self.process is not None
        assert how is not None
        assert self.process.returncode is None, self.log
        self.process.send_signal(how)
        code = await asyncio.wait_for(self.process.wait(), 15)
        self.deaths.append(code)
        self.process = None
        return code

    async def sees(self, what: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait until it is so in the town; AssertionError with the program's log if that never comes."""
        try:
            async with asyncio.timeout(within):
                async for _ in self.town.changed.changes():
                    if what():
                        return
        except TimeoutError:
            raise AssertionError(self.log[-5000:]) from None

    async def close(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


def a_minute_later(database_url: str, clock: TownClock) -> None:
    """Nobody runs for OUTAGE: what the database remembers of the last moments is that much longer ago."""
    clock.ahead += OUTAGE
    database = Database(database_url)
    with database.writing() as session:
        for row in session.scalars(select(Outbox).where(Outbox.lease_until.is_not(None))):
            assert row.lease_until is not None
            row.lease_until -= OUTAGE
        for place in session.scalars(select(Place)):
            place.recent = [at - OUTAGE.total_seconds() for at in place.recent]
            place.slot_at = place.slot_at and place.slot_at - OUTAGE
            place.urgent_at = place.urgent_at and place.urgent_at - OUTAGE
    database.close()


def ours(town: Town, chat: int) -> list[dict[str, Any]]:
    return [m for m in town.messages(chat) if m["from"]["id"] == BOT_ID and ("text" in m or "photo" in m)]
