"""`linliban run`, `doctor` and `demo` as programs of their own."""

import asyncio
import re
import signal
import socket
from pathlib import Path

import httpx

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
