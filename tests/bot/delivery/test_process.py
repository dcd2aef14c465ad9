"""`linliban run` as the operator meets it: a process, its exit code, its last words."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from tests.bot.delivery.street import ANNA, SQUARE, TOKEN, Street


async def started(street: Street, folder: Path, **settings: str) -> Process:
    given = {
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_URL": street.settings.telegram_url,
        "DATABASE_URL": street.settings.database_url,
        "DATA_DIR": str(folder),
        "LISTEN": "127.0.0.1:0",
    }
    environment = {f"LINLIBAN_{name}": value for name, value in (given | settings).items()}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env={**os.environ, **environment}, stdout=PIPE, stderr=PIPE
    )


async def ended(process: Process) -> tuple[int | None, list[str]]:
    out, err = await asyncio.wait_for(process.communicate(), 20)
    assert out == b""
    return process.returncode, err.decode().splitlines()


async def test_sigterm_ends_it_in_ten_seconds_with_nothing_lost(settled: Street, tmp_path: Path) -> None:
    settled.town.say(SQUARE, ANNA, "#报修 3号楼2单元的路灯不亮了")
    process = await started(settled, tmp_path)
    async with asyncio.timeout(60):
        async for _ in settled.town.changed.changes():
            if settled.ours(SQUARE):
                break
    process.terminate()
    code, lines = await asyncio.wait_for(ended(process), 10)
    assert code == 0
    assert "ended" in lines[-1]
    assert settled.desk.health().waiting == 0
    assert settled.desk.health().unsure == 0
    assert "practice" not in "".join(lines)  # the token's second half
    assert "路灯" not in "".join(lines)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"BOT_TOKEN": "4711:wrong"}, "does not know this token"),
        ({"DATABASE_URL": "postgresql+psycopg://li:hunter2@127.0.0.1:9/linliban"}, "database"),
    ],
)
async def test_what_is_wrong_is_one_clear_line(
    street: Street, tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    code, lines = await ended(await started(street, tmp_path, **settings))
    assert code == 2
    (line,) = lines
    assert words in line
    assert "4711" not in line
    assert "hunter2" not in line
