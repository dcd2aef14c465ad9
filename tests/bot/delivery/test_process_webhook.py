"""`linliban run` in webhook mode, as a process: Telegram brings the updates, and the two ways never meet."""

import asyncio
import socket
from asyncio.subprocess import Process
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from sandbox.town.people import Webhook
from tests.bot.delivery.street import ANNA, LI, SQUARE, Street, settings_for
from tests.bot.delivery.test_process import ended, started
from tracker.clock import SystemClock
from tracker.desk import Desk

REPORT = "#报修 3号楼2单元的路灯不亮了"


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


class Hooked:
    """The program, listening where its webhook points to."""

    def __init__(self, street: Street, folder: Path) -> None:
        self.street, self.folder, self.port = street, folder, free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.base}/telegram/hook"

    async def starts(self, **more: str) -> Process:
        settings = {"WEBHOOK_URL": self.url, "LISTEN": f"127.0.0.1:{self.port}"} | more
        return await started(self.street, self.folder, **settings)

    async def sees(self, what: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            async for _ in self.street.town.changed.changes():
                if what():
                    return


@pytest.fixture
def hooked(settled: Street, tmp_path: Path) -> Hooked:
    settled.town.say(SQUARE, ANNA, REPORT)
    return Hooked(settled, tmp_path)


async def test_what_waited_and_what_comes_is_brought_and_answered(hooked: Hooked) -> None:
    town = hooked.street.town
    process = await hooked.starts()
    await hooked.sees(lambda: len(hooked.street.ours(SQUARE)) == 1)
    town.say(SQUARE, LI, "#报修 5号楼的路灯也不亮了")
    await hooked.sees(lambda: len(hooked.street.ours(SQUARE)) == 2)
    await hooked.sees(lambda: not town.bot().queue.waiting)
    async with httpx.AsyncClient(trust_env=False) as client:
        ready = (await client.get(f"{hooked.base}/readyz")).json()
        assert ready["checks"]["telegram"] is True
        assert "linliban_polled_seconds" not in (await client.get(f"{hooked.base}/metrics")).text
    process.terminate()
    code, lines = await asyncio.wait_for(ended(process), 15)
    assert code == 0
    assert "ended" in lines[-1]
    assert not hooked.street.calls("getUpdates")
    secret = settings_for(hooked.base, "sqlite:///x").webhook_key
    assert town.bot().webhook == Webhook(hooked.url, secret, 40)  # it stays: what is said meanwhile waits at Telegram
    assert not [word for word in (secret, "practice", "路灯") if word in "".join(lines)]


async def test_telegram_is_away_when_the_webhook_should_be_set(hooked: Hooked) -> None:
    hooked.street.town.fail("setWebhook", status=502)
    process = await hooked.starts()
    await hooked.sees(lambda: len(hooked.street.ours(SQUARE)) == 1)
    process.terminate()
    code, lines = await ended(process)
    assert code == 0
    assert len([line for line in lines if "webhook_not_set" in line]) == 1


@pytest.mark.parametrize("before", [0, 1])
async def test_an_address_that_telegram_refuses(hooked: Hooked, before: int) -> None:
    """At once, or after a hiccup, when everything else runs already."""
    hooked.street.town.fail("setWebhook", status=502, times=before)
    hooked.street.town.fail("setWebhook", status=400, description="Bad Request: bad webhook: Invalid URL", times=9)
    code, lines = await ended(await hooked.starts())
    assert code == 2
    assert "refuses LINLIBAN_WEBHOOK_URL (BadRequest: Bad webhook: invalid url)" in lines[-1]
    assert "Traceback" not in "".join(lines)
    assert before or len(lines) == 1


async def test_polling_beside_a_webhook(street: Street, tmp_path: Path) -> None:
    street.town.bot().webhook = Webhook("https://bot.example.org/hook")
    code, lines = await ended(await started(street, tmp_path))
    assert code == 2
    (line,) = lines
    assert "bot.example.org" in line
    assert "linliban webhook off" in line
    assert not street.calls("getUpdates")


@pytest.mark.parametrize(("theirs", "ours"), [("polling", "webhook"), ("webhook", "polling")])
async def test_another_machine_receives_the_other_way(hooked: Hooked, theirs: str, ours: str) -> None:
    """With SQLite there is no other machine: what leads there is the memory of a process that was killed."""
    desk = Desk(hooked.street.settings.database_url, SystemClock())
    desk.hold_engine("east:1:a", theirs)
    process = await (hooked.starts() if ours == "webhook" else hooked.starts(WEBHOOK_URL=""))
    if desk.is_sqlite:
        await hooked.sees(lambda: len(hooked.street.ours(SQUARE)) == 1)
        process.terminate()
        assert (await ended(process))[0] == 0
    else:
        code, lines = await ended(process)
        assert code == 2
        (line,) = lines
        assert f"(east:1:a) is in {theirs} mode" in line
        assert not hooked.street.calls("setWebhook", "getUpdates")
    desk.close()


async def test_a_bot_api_server_that_knows_no_webhooks(hooked: Hooked) -> None:
    hooked.street.town.fail("getWebhookInfo", status=404, times=100)
    process = await started(hooked.street, hooked.folder)
    await hooked.sees(lambda: len(hooked.street.ours(SQUARE)) == 1)
    process.terminate()
    assert (await ended(process))[0] == 0
