"""R-SINGLE: of two started together exactly one polls; the other takes over after a kill: no 409 storm, no doubles.

P9 is met by what tests/bot/test_lease.py proves of the seconds (15 of the lease, and one until a standby asks again);
here nobody waits for them after a `kill -9`, but a clean end must hand over at once, which is waited for.
"""

import asyncio
import signal
from pathlib import Path

from tests.conftest import POSTGRES
from tests.faults.accounts import Accounts
from tests.faults.forked import Forked
from tests.faults.killing import PATIENCE
from tests.faults.machines import conflicts, lease_runs_out, lines_of, logs, notices_run_out
from tests.faults.quarter import Quarter, more_happens, quarter


async def who_leads(*machines: Forked) -> tuple[Forked, Forked]:
    """The one that leads, and the one that stands by."""
    async with asyncio.timeout(60):
        while not any(lines_of(machine, "engine_taken") for machine in machines):  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.02)
    one, other = sorted(machines, key=lambda machine: not lines_of(machine, "engine_taken"))
    await logs(other, "standing_by")
    return one, other


async def is_busy_under(there: Quarter, leader: Forked) -> None:
    there.bot = leader
    await asyncio.to_thread(more_happens, there)
    await there.comes_to_rest()


def all_is_well(there: Quarter, in_flight: int) -> None:
    accounts = Accounts.of(there)
    accounts.nothing_is_lost()
    accounts.nothing_is_doubled(in_flight)
    accounts.cards_are_true()


async def two_take_turns(there: Quarter, folder: Path) -> None:
    a, b = there.bot, there.machine_beside(folder)
    await asyncio.gather(a.start(), b.start())
    one, other = await who_leads(a, b)
    async with asyncio.timeout(PATIENCE):  # messages are heard by one and worked on by both
        while not (lines_of(one, "handled") and lines_of(other, "handled")):
            await is_busy_under(there, one)
    assert not lines_of(other, "said")
    assert not lines_of(other, "card_shown")

    await asyncio.to_thread(more_happens, there)
    await one.ends(signal.SIGKILL)
    in_flight = await asyncio.to_thread(there.in_flight)
    await asyncio.to_thread(notices_run_out, there)
    await asyncio.to_thread(lease_runs_out, there)
    await logs(other, "engine_taken")
    await is_busy_under(there, other)

    await one.start()
    await logs(one, "standing_by", since=len(lines_of(one, "standing_by")))
    led = len(lines_of(one, "engine_taken"))
    assert await other.ends() == 0
    await logs(one, "engine_taken", since=led)
    await is_busy_under(there, one)
    assert await one.ends() == 0
    there.bot = a
    assert not lines_of(one, "not_alone") + lines_of(other, "not_alone")
    assert conflicts(there) <= 1  # told to the one that is dead, whose poll Telegram had still open
    all_is_well(there, in_flight)


async def one_after_the_other(there: Quarter, folder: Path) -> None:
    one, other = there.bot, there.machine_beside(folder)
    await one.start()
    await is_busy_under(there, one)
    await other.start()
    assert await other.ends(None) != 0
    await asyncio.to_thread(more_happens, there)
    await one.ends(signal.SIGKILL)
    in_flight = await asyncio.to_thread(there.in_flight)
    await asyncio.to_thread(notices_run_out, there)
    await other.start()  # the lock went with the process, and so did the lease: nothing is waited for
    await logs(other, "engine_taken")
    await is_busy_under(there, other)
    assert await other.ends() == 0
    there.bot = one
    assert not lines_of(one, "not_alone") + lines_of(other, "not_alone")
    all_is_well(there, in_flight)


async def test_two_machines(database_url: str, tmp_path: Path) -> None:
    async with quarter(database_url, tmp_path, groups=6, parties=2) as there:
        await (two_take_turns if POSTGRES else one_after_the_other)(there, tmp_path / "other")
