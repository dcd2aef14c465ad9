"""R31: `kill -9` while 200 tagged messages arrive (polling and webhook): 200 tickets, none twice."""

import asyncio
import random
import signal
from pathlib import Path

import pytest

from tests.faults.receiving import MANNERS, Hearer, hearer

MESSAGES, LIVES = 200, 8
POINTS = ("update_stored", "update_handled", "update_done")


async def lives_and_dies(program: Hearer, chance: random.Random, messages: int) -> None:
    """Messages arrive before, while and after it runs; it dies at a point of its work, or at any moment at all."""
    program.hears(messages // 3)
    program.die_at = f"{chance.choice(POINTS)}:{chance.randint(1, 3)}" if chance.random() < 0.5 else ""
    await program.start()
    await program.sees_soon(lambda: program.runs or not program.lives, 20.0)
    for _ in range(messages - messages // 3):
        program.hears(1)
        await asyncio.sleep(0.005)
    await program.sees_soon(lambda: not program.lives, chance.uniform(0.0, 0.3))
    code = await program.ends(signal.SIGKILL if program.lives else None)
    assert code == -signal.SIGKILL, program.log[-5000:]


@pytest.mark.parametrize("manner", MANNERS)
async def test_two_hundred_messages_and_eight_deaths(database_url: str, tmp_path: Path, manner: str) -> None:
    chance = random.Random()
    async with hearer(database_url, tmp_path, manner) as program:
        for life in range(LIVES):
            await lives_and_dies(program, chance, MESSAGES * (life + 1) // LIVES - MESSAGES * life // LIVES)
        assert len(program.reports) == MESSAGES
        program.die_at = ""
        await program.start()
        await program.has_heard_all()
        assert await program.ends() == 0
        program.each_report_is_one_ticket()
        assert "Traceback" not in program.log
        polls = len(program.town.calls_of("getUpdates"))
        assert (polls > 0) == (manner == "polling")
