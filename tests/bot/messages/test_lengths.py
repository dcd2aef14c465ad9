"""Cutting: never over Telegram's limits, never through a sign, a tag or what must be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.lengths import CAPTION, TEXT, clip, fit, graphemes, width
from bot.messages.message import Message, plain
from bot.messages.render import render
from tests.bot.messages.samples import TICKETS, scene, ticket
from tests.bot.messages.telegram_html import shown
from tracker.facts import TaskCard
from tracker.states import Status

FAMILY = "👩\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("字", 1), ("abc", 3), ("🎉", 2), ("👍🏽", 4), ("🇨🇳", 4), (FAMILY, 11), ("e\u0301", 2)]
)
def test_length_is_counted_as_telegram_counts(text: str, units: int) -> None:
    assert width(text) == units


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("电梯", ["电", "梯"]),
        (f"好{FAMILY}的", ["好", FAMILY, "的"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("🇨🇳🇫🇷", ["🇨🇳", "🇫🇷"]),
        ("e\u0301a", ["e\u0301", "a"]),
        ("❤\ufe0f!", ["❤\ufe0f", "!"]),
        ("1\ufe0f\u20e32", ["1\ufe0f\u20e3", "2"]),
    ],
)
def test_what_a_reader_sees_as_one_is_one(text: str, parts: list[str]) -> None:
    assert list(graphemes(text)) == parts


@given(st.text(), st.integers(1, 50))
def test_a_clipped_text_fits_and_begins_alike(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert width(cut) <= limit
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))


def test_a_family_is_not_torn_apart() -> None:
    assert clip(f"一家{FAMILY}都在等", 8) == "一家…"


@given(words=st.text(min_size=1, max_size=9000), caption=st.booleans())
def test_the_words_are_shortened_and_the_rest_stays(words: str, caption: bool) -> None:
    message = render(TaskCard(), ticket(words=words), scene(place_kind="work"))
    short = shown(fit(message, photos=caption).text)
    assert width(short) <= (CAPTION if caption else TEXT)
    for kept in ("#XZ27", "📍 3号楼2单元", "🟡 待接单", "今天 18:00 前接单", "17:00 前办好"):
        assert kept in short


@pytest.mark.parametrize("name", TICKETS)
def test_ten_thousand_signs_leave_number_status_and_limits(name: str) -> None:
    long, usual = ticket(Status(TICKETS[name].status), words="<&>字" * 2500), TICKETS[name]
    about = long if name in {status.value for status in Status} else usual
    before = shown(render(TaskCard(), TICKETS[name], scene(place_kind="work")).text).split("\n")
    after = shown(fit(render(TaskCard(), about, scene(place_kind="work")), photos=True).text).split("\n")
    assert [row for row in before if row != TICKETS[name].words] == [
        row for row in after if "字" not in row and row != usual.words
    ]


def test_a_message_that_fits_is_left_alone() -> None:
    message = Message("<b>#XZ1</b> 好\n<blockquote>灯&amp;门</blockquote>")
    assert fit(message, photos=True) is message


def test_entities_count_as_the_sign_they_stand_for() -> None:
    message = Message("<blockquote>" + "&amp;" * 1000 + "</blockquote>")
    assert fit(message, photos=True) is message
    assert shown(fit(Message("<blockquote>" + "&amp;" * 1100 + "</blockquote>"), photos=True).text) == "&" * 1023 + "…"


def test_of_two_quotes_the_longer_gives_way() -> None:
    text = f"#XZ1\n<blockquote>{'短' * 100}</blockquote>\n<blockquote>{'长' * 2000}</blockquote>\n末行"
    short = shown(fit(Message(text), photos=True).text)
    assert "短" * 100 in short
    assert short.endswith("…\n末行")
    assert width(short) == CAPTION


def test_without_quotes_the_last_lines_go() -> None:
    short = fit(Message("\n".join(f"<b>#XZ{i}</b> 一件事" for i in range(1000))), photos=False).text
    assert width(shown(short)) <= TEXT
    assert short.startswith("<b>#XZ0</b>")
    assert short.endswith("一件事\n…")


def test_a_single_endless_line_is_cut_without_its_tags() -> None:
    assert shown(fit(Message("<b>" + "&lt;" * 5000 + "</b>"), photos=False).text) == "<" * 4095 + "…"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<b>#XZ1</b> 1 &lt; 2 &amp;&#39;", "#XZ1 1 < 2 &'"),
        ("&lt;b&gt;", "<b>"),
        ("<blockquote>a\nb</blockquote>", "a\nb"),
    ],
)
def test_plain_text_has_no_html_left(text: str, read: str) -> None:
    assert plain(Message(text)) == read
