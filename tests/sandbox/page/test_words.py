"""The page's own words: complete in both languages, and moments said as people say them."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from string import Formatter

import pytest

import sandbox.page
from sandbox.page.words import LANGUAGES, every_word, spoken_day, spoken_gap, spoken_moment, words

HOME = Path(sandbox.page.__file__).parent
NAMED_BY_PARTS = r"(phone|tab|picture|tour)_\w+"  # put together from a prefix and a name


def blanks(text: object) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(str(text)) if name}


def test_both_languages_hold_the_same_words_with_the_same_blanks() -> None:
    zh, en = words("zh"), words("en")
    assert set(every_word()) == set(LANGUAGES)
    assert {key: blanks(text) for key, text in zh.items()} == {key: blanks(text) for key, text in en.items()}
    assert all(zh.values())
    assert all(en.values())


def test_every_word_is_said_somewhere() -> None:
    sources = [*HOME.glob("*.py"), *HOME.glob("templates/*.html")]
    said = "\n".join(source.read_text(encoding="utf-8") for source in sources)
    unsaid = {key for key in words("zh") if not re.search(rf'\bw\.{key}\b|"{key}"', said)}
    assert {key for key in unsaid if not re.fullmatch(NAMED_BY_PARTS, key)} == set()


def test_an_unknown_language_gets_the_first_one() -> None:
    assert words("fr") is words("zh")


def test_a_moment_has_its_weekday() -> None:
    moment = datetime.fromisoformat("2026-11-23T09:05+08:00")
    assert spoken_moment(moment, words("zh")) == "11月23日 星期一 9:05"
    assert spoken_moment(moment, words("en")) == "Monday 23 November, 9:05"
    assert spoken_day(moment, words("zh")) == "11月23日 星期一"


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (-3, "马上", "at once"),
        (0.5, "1 分钟后", "in 1 min"),
        (59, "59 分钟后", "in 59 min"),
        (60, "1 小时 0 分钟后", "in 1 h 0 min"),
        (205, "3 小时 25 分钟后", "in 3 h 25 min"),
        (24 * 60 + 90, "1 天 1 小时后", "in 1 d 1 h"),
    ],
)
def test_a_wait_is_told_in_minutes_hours_and_days(minutes: float, zh: str, en: str) -> None:
    gap = timedelta(minutes=minutes)
    assert (spoken_gap(gap, words("zh")), spoken_gap(gap, words("en"))) == (zh, en)
