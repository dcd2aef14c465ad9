"""Chats: how groups grow, how ids count, who is in them, and what happens in topics."""

import pytest
from telegram import Bot
from telegram.error import ChatMigrated

from sandbox.town import Town
from tests.sandbox.town import ANNA, LI, SQUARE, STRANGER, YARD, Wire

FORUM = -1001000000009


async def test_a_basic_group_becomes_a_supergroup_under_a_new_id(bot: Bot, town: Town) -> None:
    card = await bot.send_message(YARD, "卡")
    new = town.upgrade(YARD)
    assert new == -1_000_000_000_000 + YARD
    old_line, new_line = (update.message for update in await bot.get_updates())
    assert old_line is not None
    assert new_line is not None
    assert (old_line.chat.id, old_line.migrate_to_chat_id) == (YARD, new)
    assert (new_line.chat.id, new_line.migrate_from_chat_id) == (new, YARD)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(YARD, "还在吗")
    assert moved.value.new_chat_id == new
    assert (await bot.send_message(new, "搬来了")).chat.id == new
    edited = await card.edit_text("旧卡还能改")
    assert not isinstance(edited, bool)
    assert edited.text == "旧卡还能改"


async def test_the_refusal_names_the_new_chat(wire: Wire, town: Town) -> None:
    new = town.upgrade(YARD)
    answer = (await wire.send("sendMessage", chat_id=YARD, text="x")).json()
    assert answer == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": new},
    }


async def test_supergroups_count_for_themselves_the_others_together(wire: Wire, town: Town) -> None:
    first = town.say(YARD, ANNA, "一")["message_id"]
    second = town.start(ANNA)["message_id"]
    third = (await wire.ask("sendMessage", chat_id=YARD, text="三"))["message_id"]
    assert [second - first, third - second] == [1, 1]
    square = town.say(SQUARE, ANNA, "一")["message_id"]
    town.say(YARD, ANNA, "别处")
    assert town.say(SQUARE, ANNA, "二")["message_id"] == square + 1


async def test_who_is_here_and_in_charge(bot: Bot, town: Town) -> None:
    town.promote(SQUARE, ANNA, title="楼长")
    town.promote(SQUARE, 1000, rights=("can_pin_messages",))
    people = {member.user.id: member for member in await bot.get_chat_administrators(SQUARE)}
    assert set(people) == {ANNA, 1000}
    assert people[ANNA].to_dict()["custom_title"] == "楼长"
    assert people[1000].to_dict()["can_pin_messages"] is True
    assert people[1000].to_dict()["can_delete_messages"] is False
    assert await bot.get_chat_member_count(SQUARE) == 3
    assert (await bot.get_chat_member(SQUARE, LI)).status == "member"
    assert (await bot.get_chat_member(SQUARE, STRANGER)).status == "left"
    assert (await bot.get_chat_member(SQUARE, 1000)).status == "administrator"


async def test_people_come_and_go(bot: Bot, town: Town) -> None:
    town.join(SQUARE, STRANGER)
    town.leave(SQUARE, STRANGER)
    came, went = (update.message for update in await bot.get_updates())
    assert came is not None
    assert went is not None
    assert [user.id for user in came.new_chat_members] == [STRANGER]
    assert went.left_chat_member is not None
    assert went.left_chat_member.id == STRANGER
    with pytest.raises(ValueError, match="陌生人 is not in 南区议事群"):
        town.say(SQUARE, STRANGER, "我走了")


async def test_the_bot_learns_where_it_stands(bot: Bot, town: Town) -> None:
    town.kick_bot(SQUARE, by=ANNA)
    town.add_bot_to(SQUARE, by=LI, status="administrator")
    town.start(ANNA)
    town.block(ANNA)
    town.start(ANNA)
    changes = [update.my_chat_member for update in await bot.get_updates() if update.my_chat_member]
    assert [(c.from_user.id, c.old_chat_member.status, c.new_chat_member.status) for c in changes] == [
        (ANNA, "member", "kicked"),
        (LI, "kicked", "administrator"),
        (ANNA, "member", "kicked"),
        (ANNA, "kicked", "member"),
    ]


async def test_a_deep_link_brings_its_payload(bot: Bot, town: Town) -> None:
    town.start(ANNA, "token-1")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "/start token-1"
    assert [entity.type for entity in update.message.entities] == ["bot_command"]


async def test_answers_stay_in_their_topic(bot: Bot, wire: Wire, town: Town) -> None:
    town.add_group(FORUM, "业主论坛", [ANNA], forum=True)
    town.add_bot_to(FORUM)
    repairs = town.add_topic(FORUM, "报修")
    said = town.say(FORUM, ANNA, "灯坏了", topic=repairs)
    assert (said["message_thread_id"], said["is_topic_message"]) == (repairs, True)
    answer = await wire.ask("sendMessage", chat_id=FORUM, text="收到", message_thread_id=repairs)
    assert answer["message_thread_id"] == repairs
    by_reply = await bot.send_message(FORUM, "好", reply_to_message_id=said["message_id"])
    assert by_reply.message_thread_id == repairs
    words = (400, "Bad Request: message thread not found")
    assert await wire.refusal("sendMessage", chat_id=FORUM, text="x", message_thread_id=1) == words
    assert "message_thread_id" not in await wire.ask("sendMessage", chat_id=FORUM, text="x")
    town.chat(FORUM).closed_topics.add(repairs)
    closed = await wire.refusal("sendMessage", chat_id=FORUM, text="x", message_thread_id=repairs)
    assert closed == (400, "Bad Request: TOPIC_CLOSED")


async def test_a_chain_of_replies_is_no_topic(wire: Wire, town: Town) -> None:
    first = town.say(SQUARE, ANNA, "灯坏了")
    second = town.say(SQUARE, LI, "哪里?", reply_to=first["message_id"])
    third = town.say(SQUARE, ANNA, "门口", reply_to=second["message_id"])
    assert second["message_thread_id"] == third["message_thread_id"] == first["message_id"]
    assert "is_topic_message" not in third
    assert third["reply_to_message"]["text"] == "哪里?"
    assert "reply_to_message" not in third["reply_to_message"]
    words = (400, "Bad Request: message thread not found")
    thread = third["message_thread_id"]
    assert await wire.refusal("sendMessage", chat_id=SQUARE, text="x", message_thread_id=thread) == words


async def test_the_anonymous_administrator_has_no_face(bot: Bot, town: Town) -> None:
    town.promote(SQUARE, ANNA, title="管理")
    town.bot().queue.waiting.clear()
    town.say(SQUARE, ANNA, "/stats", anonymous=True)
    (update,) = await bot.get_updates()
    message = update.message
    assert message is not None
    assert message.from_user is not None
    assert message.sender_chat is not None
    assert (message.from_user.id, message.sender_chat.id, message.author_signature) == (1087968824, SQUARE, "管理")


async def test_a_forwarded_message_tells_its_origin(bot: Bot, town: Town) -> None:
    town.say(SQUARE, ANNA, "旧事", forward_from=LI)
    town.say(SQUARE, ANNA, "旧闻", forward_from="某人")
    known, hidden = (update.message for update in await bot.get_updates())
    assert known is not None
    assert hidden is not None
    assert known.forward_origin is not None
    assert known.forward_origin.to_dict()["sender_user"]["id"] == LI
    assert hidden.forward_origin is not None
    assert hidden.forward_origin.to_dict()["sender_user_name"] == "某人"


async def test_getchat_shows_the_newest_pin(wire: Wire, town: Town) -> None:
    town.promote(SQUARE, 1000)
    sent = await wire.ask("sendMessage", chat_id=SQUARE, text="公告")
    await wire.ask("pinChatMessage", chat_id=SQUARE, message_id=sent["message_id"])
    assert (await wire.ask("getChat", chat_id=SQUARE))["pinned_message"]["text"] == "公告"


def test_ids_say_what_kind_of_chat_it_is(town: Town) -> None:
    with pytest.raises(ValueError, match="-5 is no id of a supergroup"):
        town.add_group(-5, "院子")
    with pytest.raises(ValueError, match="is no id of a group"):
        town.add_group(-1001, "院子", kind="group")
