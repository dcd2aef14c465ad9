"""R5: the engine's machine frozen (SIGSTOP), a standby takes over, then thaw: the thawed engine sends nothing new.

The bar says 60 s. It is frozen here until somebody else leads, which takes the 15 s of the lease, and until all is said
without it; only the 30 s for which a notice is in its hands are not waited for. SQLite has no standby: there the frozen
one keeps its lock, goes on when it thaws, and has done no harm.
"""

import asyncio
from pathlib import Path

from tests.conftest import POSTGRES
from tests.faults.accounts import Accounts
from tests.faults.machines import conflicts, freezes, lines_of, logs, newest_notice, notices_run_out, thaws
from tests.faults.quarter import BACKLOG, Quarter, more_happens, quarter


async def is_speaking(there: Quarter) -> None:
    """Things happen, and the engine is in the middle of telling of them."""
    await asyncio.to_thread(more_happens, there)
    asked = there.town.asked
    await there.bot.sees(lambda: there.town.asked > asked + BACKLOG // 4)


async def is_frozen(there: Quarter) -> int:
    """The engine stands still; tells how many notices are in its hands."""
    await freezes(there.bot)
    return await asyncio.to_thread(there.in_flight)


def all_is_well(there: Quarter, in_flight: int) -> None:
    accounts = Accounts.of(there)
    accounts.nothing_is_lost()
    accounts.nothing_is_doubled(in_flight)
    accounts.cards_are_true()


async def a_standby_takes_over(there: Quarter, folder: Path) -> None:
    one, other = there.bot, there.machine_beside(folder)
    try:
        await other.start()
        await logs(other, "standing_by")
        await is_speaking(there)
        in_flight = await is_frozen(there)
        await logs(other, "engine_taken")
        await asyncio.to_thread(notices_run_out, there)
        there.bot = other
        await there.comes_to_rest()
        before = newest_notice(there)
        thaws(one)
        await logs(one, "standing_by")
        await asyncio.to_thread(more_happens, there)
        await there.comes_to_rest()
        assert newest_notice(there) > before
        assert [line for line in lines_of(one, "said") if int(line["letter"]) > before] == []
        assert [len(lines_of(one, event)) for event in ("engine_taken", "engine_lost", "not_alone")] == [1, 1, 0]
        assert conflicts(there) <= 1  # the poll that was open when it froze
        assert (await one.ends(), await other.ends()) == (0, 0)
        all_is_well(there, in_flight)
    finally:
        there.bot = one
        await other.close()


async def a_second_is_refused_and_the_first_goes_on(there: Quarter, folder: Path) -> None:
    one, second = there.bot, there.machine_beside(folder)
    await is_speaking(there)
    in_flight = await is_frozen(there)
    await asyncio.to_thread(notices_run_out, there)
    await second.start()
    assert await second.ends(None) != 0
    assert "already" in second.log
    thaws(one)
    await asyncio.to_thread(more_happens, there)
    await there.comes_to_rest()
    assert await one.ends() == 0
    all_is_well(there, in_flight)


async def test_frozen_and_thawed(database_url: str, tmp_path: Path) -> None:
    async with quarter(database_url, tmp_path, groups=6, parties=2) as there:
        await there.bot.start()
        await logs(there.bot, "engine_taken")
        await (a_standby_takes_over if POSTGRES else a_second_is_refused_and_the_first_goes_on)(
            there, tmp_path / "other"
        )
