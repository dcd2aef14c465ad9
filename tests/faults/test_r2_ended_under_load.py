"""R2: SIGTERM under load: nothing lost, nothing doubled, and it has ended in order within ten seconds."""

import asyncio
import signal
import time
from pathlib import Path

import pytest

from tests.faults.accounts import Accounts
from tests.faults.quarter import Quarter, more_happens, quarter

ENDS_WITHIN = 10.0  # seconds (CONTRACT)


async def ends_in_order(there: Quarter) -> None:
    """Under load it is told to end, at any moment; what was in flight has arrived and is recorded."""
    await asyncio.to_thread(more_happens, there)
    asked = there.town.asked + there.chance.randint(0, 20)
    await there.bot.start()
    await there.bot.sees_soon(lambda: there.bot.runs, 30.0)
    await there.bot.sees_soon(lambda: there.town.asked > asked, 2.0)
    before = time.monotonic()
    assert await there.bot.ends(signal.SIGTERM) == 0, there.bot.last_words
    assert time.monotonic() - before < ENDS_WITHIN
    assert await asyncio.to_thread(there.in_flight) == 0
    await asyncio.to_thread(there.nobody_runs_for_long)


async def again_and_again(there: Quarter, times: int) -> None:
    for _ in range(times):
        await ends_in_order(there)
    await there.bot.start()
    await there.comes_to_rest()
    assert await there.bot.ends() == 0
    accounts = Accounts.of(there)
    accounts.nothing_is_lost()
    assert accounts.nothing_is_doubled(0) == (0, 0)
    accounts.order_is_kept()
    accounts.cards_are_true()
    accounts.the_file_is_whole()


@pytest.mark.parametrize("times", [10, pytest.param(100, marks=pytest.mark.soak)])
async def test_ended_under_load(database_url: str, tmp_path: Path, times: int) -> None:
    async with quarter(database_url, tmp_path, groups=12, parties=6) as there:
        await again_and_again(there, times)
        assert "Traceback" not in there.bot.log
