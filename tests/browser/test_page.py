"""The page in a browser: what a hand and an eye notice that no form can tell."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Looks, Practice

pytestmark = pytest.mark.browser

SOUTH, FIRM, WANG, LIU, LI = -1001000000001, -1001000000011, 2101, 2103, 2002


def last(page: Page, phone: int) -> str:
    return page.locator(f"#phone-{phone} .message .text").last.inner_text()


def test_half_typed_words_stay_while_others_talk(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    box = page.locator("#text-0")
    box.click()
    box.type("我家楼道")
    practice.town.say(SOUTH, LIU, "大家好")
    expect(page.locator("#phone-0")).to_contain_text("大家好")
    expect(box).to_be_focused()
    box.type("灯坏了")
    expect(box).to_have_value("我家楼道灯坏了")


def test_enter_sends_and_shift_enter_begins_a_line(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    box = page.locator("#text-0")
    box.type("第一行")
    box.press("Shift+Enter")
    box.type("第二行")
    box.press("Enter")
    expect(page.locator("#phone-0 .message .text").last).to_have_text("第一行\n第二行")
    expect(box).to_have_value("")
    assert practice.town.messages(SOUTH)[-1]["text"] == "第一行\n第二行"


def test_enter_that_picks_a_chinese_word_does_not_send(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    page.locator("#text-0").fill("ni hao")
    page.evaluate(
        """document.getElementById("text-0").dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))"""
    )
    page.locator("#text-0").press("!")
    page.locator("#text-0").press("Enter")
    expect(page.locator("#phone-0 .mine .text")).to_have_text(["ni hao!"])


def test_old_words_are_read_in_peace_and_new_ones_followed(looks: Looks, practice: Practice) -> None:
    for number in range(30):
        practice.town.say(SOUTH, LIU, f"闲聊 {number}")
    page = looks.open(practice.url)
    talk = page.locator("#phone-0 .talk")
    at = "talk => talk.scrollHeight - talk.scrollTop - talk.clientHeight"
    assert talk.evaluate(at) < 2
    talk.evaluate("talk => { talk.scrollTop = 40; }")
    practice.town.say(SOUTH, LIU, "最后一句")
    expect(talk).to_contain_text("最后一句")
    assert talk.evaluate("talk => talk.scrollTop") == 40
    talk.evaluate("talk => { talk.scrollTop = talk.scrollHeight; }")
    practice.town.say(SOUTH, LIU, "又一句")
    expect(talk).to_contain_text("又一句")
    assert talk.evaluate(at) < 2


def test_only_new_messages_are_touched(looks: Looks, practice: Practice) -> None:
    practice.town.say(SOUTH, LIU, "早上好")
    page = looks.open(practice.url)
    first = page.locator("#phone-0 .message").first
    first.evaluate("message => { message.seenByTest = true; }")
    first.locator(".menu summary").click()
    practice.town.say(SOUTH, LIU, "吃了吗")
    expect(page.locator("#phone-0")).to_contain_text("吃了吗")
    assert first.evaluate("message => message.seenByTest && message.querySelector('.menu').open")


def test_a_photo_is_chosen_and_sent(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    phone = page.locator("#phone-0")
    phone.get_by_label("加照片", exact=True).click()
    phone.get_by_label("停了的电梯").check()
    page.locator("#text-0").fill("电梯停了")
    phone.get_by_role("button", name="发送").click()
    expect(phone.get_by_alt_text("王阿姨 发的照片")).to_be_visible()
    assert (
        phone.get_by_alt_text("王阿姨 发的照片").evaluate("image => image.decode().then(() => image.naturalWidth)")
        == 800
    )
    expect(phone.get_by_label("停了的电梯")).not_to_be_visible()


def test_a_pop_up_comes_on_the_phone_that_pressed(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    page.locator("#text-0").fill("#报修 路灯坏了")
    page.locator("#text-0").press("Enter")
    page.locator("#phone-1").get_by_role("button", name="接单").click()
    expect(page.locator("#phone-1 .notice")).to_contain_text("好的:✅ 接单")
    expect(page.locator("#phone-0 .notice")).to_have_count(0)
    expect(page.locator("#phone-0")).to_contain_text("办理中")
    page.locator("#phone-1").get_by_role("button", name="知道了").click()
    expect(page.locator("#phone-1 .notice")).to_have_count(0)


def test_another_person_and_chat_is_a_choice_away(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    page.locator("#who-0").select_option(label="🧑 小刘")
    expect(page.locator("#phone-0 h2")).to_contain_text("🧑")
    page.locator("#text-0").fill("我也是")
    page.locator("#text-0").press("Enter")
    expect(page.locator("#phone-0 .mine .name").last).to_contain_text("小刘")
    page.locator("#chat-0").select_option(label="小刘 · 私聊")
    page.locator("#phone-0").get_by_role("button", name="开始").click()
    expect(page.locator("#phone-0 .message .text").last).to_have_text("/start")


def test_a_command_is_picked_from_the_bots_menu(looks: Looks, practice: Practice) -> None:
    practice.town.bot().commands["default", ""] = [{"command": "stats", "description": "数字"}]
    page = looks.open(practice.url)
    page.locator("#text-2").fill("先不发")
    page.locator("#phone-2").get_by_label("机器人的命令").click()
    page.locator("#phone-2").get_by_role("button", name="/stats 数字").click()
    expect(page.locator("#phone-2")).to_contain_text("已结案 1 件")
    expect(page.get_by_role("button", name="/stats 数字")).to_be_hidden()
    expect(page.locator("#text-2")).to_have_value("先不发")


def test_the_raw_calls_open_and_stay_open(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    page.locator("#calls > details > summary").click()
    page.locator("#text-0").fill("#报修 路灯坏了")
    page.locator("#text-0").press("Enter")
    number = page.locator("#calls li", has_text="sendMessage").first.get_attribute("id")
    call = page.locator(f"#{number}")
    call.locator("summary").click()
    expect(call.locator("pre").first).to_contain_text('"chat_id": -1001000000')
    page.locator("#text-0").fill("/stats")
    page.locator("#text-0").press("Enter")
    expect(page.locator("#calls")).to_contain_text("已结案 1 件")
    expect(call.locator("pre").first).to_be_visible()


def test_a_reload_finds_the_tour_and_the_phones_as_they_were(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    page.get_by_role("button", name="做这一步").click()
    expect(page.locator("#tour")).to_contain_text("第 3 步")
    page.locator("#chat-0").select_option(label="绿岛花园议事群")
    expect(page.locator("#phone-0 h2")).to_contain_text("绿岛花园议事群")
    page.reload()
    expect(page.locator("#tour")).to_contain_text("第 3 步")
    expect(page.locator("#phone-0 h2")).to_contain_text("绿岛花园议事群")


def test_the_other_language_is_one_press_away(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("button", name="Do this step")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="+1 hour").click()
    expect(page.locator("#clock")).to_contain_text("Monday 23 November, 10:30")


def test_without_scripts_the_forms_still_work(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url, scripts=False)
    page.locator("#text-0").fill("没有脚本")
    page.locator("#phone-0").get_by_role("button", name="发送").click()
    assert last(page, 0) == "没有脚本"


def test_a_lost_connection_is_said(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    practice.end()
    expect(page.locator("#trouble")).to_contain_text("连接断了")
    looks.complaints.clear()  # the browser itself complains of the closed server


def test_a_pop_up_does_not_hide_the_last_words(looks: Looks, practice: Practice) -> None:
    for number in range(30):
        practice.town.say(SOUTH, LIU, f"闲聊 {number}")
    page = looks.open(practice.url)
    expect(page.locator("#phone-0 .message").last).to_be_in_viewport(ratio=1)
    page.locator("#phone-0").get_by_role("button", name="发送").click()
    expect(page.locator("#phone-0 .notice")).to_contain_text("还没写字")
    expect(page.locator("#phone-0 .message").last).to_be_in_viewport(ratio=0.9)
    box = page.locator("#phone-0 .message").last.bounding_box()
    talk = page.locator("#phone-0 .talk").bounding_box()
    assert box
    assert talk
    assert box["y"] + box["height"] <= talk["y"] + talk["height"]
