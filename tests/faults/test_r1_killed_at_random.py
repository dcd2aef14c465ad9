"""R1: `kill -9` at random under load: nothing lost, doubled at most what was in flight, every double says so.

A hundred on SQLite and a hundred on PostgreSQL make the two hundred of each run.
"""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.faults.accounts import Accounts
from tests.faults.quarter import Quarter, more_happens, quarter

CALLS = 20  # that Telegram hears in a life at most
AT_MOST = 2.0  # seconds that a life has for them; a slow machine needs them
GROUPS, PARTIES = 12, 6


async def lives_and_dies(there: Quarter) -> int:
    """One short life under load; tells how many notices were in flight at its end."""
    await asyncio.to_thread(more_happens, there)
    calls = there.town.asked + there.chance.randint(0, CALLS)
    await there.bot.start()
    if there.chance.random() < 0.9:  # else it dies before it has said a word
        await there.bot.sees_soon(lambda: there.town.asked > calls, AT_MOST)
    await asyncio.sleep(there.chance.uniform(0, 0.02))
    await there.bot.ends(signal.SIGKILL)
    in_flight = await asyncio.to_thread(there.in_flight)
    await asyncio.to_thread(there.nobody_runs_for_long)
    return in_flight


async def storm(there: Quarter, kills: int) -> dict[str, int]:
    in_flight = [await lives_and_dies(there) for _ in range(kills)]
    await there.bot.start()
    await there.comes_to_rest()
    assert await there.bot.ends() == 0
    accounts = Accounts.of(there)
    accounts.nothing_is_lost()
    doubled, unsure = accounts.nothing_is_doubled(sum(in_flight))
    accounts.order_is_kept()
    accounts.cards_are_true()
    accounts.the_file_is_whole()
    kinds = {f"{kind}s": sum(row.kind == kind for row in accounts.notices) for kind in ("page", "notice", "card")}
    return {"kills": kills, **kinds, "in_flight": sum(in_flight), "doubled": doubled, "unsure": unsure}


@pytest.mark.parametrize(
    "kills", [*(pytest.param(50, id=f"fifty-{part}") for part in "ab"), pytest.param(1000, marks=pytest.mark.soak)]
)
async def test_killed_at_random(database_url: str, tmp_path: Path, kills: int) -> None:
    async with quarter(database_url, tmp_path, groups=GROUPS, parties=PARTIES) as there:
        print(await storm(there, kills))
        assert "Traceback" not in there.bot.log
