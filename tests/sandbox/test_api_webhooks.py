"""Webhooks: a POST for every update, in order within a chat, again and again until a 2xx."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.serving import Serving
from sandbox.town import Town
from sandbox.webhooks import RETRIES, rest_after
from tests.sandbox.town import ANNA, LI, SQUARE, YARD, Clock, Wire


class Receiver:
    """A bot's webhook; `refuse` decides which updates it does not take."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.tries = 0
        self.refuse: Callable[[dict[str, Any]], Response | None] = lambda update: None
        self.reply: dict[str, Any] | None = None

    async def take(self, request: Request) -> Response:
        self.tries += 1
        update = json.loads(await request.body())
        refused = self.refuse(update)
        if refused is not None:
            return refused
        self.got.append(update)
        self.secrets.append(request.headers.get("x-telegram-bot-api-secret-token"))
        return Response(json.dumps(self.reply) if self.reply else "", media_type="application/json")

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.got]

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not reached():  # noqa: ASYNC110, a web server rings no bell
                await asyncio.sleep(0.002)


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    receiver = Receiver()
    app = Starlette(routes=[Route("/hook", receiver.take, methods=["POST"])])
    async with Serving(app) as serving:
        yield receiver, f"{serving.url}/hook"


async def test_updates_come_with_the_secret_and_leave_the_queue(
    wire: Wire, town: Town, receiver: tuple[Receiver, str]
) -> None:
    hook, url = receiver
    town.say(SQUARE, ANNA, "早先说的")
    await wire.ask("setWebhook", url=url, secret_token="geheim-1")
    town.say(SQUARE, ANNA, "刚说的")
    await hook.until(lambda: len(hook.got) == 2)
    assert hook.texts() == ["早先说的", "刚说的"]
    assert hook.secrets == ["geheim-1", "geheim-1"]
    await hook.until(lambda: not town.bot().queue.waiting)
    assert (await wire.ask("getWebhookInfo"))["pending_update_count"] == 0


async def test_a_refused_update_comes_again_and_holds_back_its_chat_only(
    wire: Wire, town: Town, receiver: tuple[Receiver, str]
) -> None:
    hook, url = receiver
    stubborn = {"left": 4}

    def refuse(update: dict[str, Any]) -> Response | None:
        if update["message"]["text"] == "难办" and stubborn["left"]:
            stubborn["left"] -= 1
            return Response(status_code=503)
        return None

    hook.refuse = refuse
    await wire.ask("setWebhook", url=url)
    for chat, text in ((SQUARE, "难办"), (SQUARE, "后面的"), (YARD, "别处的")):
        town.say(chat, ANNA, text)
    await hook.until(lambda: len(hook.got) == 3)
    assert hook.texts() == ["别处的", "难办", "后面的"]
    assert hook.tries == 7


async def test_what_went_wrong_last_can_be_asked(wire: Wire, town: Town, receiver: tuple[Receiver, str]) -> None:
    hook, url = receiver
    hook.refuse = lambda update: Response(status_code=500)
    await wire.ask("setWebhook", url=url, max_connections=7, allowed_updates=["message"])
    town.say(SQUARE, ANNA, "难办")
    await hook.until(lambda: hook.tries >= 2)
    info = await wire.ask("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    assert (info["url"], info["max_connections"], info["allowed_updates"]) == (url, 7, ["message"])
    assert info["pending_update_count"] == 1


async def test_an_update_older_than_a_day_is_given_up(
    wire: Wire, town: Town, clock: Clock, receiver: tuple[Receiver, str]
) -> None:
    hook, url = receiver
    hook.refuse = lambda update: Response(status_code=500) if update["message"]["text"] == "难办" else None
    await wire.ask("setWebhook", url=url)
    town.say(SQUARE, ANNA, "难办")
    await hook.until(lambda: hook.tries >= 3)
    clock.turn(hours=25)
    town.say(SQUARE, ANNA, "次日")
    await hook.until(lambda: bool(hook.got))
    assert hook.texts() == ["次日"]


def test_it_comes_again_when_the_receiver_says() -> None:
    rests, tries = [], 0
    for wanted in (9.0, 5000.0, 0.0, 0.0, 3.0, 0.0):
        rest, tries = rest_after(tries, wanted, RETRIES)
        rests.append(rest)
    assert rests == [9.0, 3600.0, 2.0, 4.0, 3.0, 8.0]


async def test_a_retry_after_is_read_from_the_answer(wire: Wire, town: Town, receiver: tuple[Receiver, str]) -> None:
    hook, url = receiver
    hook.refuse = lambda update: Response(status_code=503, headers={"Retry-After": "60"}) if hook.tries == 1 else None
    await wire.ask("setWebhook", url=url)
    town.say(SQUARE, ANNA, "难办")
    town.say(YARD, ANNA, "别处的")
    await hook.until(lambda: bool(hook.got))
    await asyncio.sleep(0.02)  # the retries of this town come after 0, 1 and 2 ms
    assert hook.texts() == ["别处的"]
    assert hook.tries == 2


async def test_who_is_gone_for_most_of_a_day_has_no_webhook_any_more(
    wire: Wire, town: Town, clock: Clock, receiver: tuple[Receiver, str]
) -> None:
    hook, url = receiver
    hook.refuse = lambda update: Response(status_code=410)
    await wire.ask("setWebhook", url=url)
    town.say(SQUARE, ANNA, "还在吗")
    await hook.until(lambda: hook.tries >= 2)
    clock.turn(hours=22)
    tries = hook.tries
    await hook.until(lambda: hook.tries > tries + 1)
    assert (await wire.ask("getWebhookInfo"))["url"] == url
    clock.turn(hours=1.5)
    await hook.until(lambda: town.bot().webhook is None)
    assert (await wire.ask("getUpdates"))[0]["message"]["text"] == "还在吗"


async def test_nobody_listening_is_no_loss(wire: Wire, town: Town, receiver: tuple[Receiver, str]) -> None:
    hook, url = receiver
    await wire.ask("setWebhook", url="http://127.0.0.1:9/hook")
    town.say(SQUARE, ANNA, "喂")
    first = town.bot().webhook
    assert first is not None
    await hook.until(lambda: first.last_error is not None)
    assert first.last_error == "Connection failed: ConnectError"
    await wire.ask("setWebhook", url=url)
    await hook.until(lambda: bool(hook.got))
    assert hook.texts() == ["喂"]


async def test_taking_the_webhook_away_brings_polling_back(
    wire: Wire, town: Town, receiver: tuple[Receiver, str]
) -> None:
    hook, url = receiver
    answer = (await wire.send("setWebhook", url=url)).json()
    assert answer == {"ok": True, "result": True, "description": "Webhook was set"}
    hook.refuse = lambda update: Response(status_code=500)
    town.say(SQUARE, ANNA, "给谁")
    await hook.until(lambda: hook.tries >= 1)
    answer = (await wire.send("deleteWebhook")).json()
    assert answer == {"ok": True, "result": True, "description": "Webhook was deleted"}
    assert [update["message"]["text"] for update in await wire.ask("getUpdates")] == ["给谁"]
    assert (await wire.send("deleteWebhook")).json()["description"] == "Webhook is already deleted"


async def test_pending_updates_can_be_dropped(wire: Wire, town: Town) -> None:
    town.say(SQUARE, ANNA, "过去了")
    await wire.ask("deleteWebhook", drop_pending_updates=True)
    assert await wire.ask("getUpdates") == []


async def test_the_answer_may_carry_one_call(wire: Wire, town: Town, receiver: tuple[Receiver, str]) -> None:
    hook, url = receiver
    await wire.ask("setWebhook", url=url)
    hook.reply = {"method": "sendMessage", "chat_id": SQUARE, "text": "收到"}
    town.say(SQUARE, ANNA, "在吗")
    await hook.until(lambda: town.messages(SQUARE)[-1].get("text") == "收到")
    hook.reply = {"method": "getMe"}
    town.say(SQUARE, ANNA, "再来")
    await hook.until(lambda: len(hook.got) == 2)
    assert town.calls_of("getMe") == []


async def test_presses_do_not_wait_for_a_slow_chat(wire: Wire, town: Town, receiver: tuple[Receiver, str]) -> None:
    hook, url = receiver
    markup = {"inline_keyboard": [[{"text": "接单", "callback_data": "t"}]]}
    card = await wire.ask("sendMessage", chat_id=SQUARE, text="卡", reply_markup=markup)
    hook.refuse = lambda update: Response(status_code=500) if "message" in update else None
    await wire.ask("setWebhook", url=url)
    town.say(SQUARE, ANNA, "难办")
    town.press(SQUARE, LI, card["message_id"], "接单")
    await hook.until(lambda: bool(hook.got))
    assert hook.got[0]["callback_query"]["data"] == "t"
