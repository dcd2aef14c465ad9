"""Which messages reach which bot: privacy mode, as Telegram really does it."""

import pytest

from sandbox.town import Town
from tests.sandbox.town import ANNA, LI, SQUARE, Wire

SHY = "3000:shy"


@pytest.fixture
def shy(town: Town) -> Town:
    """A second bot in the square, with privacy mode on."""
    town.add_bot(SHY, "shy_bot", "小耳朵", reads_all=False)
    town.add_bot_to(SQUARE, bot="shy_bot")
    for bot in town.bots.values():
        bot.queue.waiting.clear()
    return town


def heard(town: Town) -> list[str]:
    bodies = [update.body for update in town.bot("shy_bot").queue.waiting.values()]
    return [body["message"].get("text", "-") for body in bodies if "message" in body]


def test_plain_words_tags_and_mentions_do_not_reach_it(shy: Town) -> None:
    for text in ("灯坏了", "#报修 灯坏了", "@shy_bot 灯坏了", "/help@helper_bot"):
        shy.say(SQUARE, ANNA, text)
    assert heard(shy) == []


def test_commands_by_name_reach_it(shy: Town) -> None:
    shy.say(SQUARE, ANNA, "麻烦看下 /help@SHY_BOT")
    assert heard(shy) == ["麻烦看下 /help@SHY_BOT"]


async def test_plain_commands_reach_whichever_bot_spoke_last(shy: Town, wire: Wire) -> None:
    await wire.ask("sendMessage", chat_id=SQUARE, text="我先说")
    shy.say(SQUARE, ANNA, "/help")
    assert heard(shy) == []
    wire.http.base_url = wire.http.base_url.copy_with(path=f"/bot{SHY}/")
    await wire.ask("sendMessage", chat_id=SQUARE, text="现在我说")
    shy.say(SQUARE, ANNA, "/help")
    assert heard(shy) == ["/help"]


async def test_replies_to_its_own_words_reach_it(shy: Town, wire: Wire) -> None:
    wire.http.base_url = wire.http.base_url.copy_with(path=f"/bot{SHY}/")
    own = await wire.ask("sendMessage", chat_id=SQUARE, text="要修什么?")
    others = shy.say(SQUARE, LI, "什么?")
    shy.say(SQUARE, ANNA, "楼道灯", reply_to=own["message_id"])
    shy.say(SQUARE, ANNA, "没什么", reply_to=others["message_id"])
    assert heard(shy) == ["楼道灯"]


def test_what_telegram_itself_says_reaches_it(shy: Town) -> None:
    shy.add_user(2010, "新邻居")
    shy.join(SQUARE, 2010)
    assert heard(shy) == ["-"]


def test_an_administrator_hears_everything(shy: Town) -> None:
    shy.promote(SQUARE, 3000)
    shy.say(SQUARE, ANNA, "灯坏了")
    assert heard(shy) == ["灯坏了"]


def test_a_private_chat_belongs_to_one_bot(shy: Town) -> None:
    shy.start(ANNA, bot="shy_bot")
    shy.say(ANNA, ANNA, "你好", bot="shy_bot")
    shy.say(ANNA, ANNA, "别的")
    assert heard(shy) == ["/start", "你好"]
    assert [message["text"] for message in shy.messages(ANNA)] == ["别的"]


async def test_bots_do_not_hear_bots(shy: Town, wire: Wire) -> None:
    shy.promote(SQUARE, 3000)
    shy.bot("shy_bot").queue.waiting.clear()
    shy.bot().queue.waiting.clear()
    sent = await wire.ask("sendMessage", chat_id=SQUARE, text="机器人说")
    await wire.ask("editMessageText", chat_id=SQUARE, message_id=sent["message_id"], text="改口")
    assert shy.bot("shy_bot").queue.waiting == {}
    assert shy.bot().queue.waiting == {}


def test_who_was_put_out_hears_nothing_more(shy: Town) -> None:
    shy.promote(SQUARE, 3000)
    shy.kick_bot(SQUARE, bot="shy_bot")
    shy.bot("shy_bot").queue.waiting.clear()
    shy.say(SQUARE, ANNA, "灯坏了")
    assert heard(shy) == []


async def test_getme_says_whether_privacy_is_on(shy: Town, wire: Wire) -> None:
    assert (await wire.ask("getMe"))["can_read_all_group_messages"] is True
    wire.http.base_url = wire.http.base_url.copy_with(path=f"/bot{SHY}/")
    assert (await wire.ask("getMe"))["can_read_all_group_messages"] is False
