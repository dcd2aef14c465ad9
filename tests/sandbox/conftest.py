"""A served town for every test that wants one."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.sandbox.town import ANNA, LI, NO_TLS, SQUARE, STRANGER, TOKEN, YARD, Clock, Wire


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def town(clock: Clock) -> Town:
    """Anna and Li live here, in two groups the bot belongs to; the stranger has never written to it."""
    town = Town(clock)
    town.add_bot(TOKEN, "helper_bot", "小助手")
    for number, name in ((ANNA, "王阿姨"), (LI, "李师傅"), (STRANGER, "陌生人")):
        town.add_user(number, name)
    town.add_group(SQUARE, "南区议事群", [ANNA, LI])
    town.add_group(YARD, "物业工作群", [ANNA, LI], "group")
    for group in (SQUARE, YARD):
        town.add_bot_to(group)
    town.bot().queue.waiting.clear()
    return town


@pytest.fixture
async def served(town: Town) -> AsyncIterator[Serving]:
    async with Serving(make_app(town, webhook_retries=(0.0, 0.001, 0.002))) as serving:
        yield serving


@pytest.fixture
async def wire(served: Serving) -> AsyncIterator[Wire]:
    wire = Wire(served.url)
    async with wire.http:
        yield wire


@pytest.fixture
async def bot(served: Serving) -> AsyncIterator[Bot]:
    """python-telegram-bot's client, as our bot uses it."""
    ways = [HTTPXRequest(httpx_kwargs={"trust_env": False, "verify": NO_TLS}) for _ in range(2)]
    client = Bot(
        TOKEN,
        base_url=f"{served.url}/bot",
        base_file_url=f"{served.url}/file/bot",
        request=ways[0],
        get_updates_request=ways[1],
    )
    async with client:
        yield client
