"""Nobody's words can break a message, look like one of ours, or show a neighbour what is masked."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.messages.cleaning import clean, line
from bot.messages.lengths import CAPTION, TEXT, fit, width
from bot.messages.render import render
from tests.bot.messages.samples import ABOUT_A_TICKET, COMMUNITY, LANGUAGES, NOW, OTHERS, TICKETS, scene, ticket
from tests.bot.messages.telegram_html import shown
from tracker import facts
from tracker.facts import Fact
from tracker.states import Status
from tracker.views import Asked, TicketView, Tried

HOSTILE = (
    "<b>",
    "</blockquote></b>&amp;<",
    "<a href='tg://user?id=1'>点我</a>",
    "_*[`~>#+-=|{}.!\\",
    "{{ 7 * 7 }}{% for x in y %}%(number)s %s",
    "\u202e反着写\u2066隔离\u2069\u200b零宽\ufeff\x00\x07",
    "👩‍👩‍👧‍👦🇨🇳👍🏽" * 50,
    "\ud83d半个",
    "字" * 10_000,
    "🎉" * 5_000,
    "\n" * 3_000 + "尾",
    "一行\n🟢 已结案 · 评价：满意\n\u2028🔴 超期",
)
words = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=300),
    st.lists(
        st.sampled_from(["<", ">", "&", '"', "'", "\n", "\u202e", "\u200d", "👧", "\u0301", "字", "a", ";"]),
        max_size=60,
    ).map("".join),
)
WITH_WORDS = [fact for fact in (*ABOUT_A_TICKET, *OTHERS) if not isinstance(fact, facts.Acknowledged)]
INVISIBLE = re.compile("[\x00-\x09\x0b-\x1f\x7f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def filled(about: TicketView, text: str) -> TicketView:
    """The ticket with somebody's words wherever words can stand."""
    said: dict[str, Any] = dict.fromkeys(
        ("title", "masked", "words", "place_text", "done_words", "reason", "note", "lead", "taken_by", "watched_by"),
        text,
    )
    return replace(about, **said, asked=Asked("return", text, text, text, text), tried=(Tried(NOW, text, 0, text),) * 9)


def tampered(fact: Fact, text: str) -> Fact:
    """The fact with those words in every free field."""
    kept = {"kind", "what", "phase", "to", "by", "code", "action", "asked", "part", "role", "roles", "token"}
    changes: dict[str, Any] = {
        name: text for name, value in fact.model_dump(exclude=kept).items() if isinstance(value, str)
    }
    if "data" in type(fact).model_fields:
        changes["data"] = dict.fromkeys(
            ("number", "command", "text", "name", "parties", "example", "place", "why", "who", "by"), text
        )
    return fact.model_copy(update=changes)


@settings(max_examples=300)
@given(
    fact=st.sampled_from(WITH_WORDS),
    text=words,
    status=st.sampled_from(list(Status)),
    language=st.sampled_from(LANGUAGES),
    place=st.sampled_from(["residents", "private"]),
)
def test_no_words_break_a_message(fact: Fact, text: str, status: Status, language: str, place: str) -> None:
    community = replace(COMMUNITY, name=text, bot_name=text, parties=(text,), emergency={"default": text})
    told_in = scene(language, place, community=community)
    message = render(tampered(fact, text), filled(ticket(status), text), told_in)
    seen = shown(message.text)
    assert "#XZ27" in seen
    assert width(seen) <= TEXT
    assert not INVISIBLE.search(message.text)
    assert width(shown(fit(message, photos=True).text)) <= CAPTION
    for said in (message.text, *(button.text for row in message.buttons for button in row)):
        assert said.encode()


@pytest.mark.parametrize("text", HOSTILE)
def test_every_message_survives_the_worst_words(text: str) -> None:
    for fact in (*ABOUT_A_TICKET, *OTHERS):
        for name in ("late", "asks_extension", "handled_late", "unrated", "rejected"):
            assert "#XZ27" in shown(render(tampered(fact, text), filled(TICKETS[name], text), scene()).text)


def test_nobodys_words_look_like_a_line_of_ours() -> None:
    forged = "灯坏了\n🟢 已结案\r🟢 已结案\u2028🟢 已结案\x0b🟢 已结案"
    for fact in (*ABOUT_A_TICKET, *OTHERS):
        text = render(tampered(fact, forged), filled(ticket(), forged), scene()).text
        outside = re.sub(r"<blockquote>.*?</blockquote>", "", text, flags=re.DOTALL)
        assert not [row for row in outside.split("\n") if row.startswith("🟢 已结案")], fact


@pytest.mark.parametrize("place", ["residents", "hall", "new"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_masked_is_seen_by_no_neighbour(place: str, language: str) -> None:
    about = {name: replace(each, words="我住3号楼2单元501,电话13800138000") for name, each in TICKETS.items()}
    for fact in ABOUT_A_TICKET:
        for each in about.values():
            assert "13800138000" not in render(fact, each, scene(language, place)).text, fact


def test_the_party_reads_every_word() -> None:
    about = replace(ticket(), words="我住501\n电话13800138000 & <快来>")
    assert "我住501\n电话13800138000 & <快来>" in shown(render(facts.TaskCard(), about, scene(place_kind="work")).text)


@given(words)
@example("a\u200db")
@example("👩\u200d👧 \u200d")
def test_clean_words_stay_clean(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert "\n" not in line(text)
    assert width(line(text)) <= 80


def test_an_emoji_family_stays_together_and_a_lone_joiner_goes() -> None:
    assert clean("👩\u200d👧 在家") == "👩\u200d👧 在家"
    assert clean("电\u200d梯\u200b停\u202e运") == "电梯停运"
    assert clean("❤\ufe0f\u200d🔥") == "❤\ufe0f\u200d🔥"
