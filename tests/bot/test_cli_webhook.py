"""`linliban webhook`: how updates come in as Telegram sees it, and the way back to polling."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.server import Serving, make_app
from sandbox.town import Town
from sandbox.town.people import Webhook
from tests.bot.terminal import Terminal

TOKEN = "1000:practice"
URL = "http://127.0.0.1:9/hook"


@pytest.fixture
async def town() -> AsyncIterator[tuple[Town, str]]:
    town = Town()
    town.add_bot(TOKEN, "linliban_bot", "社区小助手")
    town.add_user(2001, "王阿姨")
    async with Serving(make_app(town)) as served:
        yield town, served.url


def at(folder: Path, telegram_url: str, **settings: str) -> Terminal:
    return Terminal(folder, bot_token=TOKEN, telegram_url=telegram_url, log_level="WARNING", **settings)


async def test_no_webhook_and_polling_agree(town: tuple[Town, str], tmp_path: Path) -> None:
    said = await at(tmp_path, town[1]).runs("webhook")
    assert (said.code, said.err) == (0, "")
    assert "polling" in said.out
    assert "no webhook" in said.out


async def test_what_telegram_and_the_settings_say(town: tuple[Town, str], tmp_path: Path) -> None:
    town[0].bot().webhook = Webhook(URL, "geheim", 40, "Connection failed: ConnectError", 1_795_400_000)
    said = await at(tmp_path, town[1], webhook_url=URL, webhook_secret="geheim").runs("webhook")
    assert said.code == 0
    assert f"Telegram: webhook {URL}" in said.out
    assert "2026-11-23 02:13 UTC, Connection failed: ConnectError" in said.out
    assert "geheim" not in said.out
    differs = await at(tmp_path, town[1]).runs("webhook")
    assert differs.code == 1
    assert "polling" in differs.out


async def test_off_takes_it_away_and_keeps_what_waits(town: tuple[Town, str], tmp_path: Path) -> None:
    town[0].bot().webhook = Webhook(URL)
    town[0].start(2001)
    said = await at(tmp_path, town[1]).runs("webhook", "off")
    assert (said.code, said.err) == (0, "")
    assert town[0].bot().webhook is None
    assert len(town[0].bot().queue.waiting) == 1
    warned = await at(tmp_path, town[1], webhook_url=URL).runs("webhook", "off")
    assert warned.code == 0
    assert "within a minute" in warned.out


async def test_telegram_says_no_or_nothing(town: tuple[Town, str], tmp_path: Path) -> None:
    town[0].fail("getWebhookInfo", status=404)
    (await at(tmp_path, town[1]).runs("webhook")).refuses("did not do getWebhookInfo")
    town[0].fail("deleteWebhook", status=200, body={"ok": False})
    (await at(tmp_path, town[1]).runs("webhook", "off")).refuses("did not do deleteWebhook")
    (await at(tmp_path, "http://127.0.0.1:9").runs("webhook")).refuses("http://127.0.0.1:9", "ConnectError")
    (await at(tmp_path, town[1]).runs("webhook", "on")).refuses("'on' is not 'off'")
