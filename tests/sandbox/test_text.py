"""Words as Telegram reads them: its HTML, its tags and mentions, its UTF-16."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import Refusal
from sandbox.text.found import find
from sandbox.text.html import read_html
from sandbox.text.rich import clean, compose
from sandbox.text.utf16 import cut, units

PEOPLE: dict[int, dict[str, Any]] = {2001: {"id": 2001, "is_bot": False, "first_name": "王阿姨"}}


def html(source: str) -> tuple[str, list[tuple[str, int, int]]]:
    rich = compose(source, "HTML", None, limit=4096, user=PEOPLE.get)
    return rich.text, [(entity["type"], entity["offset"], entity["length"]) for entity in rich.entities]


@pytest.mark.parametrize(
    ("source", "text", "marks"),
    [
        ("<b>好</b>", "好", [("bold", 0, 1)]),
        ("😀<i>好</i>", "😀好", [("italic", 2, 1)]),
        ("<b>一<i>二</i></b>", "一二", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<strong>a</strong><em>b</em>", "ab", [("bold", 0, 1), ("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)]),
        ("<s>a</s><strike>b</strike><del>c</del>", "abc", [("strikethrough", n, 1) for n in range(3)]),
        ('<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>', "ab", [("spoiler", 0, 1), ("spoiler", 1, 1)]),
        ("<code>#报修</code>", "#报修", [("code", 0, 3)]),
        ("<pre>a</pre>", "a", [("pre", 0, 1)]),
        ('<pre><code class="language-py">a</code></pre>', "a", [("pre", 0, 1)]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)]),
        ('<a href="https://a.cn/?x=1&amp;y=2">a</a>', "a", [("text_link", 0, 1)]),
        ("<a href='tg://user?id=2001'>王</a>", "王", [("text_mention", 0, 1)]),
        ("<a href='tg://user?id=77'>谁</a>", "谁", []),
        ("<a href='not a link'>a</a>", "a", []),
        ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', "👍", [("custom_emoji", 0, 2)]),
        ("<B>a</b >", "a", [("bold", 0, 1)]),
        ("<b></b>a", "a", []),
        ("&lt;b&gt; &amp; &quot;&#39;&#x4e2d;", "<b> & \"'中", []),
        ("a & b &nbsp; &copy;", "a & b &nbsp; &copy;", []),
        ("a > b", "a > b", []),
        ("  <b> a </b> \n", " a", [("bold", 0, 2)]),
        ("<b>#报修</b> @helper_bot", "#报修 @helper_bot", [("bold", 0, 3), ("hashtag", 0, 3), ("mention", 4, 11)]),
    ],
)
def test_proper_html_becomes_text_and_entities(source: str, text: str, marks: list[Any]) -> None:
    assert html(source) == (text, marks)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("你<x>", 'Unsupported start tag "x" at byte offset 3'),
        ("<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <3", "Unclosed start tag at byte offset 2"),
        ("<b>a", "Can't find end tag corresponding to start tag b"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<a href>a</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<a href=x", "Unclosed start tag at byte offset 0"),
        ("<a href='x>a</a>", "Unclosed start tag at byte offset 0"),
        ("<a href=x:y>a</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a =x>a</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<tg-emoji emoji-id='x'>👍</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_broken_html_is_refused_with_its_place(source: str, words: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_html(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {words}"
    assert refusal.value.code == 400


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@given(st.text(), st.text())
def test_escaped_words_survive_whatever_they_are(name: str, text: str) -> None:
    read, entities = read_html(f"<b>{escaped(name)}</b>: {escaped(text)}")
    assert read == f"{name}: {text}"
    assert entities == ([{"type": "bold", "offset": 0, "length": units(name)}] if name else [])


@given(st.text(alphabet="<>&/b a=\"';#x1\0"))
def test_any_tag_soup_is_read_or_refused(source: str) -> None:
    with suppress(Refusal):
        text, entities = read_html(source)
        assert len(text) <= len(source)
        assert all(entity["offset"] + entity["length"] <= units(text) for entity in entities)


def tags(text: str, kind: str = "hashtag") -> list[str]:
    return [cut(text, entity["offset"], entity["length"]) for entity in find(text) if entity["type"] == kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#报修 灯坏了", ["#报修"]),
        ("😀 #报修 x", ["#报修"]),
        ("#报修三楼漏水", ["#报修三楼漏水"]),
        ("请#报修", []),
        ("#报修#紧急", []),
        ("#报修 #紧急", ["#报修", "#紧急"]),
        ("#12", []),
        ("#12号楼", ["#12号楼"]),
        ("3#楼", []),
        ("＃报修", []),
        ("(#报修)", ["#报修"]),
        ("#报修,快", ["#报修"]),
        ("#_", []),
        ("#" + "长" * 300, ["#" + "长" * 256]),
    ],
)
def test_tags_are_found_as_telegram_finds_them(text: str, expected: list[str]) -> None:
    assert tags(text) == expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("@my_bot 报修", "mention", ["@my_bot"]),
        ("请@my_bot", "mention", []),
        ("@my_bot报修", "mention", []),
        ("@me", "mention", []),
        ("a@b.com", "mention", []),
        ("写信到 a@b.com 吧", "email", ["a@b.com"]),
        ("/help", "bot_command", ["/help"]),
        ("麻烦 /help@my_bot 一下", "bot_command", ["/help@my_bot"]),
        ("/接单", "bot_command", []),
        ("a/b", "bot_command", []),
        ("1/2/3", "bot_command", []),
        ("看 https://a.cn/x?y#报修 。", "url", ["https://a.cn/x?y#报修"]),
        ("https://a.cn/x?y#报修", "hashtag", []),
        ("看 example.com。", "url", ["example.com"]),
        ("3.5元", "url", []),
    ],
)
def test_mentions_commands_and_links(text: str, kind: str, expected: list[str]) -> None:
    assert tags(text, kind) == expected


@given(st.text(alphabet="😀报#@/ab1_ .\n"))
def test_what_is_found_lies_within_the_text_and_apart(text: str) -> None:
    reached = 0
    for entity in find(text):
        assert entity["offset"] >= reached
        assert entity["length"] > 0
        reached = entity["offset"] + entity["length"]
        assert units(cut(text, entity["offset"], entity["length"])) == entity["length"]
    assert reached <= units(text)


def test_control_characters_and_direction_overrides_do_not_arrive() -> None:
    assert clean("a\tb\x00c\r\nd\u202egnp\u2066x") == "a b c\ndgnp\u2066x"


def test_entities_may_be_given_instead_of_html() -> None:
    bold = {"type": "bold", "offset": 2, "length": 1}
    assert compose("😀好", None, [bold], limit=4096, user=PEOPLE.get).entities == (bold,)


@pytest.mark.parametrize(
    ("offset", "length", "words"),
    [
        (1, 2, "entity begins in a middle of a UTF-16 symbol at byte offset 1"),
        (0, 1, "entity ends in a middle of a UTF-16 symbol at byte offset 1"),
        (2, 2, "entity beginning at UTF-16 offset 2 ends after the end of the text at UTF-16 offset 3"),
    ],
)
def test_entities_must_fit_the_text(offset: int, length: int, words: str) -> None:
    wrong = {"type": "bold", "offset": offset, "length": length}
    with pytest.raises(Refusal, match=words):
        compose("😀好", None, [wrong], limit=4096, user=PEOPLE.get)


def test_markdown_is_refused_openly() -> None:
    with pytest.raises(Refusal, match="reads parse_mode HTML and entities, not Markdown"):
        compose("*a*", "MarkdownV2", None, limit=4096, user=PEOPLE.get)
