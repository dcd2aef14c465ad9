"""Editing, deleting, pinning, reacting, copying: what a bot may do to messages that are there."""

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Message
from telegram.error import BadRequest

from sandbox.pictures import draw
from sandbox.town import Town
from tests.sandbox.town import ANNA, LI, SQUARE, YARD, Clock, Wire

UNCHANGED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("接单", callback_data="t:1")]])
NO_PIN = "not enough rights to manage pinned messages in the chat"


async def test_an_edit_changes_words_and_buttons_in_place(bot: Bot, town: Town, clock: Clock) -> None:
    sent = await bot.send_message(SQUARE, "待接单", reply_markup=BUTTONS)
    clock.turn(days=30)
    edited = await sent.edit_text("<b>办理中</b>", parse_mode="HTML")
    assert isinstance(edited, Message)
    (shown,) = [message for message in town.messages(SQUARE) if message["message_id"] == sent.message_id]
    assert (shown["text"], shown["entities"]) == ("办理中", [{"type": "bold", "offset": 0, "length": 3}])
    assert "reply_markup" not in shown
    assert shown["edit_date"] - shown["date"] == 30 * 86400


async def test_an_edit_that_changes_nothing_is_refused(wire: Wire, bot: Bot) -> None:
    sent = await bot.send_message(SQUARE, "<b>待</b>接单", parse_mode="HTML", reply_markup=BUTTONS)
    same = {"chat_id": SQUARE, "message_id": sent.message_id, "reply_markup": BUTTONS.to_dict()}
    html = {**same, "text": "<strong>待</strong>接单", "parse_mode": "HTML"}
    assert await wire.refusal("editMessageText", **html) == (400, UNCHANGED)
    assert await wire.refusal("editMessageReplyMarkup", **same) == (400, UNCHANGED)
    assert (await wire.send("editMessageText", **{**same, "text": "待接单"})).status_code == 200


async def test_buttons_alone_can_go(bot: Bot, town: Town) -> None:
    sent = await bot.send_message(SQUARE, "卡", reply_markup=BUTTONS)
    await sent.edit_reply_markup(None)
    assert "reply_markup" not in town.messages(SQUARE)[-1]
    assert town.messages(SQUARE)[-1]["text"] == "卡"


async def test_somebody_elses_words_cannot_be_edited(wire: Wire, town: Town) -> None:
    said = town.say(SQUARE, ANNA, "灯坏了")
    refusal = await wire.refusal("editMessageText", chat_id=SQUARE, message_id=said["message_id"], text="x")
    assert refusal == (400, "Bad Request: message can't be edited")


async def test_text_caption_and_picture_are_three_things(wire: Wire, bot: Bot) -> None:
    text, photo = await bot.send_message(SQUARE, "字"), await bot.send_photo(SQUARE, draw(1), caption="前")
    of_text, of_photo = ({"chat_id": SQUARE, "message_id": sent.message_id} for sent in (text, photo))
    refusals = [
        await wire.refusal("editMessageText", **of_photo, text="x"),
        await wire.refusal("editMessageCaption", **of_text, caption="x"),
    ]
    assert [words for _, words in refusals] == [
        "Bad Request: there is no text in the message to edit",
        "Bad Request: there is no caption in the message to edit",
    ]
    assert (await wire.ask("editMessageCaption", **of_photo, caption="后"))["caption"] == "后"
    edited = await bot.edit_message_media(InputMediaPhoto(draw(2), caption="新"), SQUARE, photo.message_id)
    assert isinstance(edited, Message)
    assert edited.caption == "新"
    assert edited.photo[-1].file_unique_id != photo.photo[-1].file_unique_id


async def test_residents_edit_too(bot: Bot, town: Town) -> None:
    said = town.say(SQUARE, ANNA, "灯坏")
    town.edit(SQUARE, said["message_id"], "#报修 灯坏了")
    _, update = await bot.get_updates()
    assert update.edited_message is not None
    assert update.edited_message.text == "#报修 灯坏了"
    assert update.edited_message.entities[0].type == "hashtag"
    assert update.edited_message.edit_date is not None


async def test_a_bot_takes_back_its_own_words_for_48_hours(wire: Wire, bot: Bot, town: Town, clock: Clock) -> None:
    fresh, old = [await bot.send_message(SQUARE, text) for text in ("新", "旧")]
    assert await fresh.delete()
    clock.turn(hours=48, seconds=1)
    refusal = await wire.refusal("deleteMessage", chat_id=SQUARE, message_id=old.message_id)
    assert refusal == (400, "Bad Request: message can't be deleted for everyone")
    assert [message["text"] for message in town.messages(SQUARE) if "text" in message] == ["旧"]


async def test_others_words_go_with_an_administrators_right(wire: Wire, town: Town) -> None:
    said = town.say(SQUARE, ANNA, "广告")["message_id"]
    wish = {"chat_id": SQUARE, "message_id": said}
    assert await wire.refusal("deleteMessage", **wish) == (400, "Bad Request: message can't be deleted")
    town.promote(SQUARE, 1000, rights=("can_delete_messages",))
    assert await wire.ask("deleteMessage", **wish) is True
    assert await wire.refusal("deleteMessage", **wish) == (400, "Bad Request: message to delete not found")


async def test_several_messages_go_at_once(wire: Wire, bot: Bot, town: Town) -> None:
    sent = [(await bot.send_message(SQUARE, text)).message_id for text in "一二三"]
    assert await wire.ask("deleteMessages", chat_id=SQUARE, message_ids=[*sent[:2], 999]) is True
    said = town.say(SQUARE, ANNA, "我的")["message_id"]
    refusal = await wire.refusal("deleteMessages", chat_id=SQUARE, message_ids=[sent[2], said])
    assert refusal == (400, "Bad Request: message can't be deleted")
    assert [m["text"] for m in town.messages(SQUARE) if "text" in m] == ["三", "我的"]
    too_many = await wire.refusal("deleteMessages", chat_id=SQUARE, message_ids=list(range(1, 102)))
    assert too_many == (400, "Bad Request: too many message identifiers specified")


async def test_pinning_takes_a_right_and_is_announced(wire: Wire, bot: Bot, town: Town) -> None:
    sent = await bot.send_message(SQUARE, "公告")
    wish = {"chat_id": SQUARE, "message_id": sent.message_id}
    for method in ("pinChatMessage", "unpinChatMessage", "unpinAllChatMessages"):
        assert await wire.refusal(method, **wish) == (400, f"Bad Request: {NO_PIN}")
    town.promote(SQUARE, 1000, rights=("can_pin_messages",))
    town.bot().queue.waiting.clear()
    await bot.pin_chat_message(SQUARE, sent.message_id)
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.pinned_message is not None
    assert update.message.pinned_message.message_id == sent.message_id
    lost = await wire.refusal("pinChatMessage", chat_id=SQUARE, message_id=999)
    assert lost == (400, "Bad Request: message to pin not found")
    await bot.unpin_chat_message(SQUARE)
    assert await wire.refusal("unpinChatMessage", chat_id=SQUARE) == (400, "Bad Request: message to unpin not found")


async def test_a_deleted_pin_is_no_pin(wire: Wire, bot: Bot, town: Town) -> None:
    town.promote(SQUARE, 1000)
    sent = await bot.send_message(SQUARE, "公告")
    await sent.pin()
    await sent.delete()
    assert "pinned_message" not in await wire.ask("getChat", chat_id=SQUARE)


async def test_reactions_come_from_telegrams_list(wire: Wire, bot: Bot, town: Town) -> None:
    said = town.say(SQUARE, ANNA, "灯坏了")["message_id"]
    await bot.set_message_reaction(SQUARE, said, "👀")
    assert town.chat(SQUARE).messages[said].reactions == {1000: [{"type": "emoji", "emoji": "👀"}]}
    with pytest.raises(BadRequest, match=r"(?i)reaction_invalid"):
        await bot.set_message_reaction(SQUARE, said, "✅")
    with pytest.raises(BadRequest, match=r"(?i)reactions_too_many"):
        await bot.set_message_reaction(SQUARE, said, ["👍", "👀"])
    await bot.set_message_reaction(SQUARE, said)
    assert town.chat(SQUARE).messages[said].reactions == {1000: []}


async def test_a_copy_has_no_origin_a_forward_has(bot: Bot, town: Town) -> None:
    said = town.photo(SQUARE, ANNA, "灯坏了", reply_to=town.say(SQUARE, LI, "图呢?")["message_id"])
    copied = await bot.copy_message(YARD, SQUARE, said["message_id"])
    forwarded = await bot.forward_message(YARD, SQUARE, said["message_id"])
    copy, forward = town.messages(YARD)[-2:]
    assert (copy["message_id"], copy["caption"]) == (copied.message_id, "灯坏了")
    assert not {"forward_origin", "reply_to_message"} & set(copy)
    assert forwarded.forward_origin is not None
    assert forward["forward_origin"]["sender_user"]["id"] == ANNA
    renamed = await bot.copy_message(YARD, SQUARE, said["message_id"], caption="现场照片")
    assert town.messages(YARD)[-1]["message_id"] == renamed.message_id
    assert town.messages(YARD)[-1]["caption"] == "现场照片"


async def test_what_telegram_said_itself_cannot_be_copied(wire: Wire, town: Town) -> None:
    town.join(SQUARE, 2009)
    line = town.messages(SQUARE)[-1]["message_id"]
    refusal = await wire.refusal("copyMessage", chat_id=YARD, from_chat_id=SQUARE, message_id=line)
    assert refusal == (400, "Bad Request: message can't be copied")


async def test_a_reply_shows_what_it_answers(bot: Bot, town: Town) -> None:
    said = town.say(SQUARE, ANNA, "灯坏了")
    answer = await bot.send_message(SQUARE, "收到", reply_to_message_id=said["message_id"])
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "灯坏了"
    town.delete(SQUARE, said["message_id"])
    assert "reply_to_message" not in town.messages(SQUARE)[-1]
    with pytest.raises(BadRequest, match=r"(?i)message to be replied not found"):
        await bot.send_message(SQUARE, "收到", reply_to_message_id=said["message_id"])
