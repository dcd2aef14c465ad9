"""R20: the wall clock steps by +1 h: alarm, no mass page before it is right again; by -1 h: delay only, no doubles.

A C compiler makes the shim that sets the clock of a real process (wall_clock.c); without one, that one is not tested.
"""

import asyncio
import shutil
import struct
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, update

from bot.app import App
from bot.settings import Settings
from bot.skew import Watch
from tests.bot.test_skew import Stepping, Ticks
from tests.faults.accounts import Accounts
from tests.faults.killing import TOKEN, Bot, ours
from tests.faults.machines import lines_of, logs
from tests.faults.quarter import COORDINATOR, Quarter, quarter
from tracker.models import Clock, Outbox, Slot
from tracker.outcomes import Delivered

HOUR, HALF_AN_HOUR = timedelta(hours=1), timedelta(minutes=30)
TICKETS = 12
COMPILER = shutil.which("cc")
SOURCE = Path(__file__).with_name("wall_clock.c")


@dataclass
class Stepped:
    """A quarter with its bot in this process, whose clock can be set."""

    there: Quarter
    app: App
    clock: Stepping

    async def settles(self) -> None:
        """All is done that can be done by this clock; twenty messages a minute are no limit."""
        for _ in range(20):
            done = await self.app.settle()
            await asyncio.to_thread(self.there.minutes_pass)
            if not done and not await asyncio.to_thread(self.there.waiting):
                return

    def count(self, what: type[Outbox | Slot], *which: object) -> int:
        with self.there.books.reading() as session:
            return session.scalar(select(func.count()).select_from(what).where(*which)) or 0  # type: ignore[arg-type]

    def pages(self) -> int:
        return self.count(Outbox, Outbox.dedup.like("ping:%"))

    def all_fall_due(self, at: datetime) -> None:
        with self.there.books.writing() as session:
            session.execute(update(Clock).where(Clock.due_at.is_not(None)).values(due_at=at))


@asynccontextmanager
async def a_quarter_at_work(database_url: str, folder: Path, clock: Stepping) -> AsyncIterator[Stepped]:
    """Some tickets are open; each is to be chased in half an hour."""
    async with quarter(database_url, folder, groups=2, parties=2) as there:
        settings = Settings(
            bot_token=SecretStr(TOKEN), telegram_url=there.bot.url, database_url=database_url, _env_file=None
        )
        app = App(settings, clock)
        await app.open()
        at_work = Stepped(there, app, clock)
        for _ in range(TICKETS):
            there.reports_something()
        await at_work.settles()
        at_work.all_fall_due(datetime.now(UTC) + HALF_AN_HOUR)
        try:
            yield at_work
        finally:
            await app.close()


@pytest.fixture
async def street(database_url: str, tmp_path: Path) -> AsyncIterator[Stepped]:
    async with a_quarter_at_work(database_url, tmp_path, Stepping()) as at_work:
        yield at_work


@pytest.mark.expects_errors
async def test_an_hour_ahead_nothing_is_decided_and_somebody_is_told(street: Stepped) -> None:
    rung = street.count(Slot)
    street.clock.off = HOUR
    ticks = Ticks()
    watch = Watch(street.app.skew, street.app.desk, ticks=ticks)
    for _ in range(120):
        await watch.once()
        ticks.at += 1
    street.there.reports_something()
    street.there.asks(1)
    for _ in range(5):
        await street.app.settle()
    assert (street.pages(), street.count(Slot)) == (0, rung)
    told = [message["text"] for message in ours(street.there.town, COORDINATOR)]
    assert len([words for words in told if "时钟不准" in words]) == 1
    assert Accounts.of(street.there).nothing_is_doubled(0) == (0, 0)

    street.clock.off = timedelta(0)
    await street.settles()
    assert street.pages() == 0  # their half an hour is not over
    street.all_fall_due(datetime.now(UTC))
    await street.settles()
    assert street.pages() == TICKETS + 1
    Accounts.of(street.there).nothing_is_lost()


@pytest.mark.expects_errors
async def test_an_hour_behind_is_a_delay(street: Stepped) -> None:
    street.all_fall_due(datetime.now(UTC))
    street.clock.off = -HOUR
    street.there.reports_something()
    for _ in range(3):
        await street.app.settle()
    assert street.pages() == 0
    street.clock.off = timedelta(0)
    await street.settles()
    assert street.pages() >= TICKETS
    accounts = Accounts.of(street.there)
    accounts.nothing_is_lost()
    assert accounts.nothing_is_doubled(0) == (0, 0)


async def test_what_is_on_its_way_when_the_clock_is_set_back_is_not_sent_again(street: Stepped) -> None:
    desk = street.app.desk
    street.all_fall_due(datetime.now(UTC))
    while desk.sweep():
        pass
    letters = desk.claim(8)
    assert letters
    street.clock.off = -HOUR
    assert desk.claim(8) == []
    for number, letter in enumerate(letters):
        desk.settle(letter, Delivered(9000 + number))
    street.clock.off = timedelta(0)
    again = {letter.id for letter in desk.claim(8)}
    assert not again & {letter.id for letter in letters}


async def test_what_is_on_its_way_when_the_clock_jumps_ahead_may_double_and_says_so(street: Stepped) -> None:
    """To this clock the lease of every letter in flight is over: a page goes again, marked, and nothing else does."""
    desk = street.app.desk
    street.there.asks(1, group=0)
    await street.app.parts.receiver.once(0)
    await street.app.parts.worker.drain()
    street.all_fall_due(datetime.now(UTC))
    while desk.sweep():
        pass
    first = {letter.id: letter for letter in desk.claim(8)}
    assert {letter.kind for letter in first.values()} == {"page", "notice"}
    street.clock.off = HOUR
    second = {letter.id: letter for letter in desk.claim(8)}
    doubled = first.keys() & second.keys()
    assert doubled
    assert all(second[each].repeat and second[each].kind == "page" for each in doubled)
    for letter in first.values():
        desk.settle(letter, Delivered(9000 + letter.id))  # too late: it is somebody else's now
    with street.there.books.reading() as session:
        states = dict(session.execute(select(Outbox.id, Outbox.state).where(Outbox.id.in_(first))).all())
    assert {states[each] for each in doubled} == {"sending"}
    assert {states[each] for each, letter in first.items() if letter.kind == "notice"} == {"unsure"}


@dataclass
class Unset(Bot):
    """`linliban run` on a machine whose wall clock the test sets while it runs."""

    @property
    def environment(self) -> dict[str, str]:
        clock, shim = self.folder / "clock", self.folder / "wall_clock.so"
        clock.write_bytes(bytes(8))
        assert COMPILER
        subprocess.run([COMPILER, "-shared", "-fPIC", "-o", shim, SOURCE, "-ldl"], check=True)
        return super().environment | {"LD_PRELOAD": str(shim), "LINLIBAN_TEST_WALL_CLOCK": str(clock)}

    def sets(self, off: timedelta) -> None:
        with (self.folder / "clock").open("r+b") as clock:  # the program has this very file mapped
            clock.write(struct.pack("q", round(off.total_seconds())))

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.returncode is None

    @property
    def port(self) -> int:
        return int(lines_of(self, "running")[-1]["port"])


async def is_ready(bot: Unset) -> dict[str, bool]:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        answer = (await client.get(f"http://127.0.0.1:{bot.port}/readyz")).json()
    return dict(answer["checks"])


async def until_so(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(what):  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.05)


if COMPILER:

    async def test_a_real_machine_whose_clock_is_set(database_url: str, tmp_path: Path) -> None:
        async with a_quarter_at_work(database_url, tmp_path, Stepping()) as at_work:
            there = at_work.there
            bot = Unset(there.town, there.bot.url, database_url, tmp_path)
            await bot.start()
            try:
                await logs(bot, "engine_taken")
                for times, off in enumerate((HOUR, -HOUR)):
                    bot.sets(off)
                    await logs(bot, "clock_wrong", since=times)
                    assert not (await is_ready(bot))["clock_right"]
                    there.reports_something()
                    await until_so(lambda: there.open_tickets() == len(there.reports))  # it hears all the same
                    assert at_work.pages() == 0
                    bot.sets(timedelta(0))
                    await logs(bot, "clock_right", since=times)
                    assert (await is_ready(bot))["clock_right"]
                at_work.all_fall_due(datetime.now(UTC))
                await until_so(lambda: at_work.pages() == len(there.reports))
                there.bot = bot  # type: ignore[assignment]  # which runs as well
                bot.runs = True  # type: ignore[attr-defined]
                await there.comes_to_rest()
                assert await bot.ends() == 0
            finally:
                await bot.close()
            accounts = Accounts.of(there)
            accounts.nothing_is_lost()
            assert accounts.nothing_is_doubled(0) == (0, 0)
