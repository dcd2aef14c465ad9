"""Telegram's text with entities on the page: shown as meant, and never able to run or to fetch."""

from typing import Any

import pytest

from sandbox.page.rich import rich, start_payload


def shown(text: str, *entities: tuple[str, int, int] | dict[str, Any]) -> str:
    told = [e if isinstance(e, dict) else {"type": e[0], "offset": e[1], "length": e[2]} for e in entities]
    return str(rich(text, told, start_form="start-0", bots=["linliban_bot"]))


def test_what_a_resident_writes_stays_text() -> None:
    assert shown('<img src=x onerror="go()"> & _*[') == "&lt;img src=x onerror=&#34;go()&#34;&gt; &amp; _*["


def test_markup_is_escaped_inside_entities_too() -> None:
    assert shown("<b>5</b>", ("bold", 0, 8)) == "<b>&lt;b&gt;5&lt;/b&gt;</b>"


def test_offsets_are_counted_in_utf_16() -> None:
    assert shown("🎉😀 好了 今天", ("bold", 5, 2)) == "🎉😀 <b>好了</b> 今天"


def test_entities_lie_inside_each_other() -> None:
    nested = shown("请看 #XZ1 吧", ("bold", 0, 9), ("italic", 3, 4), ("hashtag", 3, 4))
    assert nested == '<b>请看 <i><span class="mark">#XZ1</span></i> 吧</b>'


def test_of_two_that_cross_the_later_is_cut() -> None:
    assert shown("abcdef", ("bold", 0, 4), ("italic", 2, 4)) == "<b>ab<i>cd</i></b>ef"


def test_an_entity_beyond_the_end_or_without_length_does_no_harm() -> None:
    assert shown("abc", ("bold", 2, 9), ("italic", 7, 3), ("code", 1, 0)) == "ab<b>c</b>"


def test_a_link_opens_elsewhere_and_tells_nobody_where_it_came_from() -> None:
    link = shown("看这里", {"type": "text_link", "offset": 0, "length": 3, "url": 'https://a.cn/?q="x"'})
    assert link == '<a href="https://a.cn/?q=&#34;x&#34;" target="_blank" rel="noopener noreferrer">看这里</a>'


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "tg://user?id=5", " https://a.cn"])
def test_an_address_that_is_no_web_page_does_nothing(url: str) -> None:
    assert shown("点", {"type": "text_link", "offset": 0, "length": 1, "url": url}) == '<span class="mark">点</span>'


def test_an_invitation_presses_start() -> None:
    text = "https://t.me/Linliban_Bot?start=abc"
    assert shown(text, ("url", 0, len(text))) == (
        f'<button class="link" form="start-0" name="payload" value="abc">{text}</button>'
    )


@pytest.mark.parametrize(
    ("url", "payload"),
    [
        ("https://t.me/linliban_bot?start=x1", "x1"),
        ("t.me/linliban_bot", ""),
        ("https://t.me/other_bot?start=x1", None),
        ("https://evil.example/linliban_bot?start=x1", None),
        ("https://[broken/linliban_bot", None),
    ],
)
def test_only_our_bots_own_address_starts_it(url: str, payload: str | None) -> None:
    assert start_payload(url, ["linliban_bot"]) == payload
