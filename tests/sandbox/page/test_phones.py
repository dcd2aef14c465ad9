"""What people do on the three phones, each by the form a person would fill in."""

import re

import pytest

from sandbox.page.deeds import sample
from sandbox.town import Press, Town
from tests.sandbox.page.conftest import TOKEN
from tests.sandbox.page.visitor import CHAIR, RESIDENT, WORKER, Visitor

SOUTH, NORTH, FIRM = -1001000000001, -1001000000002, -1001000000011
WANG, LIU, LI, CHEN = 2101, 2103, 2002, 2001


def posted(town: Town, chat: int, text: str, **more: object) -> int:
    """A message of the bot, as its Bot API call would leave it in the town."""
    return town.post(town.chat(chat), town.bot().json(), {"text": text, **more}).id


def keyboard(*labels: str) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": label, "callback_data": label} for label in labels]]}


async def test_the_three_phones_open_as_the_scene_says(visitor: Visitor) -> None:
    assert "西渚花苑南区议事群" in await visitor.phone(RESIDENT)
    assert "物业工作群" in await visitor.phone(WORKER)
    assert "陈主任 · 私聊" in await visitor.phone(CHAIR)


async def test_a_resident_says_something(visitor: Visitor, town: Town) -> None:
    await visitor.do(RESIDENT, "say", text="  楼道灯坏了\r\n两天了 ")
    said = town.messages(SOUTH)[-1]
    assert (said["text"], said["from"]["id"]) == ("楼道灯坏了\n两天了", WANG)
    assert "👵 王阿姨" in await visitor.phone(RESIDENT)


async def test_saying_nothing_is_answered_on_that_phone(visitor: Visitor) -> None:
    await visitor.do(RESIDENT, "say", text="   ")
    assert "还没写字" in await visitor.phone(RESIDENT)
    assert "还没写字" not in await visitor.phone(WORKER)
    await visitor.do(RESIDENT, "hush")
    assert "还没写字" not in await visitor.phone(RESIDENT)


async def test_a_photo_is_sent_and_seen(visitor: Visitor, town: Town) -> None:
    await visitor.do(RESIDENT, "say", text="看这里", picture="court-broken")
    assert town.messages(SOUTH)[-1]["caption"] == "看这里"
    path = re.search(r'src="(/picture/[^"]+)"', await visitor.html("/part/phone0"))
    assert path
    shown = await visitor.http.get(path[1])
    assert (shown.headers["content-type"], shown.content) == ("image/jpeg", sample("court-broken"))


async def test_ones_own_photo_can_be_sent(visitor: Visitor, town: Town) -> None:
    await visitor.do(RESIDENT, "say", files={"upload": ("我家.jpg", sample("lift-stopped"), "image/jpeg")})
    assert town.files.kept[town.messages(SOUTH)[-1]["photo"][-1]["file_id"]].data == sample("lift-stopped")


@pytest.mark.parametrize("data", [b"<svg onload='go()'/>", b"GIF89a" + bytes(20), b"\xff\xd8\xff but no picture", b""])
async def test_what_is_no_photo_is_not_sent(visitor: Visitor, town: Town, data: bytes) -> None:
    before = len(town.messages(SOUTH))
    await visitor.do(RESIDENT, "say", files={"upload": ("a.jpg", data, "image/jpeg")})
    assert "只能发 JPEG 或 PNG 照片" in await visitor.phone(RESIDENT)
    assert len(town.messages(SOUTH)) == before


async def test_a_reply_shows_what_it_answers(visitor: Visitor, town: Town) -> None:
    card = posted(town, SOUTH, "🎫 #XZ1 路灯")
    await visitor.do(RESIDENT, "say", text="谢谢", reply_to=card)
    assert town.messages(SOUTH)[-1]["reply_to_message"]["message_id"] == card
    assert "社区小助手 🎫 #XZ1 路灯 谢谢" in await visitor.phone(RESIDENT)


async def test_a_reply_to_a_message_that_vanished_is_sent_without_it(visitor: Visitor, town: Town) -> None:
    card = posted(town, SOUTH, "🎫 #XZ1 路灯")
    await visitor.do(RESIDENT, "say", text="谢谢", reply_to=card)
    town.delete(SOUTH, card)
    assert "这条消息已经不在了" in await visitor.phone(RESIDENT)
    await visitor.do(RESIDENT, "say", text="再谢", reply_to=card)
    assert "reply_to_message" not in town.messages(SOUTH)[-1]


async def test_ones_own_words_can_be_changed_and_nobody_elses(visitor: Visitor, town: Town) -> None:
    await visitor.do(RESIDENT, "say", text="3号楼灯坏了")
    mine = town.messages(SOUTH)[-1]["message_id"]
    await visitor.do(RESIDENT, "say", edit=mine, text="5号楼灯坏了")
    assert town.messages(SOUTH)[-1]["text"] == "5号楼灯坏了"
    assert "已编辑" in await visitor.phone(RESIDENT)
    await visitor.do(RESIDENT, "choose", chat=SOUTH, who=LIU)
    await visitor.do(RESIDENT, "say", edit=mine, text="都好")
    assert town.messages(SOUTH)[-1]["text"] == "5号楼灯坏了"
    assert "只能修改自己" in await visitor.phone(RESIDENT)


async def test_a_phone_turns_to_another_chat_and_person(visitor: Visitor, town: Town) -> None:
    await visitor.do(RESIDENT, "choose", chat=NORTH, who=LIU)
    await visitor.do(RESIDENT, "say", text="北区也有")
    assert town.messages(NORTH)[-1]["from"]["id"] == LIU


async def test_who_is_not_in_the_chat_is_replaced_by_somebody_who_is(visitor: Visitor, town: Town) -> None:
    await visitor.do(RESIDENT, "choose", chat=NORTH, who=WANG)
    await visitor.do(RESIDENT, "say", text="你好")
    assert town.messages(NORTH)[-1]["from"]["id"] == 2102


async def test_a_phone_cannot_open_a_chat_it_does_not_reach(visitor: Visitor) -> None:
    await visitor.do(RESIDENT, "choose", chat=FIRM, who=LI)
    told = await visitor.phone(RESIDENT)
    assert "这部手机打不开那个聊天" in told
    assert "王阿姨" in told


async def test_a_press_reaches_the_bot_and_its_answer_the_phone(visitor: Visitor, town: Town) -> None:
    card = posted(town, FIRM, "🔔 #XZ1", reply_markup=keyboard("✅ 接单", "↩️ 不归我管"))
    assert "✅ 接单 ↩️ 不归我管" in await visitor.phone(WORKER)
    await visitor.do(WORKER, "press", message=card, data="✅ 接单")
    press: Press = next(iter(town.presses.values()))
    assert (press.user, press.data) == (LI, "✅ 接单")
    press.answer = {"text": "已接单 <b>谢谢</b>", "show_alert": False}
    assert "机器人说 已接单 <b>谢谢</b>" in await visitor.phone(WORKER)
    assert "&lt;b&gt;谢谢" in await visitor.html("/part/phone1")


async def test_a_button_that_changed_meanwhile_is_not_pressed(visitor: Visitor, town: Town) -> None:
    card = posted(town, FIRM, "🔔 #XZ1", reply_markup=keyboard("🏁 办好了"))
    await visitor.do(WORKER, "press", message=card, data="✅ 接单")
    assert "这个按钮刚刚换掉了" in await visitor.phone(WORKER)
    assert town.presses == {}


async def test_links_to_the_bot_are_start_and_other_buttons_say_what_they_are(visitor: Visitor, town: Town) -> None:
    row = [{"text": "入伙", "url": "https://t.me/linliban_bot?start=inv1"}, {"text": "网页", "url": "https://a.cn/"}]
    odd = [{"text": "小程序", "web_app": {"url": "https://a.cn"}}, {"text": "坏", "url": "javascript:go()"}]
    posted(town, SOUTH, "来", reply_markup={"inline_keyboard": [row, odd]})
    html = await visitor.html("/part/phone0")
    assert '<button form="start-0" name="payload" value="inv1">入伙</button>' in html
    assert '<a href="https://a.cn/" target="_blank" rel="noopener noreferrer">网页' in html
    assert html.count("disabled") == 2
    assert "javascript" not in html


async def test_start_opens_the_private_chat_with_what_the_link_carried(visitor: Visitor, town: Town) -> None:
    await visitor.do(RESIDENT, "start", payload="inv1")
    assert town.messages(WANG)[-1]["text"] == "/start inv1"
    assert "王阿姨 · 私聊" in await visitor.phone(RESIDENT)


async def test_a_private_chat_begins_with_the_start_button(visitor: Visitor) -> None:
    await visitor.do(RESIDENT, "choose", chat=LIU, who=LIU)
    html = await visitor.html("/part/phone0")
    assert "▶ 开始" in html
    assert "composer" not in html
    await visitor.do(RESIDENT, "start")
    assert "composer-0" in await visitor.html("/part/phone0")


async def test_a_vote_is_counted(visitor: Visitor, town: Town) -> None:
    options = [{"text": text, "voter_count": 0, "persistent_id": text} for text in ("周六", "周日")]
    poll = {"id": "1", "question": "哪天?", "options": options, "is_closed": False, "is_anonymous": True}
    poll |= {"total_voter_count": 0, "allows_multiple_answers": False}
    asked = town.post(town.chat(SOUTH), town.bot().json(), {"poll": poll}).id
    await visitor.do(RESIDENT, "vote", message=asked, option=1)
    assert "周六 0 票 周日 1 票" in await visitor.phone(RESIDENT)


async def test_hostile_words_and_names_stay_words(visitor: Visitor, town: Town) -> None:
    town.user(WANG).first_name = "</bdi><script>go()</script>"
    await visitor.do(RESIDENT, "say", text="<b>&_*[ \u202egnp.exe")
    html = await visitor.html("/part/phone0")
    assert "<script" not in html
    assert "&lt;script&gt;go()&lt;/script&gt;" in html
    assert "&lt;b&gt;&amp;_*[ \u202egnp.exe" in html


async def test_what_others_add_to_a_message_is_shown(visitor: Visitor, town: Town) -> None:
    said = town.say(SOUTH, WANG, "灯亮了")
    town.react(SOUTH, LIU, said["message_id"], "🎉")
    town.voice(SOUTH, LIU, seconds=4)
    town.leave(SOUTH, LIU)
    told = await visitor.phone(RESIDENT)
    for seen in ("🎉", "📎 语音 4", "小刘 离开了群"):
        assert seen in told


async def test_a_message_that_asks_for_a_reply_offers_one(visitor: Visitor, town: Town) -> None:
    posted(town, SOUTH, "是哪个单元?", reply_markup={"force_reply": True, "selective": True})
    assert "data-reply>↩ 回复</button></div>" in await visitor.html("/part/phone0")


@pytest.mark.parametrize("path", ["/do/7/say", "/do/0/dance"])
async def test_a_form_nobody_has_is_not_found(visitor: Visitor, path: str) -> None:
    assert (await visitor.http.post(path)).status_code == 404


@pytest.mark.parametrize(
    ("deed", "fields", "complaint"),
    [
        ("choose", {"chat": "abc", "who": "1"}, "chat must be a whole number"),
        ("choose", {"chat": str(SOUTH)}, "who must be a whole number"),
        ("press", {"data": "x"}, "message must be a whole number"),
        ("say", {"text": "x", "reply_to": "last"}, "reply_to must be a whole number"),
        ("say", {"text": "x", "picture": "../words"}, "there is no sample photo '../words'"),
    ],
)
async def test_a_broken_form_gets_one_sentence(
    visitor: Visitor, deed: str, fields: dict[str, str], complaint: str
) -> None:
    answer = await visitor.http.post(f"/do/0/{deed}", data=fields)
    assert (answer.status_code, answer.text) == (400, complaint)


async def test_english_is_remembered(visitor: Visitor) -> None:
    visitor.http.cookies.clear()
    answer = await visitor.http.get("/?language=en", follow_redirects=True)
    assert '<html lang="en"' in answer.text
    assert "Say something…" in await visitor.html("/part/phone0")


async def test_no_token_is_ever_shown(visitor: Visitor, town: Town) -> None:
    root = f"{visitor.url}/bot{TOKEN}"
    await visitor.http.post(f"{root}/sendMessage", json={"chat_id": SOUTH, "text": f"my token is {TOKEN}"})
    hook = {"url": "http://127.0.0.1:1/hook", "secret_token": "sesame"}
    await visitor.http.post(f"{root}/setWebhook", json=hook)
    await visitor.http.post(f"{root}/deleteWebhook", json={})
    calls = await visitor.html("/part/calls")
    assert "sendMessage" in calls
    assert "•••" in calls
    assert "practice-secret" not in calls
    assert "sesame" not in calls


async def test_the_bots_own_menu_is_offered_by_scope(visitor: Visitor, town: Town) -> None:
    def menu(name: str) -> list[dict[str, str]]:
        return [{"command": name, "description": f"<{name}>"}]

    town.bot().commands = {
        ("default", ""): menu("everywhere"),
        ("all_group_chats", "zh"): menu("group"),
        ("all_private_chats", "en"): menu("foreign"),
        (f"chat {CHEN}", ""): menu("chair"),
    }
    assert "/group@linliban_bot <group>" in await visitor.phone(RESIDENT)
    assert "/chair <chair>" in await visitor.phone(CHAIR)
    await visitor.do(WORKER, "choose", chat=LI, who=LI)
    assert "/everywhere" in await visitor.phone(WORKER)
    town.bot().commands = {}
    assert "commands-0" not in await visitor.html("/part/phone0")
