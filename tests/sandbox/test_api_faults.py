"""Scripted misfortune, the record of calls, and the bell the page listens to."""

import asyncio
from time import monotonic

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter

from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.sandbox.town import ANNA, SQUARE, YARD, Wire


async def test_the_next_matching_call_fails(wire: Wire, town: Town) -> None:
    town.fail("sendMessage", status=502, times=2, chat=SQUARE)
    assert await wire.ask("sendMessage", chat_id=YARD, text="别处")
    assert await wire.refusal("sendMessage", chat_id=SQUARE, text="一") == (502, "Bad Gateway")
    assert await wire.refusal("sendMessage", chat_id=SQUARE, text="二") == (502, "Bad Gateway")
    assert await wire.ask("sendMessage", chat_id=SQUARE, text="三")
    assert [message.get("text") for message in town.messages(SQUARE)][-1] == "三"
    assert [call.status for call in town.calls_of("sendMessage")] == [200, 502, 502, 200]


async def test_a_proxy_in_between_speaks_html(bot: Bot, wire: Wire, town: Town) -> None:
    town.fail("*", status=502, body="<html>502</html>")
    answer = await wire.send("getMe")
    assert (answer.status_code, answer.text) == (502, "<html>502</html>")
    assert answer.headers["content-type"].startswith("text/html")
    town.fail("sendMessage", status=502, body="<html>502</html>")
    with pytest.raises(NetworkError):
        await bot.send_message(SQUARE, "x")


async def test_a_flood_answer_can_be_ordered(bot: Bot, town: Town) -> None:
    town.fail("sendMessage", retry_after=35)
    with pytest.raises(RetryAfter) as flood:
        await bot.send_message(SQUARE, "x")
    assert str(flood.value.retry_after) == "0:00:35"


async def test_a_message_may_arrive_although_its_answer_is_lost(wire: Wire, town: Town) -> None:
    town.fail("sendMessage", status=504, after_accepting=True)
    assert await wire.refusal("sendMessage", chat_id=SQUARE, text="到了吗") == (504, "Gateway Timeout")
    assert town.messages(SQUARE)[-1]["text"] == "到了吗"
    assert [call.status for call in town.calls_of("sendMessage")] == [200]


async def test_an_answer_may_come_too_late(wire: Wire, town: Town) -> None:
    town.fail("sendMessage", after_accepting=True, hang=30)
    with pytest.raises(httpx.ReadTimeout):
        await wire.http.post("sendMessage", json={"chat_id": SQUARE, "text": "到了吗"}, timeout=0.05)
    assert town.messages(SQUARE)[-1]["text"] == "到了吗"


async def test_a_hanging_call_does_not_keep_the_server_from_closing(town: Town) -> None:
    began = monotonic()
    async with Serving(make_app(town)) as serving:
        wire = Wire(serving.url)
        town.fail("getMe", status=503, hang=30)
        hanging = asyncio.create_task(wire.send("getMe"))
        await asyncio.sleep(0.02)
    assert (await hanging).status_code == 503
    await wire.http.aclose()
    assert monotonic() - began < 2


async def test_calls_are_remembered_in_readable_form(bot: Bot, town: Town) -> None:
    await bot.send_message(SQUARE, "<b>好</b>", parse_mode="HTML", reply_to_message_id=1)
    call = town.calls[-1]
    assert call.bot is town.bot()
    assert (call.method, call.status, call.at) == ("sendMessage", 200, town.now())
    assert call.params == {
        "chat_id": SQUARE,
        "text": "<b>好</b>",
        "parse_mode": "HTML",
        "reply_parameters": {"message_id": 1},
    }
    assert call.result["text"] == "好"
    assert call.notes == ()


async def test_the_bell_tells_of_every_change(town: Town) -> None:
    heard: list[int] = []

    async def listen() -> None:
        async for count in town.changed.changes():
            heard.append(count)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)
    before = town.changed.count
    town.say(SQUARE, ANNA, "一")
    await asyncio.sleep(0.01)
    assert heard[0] == before
    assert heard[-1] == town.changed.count > before
    town.changed.interrupt()
    await asyncio.wait_for(listening, 1)


def test_only_this_machine_is_served(town: Town) -> None:
    with pytest.raises(ValueError, match=r"serves this machine only, not 0\.0\.0\.0"):
        Serving(make_app(town), host="0.0.0.0")  # noqa: S104, that is the point


async def test_a_port_can_be_chosen_and_used_again(town: Town) -> None:
    async with Serving(make_app(town)) as first:
        port = first.port
    async with Serving(make_app(town), port=port) as second:
        wire = Wire(second.url)
        assert (await wire.ask("getMe"))["id"] == 1000
        await wire.http.aclose()
