"""The page with nothing but a keyboard, and on the narrowest phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Looks, Practice

pytestmark = pytest.mark.browser

SOUTH, FIRM, LIU, LI = -1001000000001, -1001000000011, 2103, 2002


def focused(page: Page) -> str:
    """What a screen reader would say of the element the keyboard is on."""
    return str(page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.innerText.trim()"))


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the keyboard is on an element of that name."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if name in focused(page):
            return
    pytest.fail(f"Tab never came to {name!r}; it is on {focused(page)!r}")


def test_the_first_tab_offers_to_skip(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到导览")).to_be_in_viewport()
    tab_to(page, "跳到办事人的手机")
    page.keyboard.press("Enter")
    expect(page.locator("#phone-1")).to_be_focused()


def test_a_step_and_a_press_need_no_mouse(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    tab_to(page, "做这一步")
    page.keyboard.press("Enter")
    expect(page.locator("#phone-1")).to_contain_text("接单")
    tab_to(page, "✅ 接单")
    page.keyboard.press("Enter")
    expect(page.locator("#phone-0")).to_contain_text("办理中")
    tab_to(page, "知道了")
    page.keyboard.press(" ")
    expect(page.locator("#phone-1 .notice")).to_have_count(0)


def test_a_message_is_answered_and_changed_from_its_menu(looks: Looks, practice: Practice) -> None:
    practice.town.say(SOUTH, LIU, "谁家漏水了")
    page = looks.open(practice.url)
    tab_to(page, "小刘 的消息：更多")
    page.keyboard.press("Enter")
    tab_to(page, "回复")
    page.keyboard.press("Enter")
    expect(page.locator("#text-0")).to_be_focused()
    expect(page.locator("#phone-0 .about")).to_contain_text("回复 小刘")
    page.keyboard.type("我家")
    page.keyboard.press("Enter")
    expect(page.locator("#phone-0 .mine .quote")).to_contain_text("谁家漏水了")
    page.locator("#phone-0 .mine .menu summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#phone-0 .mine .menu summary")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "修改")
    page.keyboard.press("Enter")
    expect(page.locator("#text-0")).to_have_value("我家")
    page.keyboard.press("End")
    page.keyboard.type("也漏")
    page.keyboard.press("Enter")
    expect(page.locator("#phone-0 .mine .text")).to_have_text("我家也漏")
    expect(page.locator("#phone-0 .mine")).to_contain_text("已编辑")


def test_escape_gives_up_an_answer(looks: Looks, practice: Practice) -> None:
    practice.town.say(SOUTH, LIU, "谁家漏水了")
    page = looks.open(practice.url)
    page.locator("#phone-0 .menu summary").click()
    page.locator("#phone-0 [data-reply]").click()
    page.locator("#text-0").press("Escape")
    expect(page.locator("#phone-0 .about")).to_be_hidden()
    page.locator("#text-0").type("与此无关")
    page.locator("#text-0").press("Enter")
    expect(page.locator("#phone-0 .mine .text")).to_have_text("与此无关")
    expect(page.locator("#phone-0 .mine .quote")).to_have_count(0)


def test_where_the_keyboard_is_can_be_seen(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    for name in ("做这一步", "到下次提醒", "说点什么", "发送"):
        tab_to(page, name)
        assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_on_a_narrow_page_the_phones_are_tabs(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url, NARROW)
    phones = [page.locator(f"#phone-{number}") for number in range(3)]
    expect(phones[0]).to_be_visible()
    expect(phones[1]).to_be_hidden()
    page.get_by_role("tab", name="居民").focus()
    for key, number in (("ArrowRight", 1), ("End", 2), ("ArrowRight", 0), ("ArrowLeft", 2), ("Home", 0)):
        page.keyboard.press(key)
        expect(phones[number]).to_be_visible()
        expect(page.get_by_role("tab").nth(number)).to_be_focused()
        expect(page.get_by_role("tab", selected=True)).to_have_count(1)
        assert sum(phone.is_visible() for phone in phones) == 1


def test_a_hidden_phone_says_how_much_is_unread(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url, NARROW)
    badge = page.locator("#tab-1 .badge")
    expect(badge).to_be_hidden()
    practice.town.say(FIRM, 2003, "一")
    practice.town.say(FIRM, 2003, "二")
    expect(badge).to_have_text("2")
    expect(badge).to_have_attribute("aria-label", "2 条未读")
    page.get_by_role("tab", name="办事人").click()
    expect(badge).to_be_hidden()
    expect(page.locator("#phone-1 .message").last).to_be_in_viewport()


def test_the_tour_takes_a_narrow_page_to_the_phone_it_is_about(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url, NARROW)
    page.get_by_role("button", name="做这一步").click()
    expect(page.locator("#tour")).to_contain_text("第 3 步")
    page.get_by_role("button", name="做这一步").click()
    expect(page.locator("#phone-2")).to_be_visible()


def test_a_long_press_opens_the_menu(looks: Looks, practice: Practice) -> None:
    practice.town.say(SOUTH, LIU, "谁家漏水了")
    page = looks.open(practice.url, NARROW)
    page.locator("#phone-0 .bubble").dispatch_event("pointerdown", {"pointerType": "touch", "bubbles": True})
    expect(page.locator("#phone-0 [data-reply]")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_wider_than_the_narrowest_phone(looks: Looks, practice: Practice, language: str) -> None:
    page = looks.open(f"{practice.url}/?language={language}", NARROW)
    practice.town.say(FIRM, LI, "很长的一串" + "x" * 300)
    practice.town.user(LI).first_name = "W" * 64
    practice.town.say(FIRM, LI, "名字也很长")
    page.locator("#tab-1").click()
    expect(page.locator("#phone-1")).to_contain_text("名字也很长")
    page.locator("#phone-1 .pictures summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW[0]
    outside = page.evaluate(
        """[...document.querySelectorAll("#phone-1 *, #tour *, #clock *")].filter((element) => {
            const box = element.getBoundingClientRect();
            return box.width && (box.right > innerWidth + 1 || box.left < -1) && !element.closest(".skips, .aside");
        }).map((element) => element.outerHTML.slice(0, 80))"""
    )
    assert outside == []
