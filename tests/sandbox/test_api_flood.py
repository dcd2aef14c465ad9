"""Flood limits on a turned clock: nobody waits for real."""

from typing import Any

import pytest
from telegram import Bot
from telegram.error import RetryAfter

from sandbox.town import Town
from tests.sandbox.town import ANNA, SQUARE, YARD, Clock, Wire


@pytest.fixture
def strict(town: Town) -> Town:
    town.flood = True
    town.start(ANNA)
    return town


async def say(wire: Wire, chat: int, text: str = "好") -> int:
    """The HTTP status of one message."""
    return (await wire.send("sendMessage", chat_id=chat, text=text)).status_code


async def test_a_chat_bears_three_at_once_then_one_a_second(strict: Town, wire: Wire, clock: Clock) -> None:
    assert [await say(wire, ANNA) for _ in range(4)] == [200, 200, 200, 429]
    clock.turn(seconds=1)
    assert [await say(wire, ANNA) for _ in range(2)] == [200, 429]
    for _ in range(30):
        clock.turn(seconds=1)
        assert await say(wire, ANNA) == 200


async def test_the_refusal_says_how_long_to_wait_in_both_places(strict: Town, wire: Wire) -> None:
    for _ in range(3):
        await say(wire, ANNA)
    answer = await wire.send("sendMessage", chat_id=ANNA, text="又")
    assert answer.headers["Retry-After"] == "1"
    assert answer.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    assert len(strict.messages(ANNA)) == 4  # /start and three


async def test_a_group_bears_twenty_a_minute(strict: Town, bot: Bot, wire: Wire, clock: Clock) -> None:
    for _ in range(20):
        assert await say(wire, SQUARE) == 200
        clock.turn(seconds=1)
    with pytest.raises(RetryAfter) as flood:
        await bot.send_message(SQUARE, "第二十一条")
    wait: Any = flood.value.retry_after
    assert wait.total_seconds() == 40
    clock.turn(seconds=39)
    assert await say(wire, SQUARE) == 429
    clock.turn(seconds=1)
    assert await say(wire, SQUARE) == 200
    assert await say(wire, SQUARE) == 429


async def test_one_full_chat_does_not_silence_another(strict: Town, wire: Wire) -> None:
    assert [await say(wire, SQUARE) for _ in range(4)][-1] == 429
    assert await say(wire, YARD) == 200


async def test_a_bot_sends_thirty_a_second(strict: Town, wire: Wire, clock: Clock) -> None:
    for number in range(5000, 5031):
        strict.add_user(number, "邻居")
        strict.start(number)
    assert [await say(wire, number) for number in range(5000, 5031)] == [200] * 30 + [429]
    clock.turn(seconds=1)
    assert await say(wire, 5030) == 200


async def test_edits_count_albums_count_for_each_picture_and_refusals_do_not(
    strict: Town, wire: Wire, clock: Clock
) -> None:
    card = await wire.ask("sendMessage", chat_id=SQUARE, text="卡")
    edit = {"chat_id": SQUARE, "message_id": card["message_id"]}
    assert (await wire.send("editMessageText", **edit, text="卡")).status_code == 400
    assert (await wire.send("editMessageText", **edit, text="二")).status_code == 200
    assert (await wire.send("editMessageText", **edit, text="三")).status_code == 200
    assert (await wire.send("editMessageText", **edit, text="四")).status_code == 429
    photo = strict.photo(YARD, ANNA)["photo"][-1]["file_id"]
    album = [{"type": "photo", "media": photo}] * 10
    assert (await wire.send("sendMediaGroup", chat_id=YARD, media=album)).status_code == 200
    clock.turn(seconds=10)
    assert (await wire.send("sendMediaGroup", chat_id=YARD, media=album)).status_code == 200
    clock.turn(seconds=10)
    assert await say(wire, YARD) == 429


async def test_what_sends_nothing_is_not_counted(strict: Town, wire: Wire) -> None:
    for _ in range(50):
        await wire.ask("sendChatAction", chat_id=SQUARE, action="typing")
        await wire.ask("getChat", chat_id=SQUARE)
    assert await say(wire, SQUARE) == 200


async def test_an_easy_town_counts_nothing(town: Town, wire: Wire) -> None:
    assert {await say(wire, SQUARE) for _ in range(40)} == {200}
