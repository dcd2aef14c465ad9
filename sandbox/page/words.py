"""The only place that holds the page's own words in both languages, and says moments and spans of time in them."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = {"zh": "中文", "en": "English"}
FIRST = "zh"

Words = Mapping[str, Any]


@cache
def every_word() -> Mapping[str, Words]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def words(language: str) -> Words:
    """The words of a language; for one we do not speak, those of the first."""
    return every_word().get(language) or every_word()[FIRST]


def spoken_moment(moment: datetime, w: Words) -> str:
    """`moment` is already in the community's own time zone."""
    return str(w["moment"]).format(time=spoken_time(moment), **_day(moment, w))


def spoken_day(moment: datetime, w: Words) -> str:
    return str(w["day"]).format(**_day(moment, w))


def spoken_time(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02}"


def spoken_gap(gap: timedelta, w: Words) -> str:
    """How long until something, in whole minutes rounded up."""
    minutes = -(-gap // timedelta(minutes=1))
    hours, days = minutes // 60, minutes // (24 * 60)
    if minutes <= 0:
        return str(w["in_no_time"])
    if days:
        return str(w["in_days"]).format(days=days, hours=hours % 24)
    return str(w["in_hours" if hours else "in_minutes"]).format(hours=hours, minutes=minutes % 60)


def _day(moment: datetime, w: Words) -> dict[str, object]:
    return {
        "month": w["months"][moment.month - 1],
        "day": moment.day,
        "weekday": w["weekdays"][moment.weekday()],
    }
