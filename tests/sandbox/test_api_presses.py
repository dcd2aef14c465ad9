"""Buttons: who pressed what, and the one answer each press gets."""

from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import BadRequest

from sandbox.town import Town
from tests.sandbox.town import ANNA, LI, SQUARE, STRANGER, Clock, Wire

OLD = "query is too old and response timeout expired or query ID is invalid"


async def card(bot: Bot) -> Message:
    rows = [
        [InlineKeyboardButton("✅ 接单", callback_data="t:1"), InlineKeyboardButton("不归我管", callback_data="r:1")],
        [InlineKeyboardButton("网页", url="https://example.com/1")],
    ]
    return await bot.send_message(SQUARE, "灯坏了", reply_markup=InlineKeyboardMarkup(rows))


async def test_a_press_reaches_the_bot_and_its_answer_the_person(bot: Bot, town: Town) -> None:
    sent = await card(bot)
    press = town.press(SQUARE, LI, sent.message_id, "接单")
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert (query.from_user.id, query.data) == (LI, "t:1")
    assert query.message is not None
    assert (query.message.message_id, query.message.is_accessible) == (sent.message_id, True)
    assert press.answer is None
    await query.answer("已接单", show_alert=True)
    assert press.answer == {"text": "已接单", "show_alert": True}


async def test_a_press_is_answered_once(bot: Bot, town: Town) -> None:
    press = town.press(SQUARE, LI, (await card(bot)).message_id, "不归我管")
    await bot.answer_callback_query(press.id)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(press.id)
    assert press.answer == {"text": "", "show_alert": False}


async def test_an_answer_after_150_seconds_is_too_late(wire: Wire, bot: Bot, town: Town, clock: Clock) -> None:
    sent = await card(bot)
    late, in_time = (town.press(SQUARE, LI, sent.message_id, "t:1") for _ in range(2))
    clock.turn(seconds=150)
    await bot.answer_callback_query(in_time.id)
    clock.turn(seconds=1)
    assert await wire.refusal("answerCallbackQuery", callback_query_id=late.id) == (400, f"Bad Request: {OLD}")
    assert await wire.refusal("answerCallbackQuery", callback_query_id="77") == (400, f"Bad Request: {OLD}")
    assert late.answer is None


async def test_a_pop_up_holds_200_characters(wire: Wire, bot: Bot, town: Town) -> None:
    press = town.press(SQUARE, LI, (await card(bot)).message_id, "t:1")
    refused = await wire.refusal("answerCallbackQuery", callback_query_id=press.id, text="字" * 201)
    assert refused == (400, "Bad Request: MESSAGE_TOO_LONG")
    await wire.ask("answerCallbackQuery", callback_query_id=press.id, text="字" * 200)


async def test_a_link_opens_and_tells_no_bot(bot: Bot, town: Town) -> None:
    press = town.press(SQUARE, LI, (await card(bot)).message_id, "网页")
    assert press.url == "https://example.com/1"
    assert await bot.get_updates() == ()


async def test_forged_data_arrives_even_under_a_message_that_is_gone(bot: Bot, town: Town) -> None:
    sent = await card(bot)
    town.forge_press(SQUARE, LI, sent.message_id, "close:all")
    await sent.delete()
    town.forge_press(SQUARE, LI, sent.message_id, "t:1")
    present, gone = (update.callback_query for update in await bot.get_updates())
    assert present is not None
    assert gone is not None
    assert present.data == "close:all"
    assert gone.message is not None
    assert gone.message.is_accessible is False


async def test_a_button_that_is_not_there_cannot_be_pressed(bot: Bot, town: Town) -> None:
    sent = await card(bot)
    with pytest.raises(LookupError, match="no button 办好了; there is ✅ 接单、不归我管、网页"):
        town.press(SQUARE, LI, sent.message_id, "办好了")
    with pytest.raises(ValueError, match="陌生人 is not in"):
        town.press(SQUARE, STRANGER, sent.message_id, "接单")
    said = town.say(SQUARE, ANNA, "好")
    with pytest.raises(LookupError, match="no button at all"):
        town.press(SQUARE, LI, said["message_id"], "接单")


async def test_people_vote_and_change_their_minds(bot: Bot, town: Town) -> None:
    poll: Any = await bot.send_poll(SQUARE, "哪天修?", ["周一", "周二"], is_anonymous=False)
    town.vote(SQUARE, ANNA, poll.message_id, ["周二"])
    town.vote(SQUARE, LI, poll.message_id, [1])
    town.vote(SQUARE, ANNA, poll.message_id, [])
    updates = await bot.get_updates()
    answers = [update.poll_answer for update in updates if update.poll_answer]
    assert [(answer.user and answer.user.id, answer.option_ids) for answer in answers] == [
        (ANNA, (1,)),
        (LI, (1,)),
        (ANNA, ()),
    ]
    closed = await bot.stop_poll(SQUARE, poll.message_id)
    assert closed.is_closed
    assert [option.voter_count for option in closed.options] == [0, 1]
    assert closed.total_voter_count == 1
    with pytest.raises(BadRequest, match=r"(?i)poll has already been closed"):
        await bot.stop_poll(SQUARE, poll.message_id)
    with pytest.raises(ValueError, match="the poll is closed"):
        town.vote(SQUARE, LI, poll.message_id, [0])


async def test_an_anonymous_poll_tells_only_the_count(bot: Bot, town: Town) -> None:
    poll = await bot.send_poll(SQUARE, "哪天修?", ["周一", "周二"])
    town.vote(SQUARE, ANNA, poll.message_id, [0])
    (update,) = await bot.get_updates()
    assert update.poll_answer is None
    assert update.poll is not None
    assert [option.voter_count for option in update.poll.options] == [1, 0]
    with pytest.raises(ValueError, match="this poll takes one answer"):
        town.vote(SQUARE, ANNA, poll.message_id, [0, 1])
