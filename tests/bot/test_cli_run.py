"""`linliban run`, `doctor` and `demo` as programs of their own."""

import asyncio
import re
import signal
import socket
from pathlib import Path

import httpx
import pytest

from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.bot.terminal import Terminal


async def line_of(process: asyncio.subprocess.Process, pattern: str) -> re.Match[str]:
    """The first line of its output in which the pattern is found."""
    assert process.stdout
    async with asyncio.timeout(60):
        async for line in process.stdout:
            if found := re.search(pattern, line.decode()):
                return found
    assert process.stderr
    raise AssertionError((await process.stderr.read()).decode())


async def ends(process: asyncio.subprocess.Process) -> str:
    """Tell it to end; what it had still to say on stderr."""
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
    _, err = await asyncio.wait_for(process.communicate(), 15)
    return err.decode()


async def test_a_wrong_token_is_told_before_anything_begins(tmp_path: Path) -> None:
    town = Town()
    town.add_bot("1000:practice", "linliban_bot", "社区小助手")
    async with Serving(make_app(town)) as telegram:
        terminal = Terminal(
            tmp_path, bot_token="1000:mistyped", telegram_url=telegram.url, listen="127.0.0.1:0", log_level="WARNING"
        )
        ran = await terminal.runs("run")
        examined = await asyncio.to_thread(terminal.types, "doctor")
    ran.refuses("does not know this token", "LINLIBAN_BOT_TOKEN")
    assert examined.code == 1
    assert "✗ Telegram 不认这个令牌" in examined.out
    assert "mistyped" not in ran.err + examined.out + examined.err


async def test_the_demo_from_one_command(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, bot_tokn="the demo reads no environment")
    process = await terminal.start("demo", "--port", "0", "--no-browser", "--data", "kept")
    try:
        url = (await line_of(process, r"http://127\.0\.0\.1:\d+"))[0]
        async with httpx.AsyncClient(trust_env=False) as browser:
            page = await browser.get(url)
        assert page.status_code == 200
        assert "西渚花苑南区议事群" in page.text
    finally:
        err = await ends(process)
    assert (process.returncode, err) == (0, "")
    assert [file.suffix for file in (tmp_path / "kept").glob("demo-*.db")] == [".db"]


def test_the_demo_on_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = Terminal(tmp_path).types("demo", "--no-browser", "--port", str(taken.getsockname()[1]))
    said.refuses("cannot be used", "--port 0")
    assert list(tmp_path.iterdir()) == []


async def up(terminal: Terminal) -> asyncio.subprocess.Process:
    """The bot, as far as waiting for its Telegram, which is away."""
    process = await terminal.start("run")
    assert process.stderr
    async with asyncio.timeout(60):
        while "telegram_away" not in (line := (await process.stderr.readline()).decode()):
            assert line, "it ended"
    return process


def waiting(folder: Path, **settings: str) -> Terminal:
    given = {"bot_token": "1000:practice", "telegram_url": "http://127.0.0.1:9", "listen": "127.0.0.1:0"}
    return Terminal(folder, **{**given, **settings})


@pytest.mark.parametrize(
    "second",
    [
        {},  # the same in every respect
        {"database_url": "sqlite:///other.db"},  # our folder
        {"data_dir": "elsewhere", "database_url": "sqlite:///way/linliban.db"},  # our database, by another way
    ],
)
async def test_a_second_program_on_the_same_data_is_refused_until_the_first_is_gone(
    tmp_path: Path, second: dict[str, str]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "way").symlink_to("data")
    one, other = waiting(tmp_path), waiting(tmp_path, **second)
    first = await up(one)
    try:
        folder = tmp_path / second.get("data_dir", "data")
        said = await other.runs("run")
        said.refuses("already", f"runs on {folder} ", f"process {first.pid}", "LINLIBAN_DATA_DIR", "PostgreSQL")
        beside = await asyncio.to_thread(other.types, "migrate")
        assert beside.code == 0, beside
    finally:
        first.kill()
        await first.communicate()
    again = await up(other)
    again.terminate()
    _, err = await asyncio.wait_for(again.communicate(), 15)
    assert again.returncode == 0, err


async def test_two_programs_with_data_of_their_own(tmp_path: Path) -> None:
    first = await up(waiting(tmp_path))
    second = await up(waiting(tmp_path, data_dir="two", database_url="sqlite:///two/linliban.db"))
    for each in (first, second):
        each.terminate()
        await asyncio.wait_for(each.communicate(), 15)
    assert (first.returncode, second.returncode) == (0, 0)


async def test_two_demos_in_one_folder(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    demo = ("demo", "--port", "0", "--no-browser", "--data", "kept")
    first = await terminal.start(*demo)
    try:
        await line_of(first, "http://")
        (await terminal.runs(*demo)).refuses("already", str(tmp_path / "kept"), f"process {first.pid}")
    finally:
        await ends(first)
    assert len(list((tmp_path / "kept").glob("demo-*.db"))) == 1
