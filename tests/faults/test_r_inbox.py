"""R-INBOX: kill -9 after getUpdates or the POST returned: after the restart every update has had its effect once."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.faults.receiving import MANNERS, hearer

BATCH = 30


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("point", ["update_stored", "update_handled", "update_done"])
async def test_it_dies_with_the_batch_in_its_hands(database_url: str, tmp_path: Path, point: str, manner: str) -> None:
    async with hearer(database_url, tmp_path, manner) as program:
        program.hears(BATCH)
        program.die_at = point
        await program.start()
        assert await program.ends(None) == -signal.SIGKILL, program.log[-5000:]
        program.die_at = ""
        await program.start()
        await program.has_heard_all()
        assert await asyncio.wait_for(program.ends(), 15) == 0
        program.each_report_is_one_ticket()
        assert "Traceback" not in program.log
