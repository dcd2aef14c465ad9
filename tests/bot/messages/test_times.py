"""Times as people say them, by the community's clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.times import day, duration, span, when

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # Sunday 10:00 in Shanghai


def local(month: int, day_: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day_, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("moment", "zh", "en"),
    [
        (local(11, 22, 18), "今天 18:00", "today 18:00"),
        (local(11, 22, 0), "今天 0:00", "today 0:00"),
        (local(11, 23, 9, 42), "明天 9:42", "tomorrow 9:42"),
        (local(11, 24, 9, 5), "后天 9:05", "the day after tomorrow 9:05"),
        (local(11, 25, 9), "11月25日(周三)9:00", "Wed 25 Nov 9:00"),
        (local(11, 28, 18), "11月28日(周六)18:00", "Sat 28 Nov 18:00"),
        (local(11, 21, 23, 59), "昨天 23:59", "yesterday 23:59"),
        (local(11, 20, 7), "前天 7:00", "the day before yesterday 7:00"),
        (local(11, 19, 7), "11月19日(周四)7:00", "Thu 19 Nov 7:00"),
        (local(1, 3, 9, year=2027), "2027年1月3日(周日)9:00", "Sun 3 Jan 2027 9:00"),
    ],
)
def test_moments(moment: datetime, zh: str, en: str) -> None:
    assert when(moment, NOW, "Asia/Shanghai", "zh") == zh
    assert when(moment, NOW, "Asia/Shanghai", "en") == en


def test_today_is_the_communitys_today() -> None:
    late = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai, 16:30 in Paris
    assert when(late + timedelta(hours=1), late, "Asia/Shanghai", "zh") == "明天 0:30"
    assert when(late + timedelta(hours=1), late, "Europe/Paris", "zh") == "今天 17:30"
    early = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)  # already Sunday in Shanghai
    assert when(local(11, 22, 18), early, "Asia/Shanghai", "zh") == "今天 18:00"


def test_a_day_across_the_clock_change_is_still_tomorrow() -> None:
    evening = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)  # 23:00 in Paris, where this night is an hour short
    assert when(evening + timedelta(hours=10), evening, "Europe/Paris", "zh") == "明天 10:00"
    assert when(evening + timedelta(hours=25), evening, "Europe/Paris", "zh") == "后天 1:00"


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), st.sampled_from(["zh", "en"]))  # noqa: DTZ001 - hypothesis wants bounds without zone
def test_every_moment_has_words(moment: datetime, language: str) -> None:
    said = when(moment, NOW, "Asia/Shanghai", language)
    assert said.endswith(f"{(moment + timedelta(hours=8)):%M}")
    assert "%" not in said


@pytest.mark.parametrize(
    ("took", "zh", "en"),
    [
        (timedelta(seconds=59), "不到 1 分钟", "less than a minute"),
        (timedelta(minutes=-5), "不到 1 分钟", "less than a minute"),
        (timedelta(minutes=1), "1 分", "1 minute"),
        (timedelta(hours=1, minutes=20), "1 小时 20 分", "1 hour 20 minutes"),
        (timedelta(hours=2), "2 小时", "2 hours"),
        (timedelta(days=1, minutes=5), "1 天", "1 day"),
        (timedelta(days=3, hours=4, minutes=59), "3 天 4 小时", "3 days 4 hours"),
    ],
)
def test_durations(took: timedelta, zh: str, en: str) -> None:
    assert (duration(took, "zh"), duration(took, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        ("2d", "2 天", "2 days"),
        ("1h", "1 小时", "1 hour"),
        ("30m", "30 分", "30 minutes"),
        ("5wd", "5 个工作日", "5 working days"),
        ("4wh", "4 个工作小时", "4 working hours"),
        ("下周", "下周", "下周"),
        ("", "", ""),
    ],
)
def test_spans(written: str, zh: str, en: str) -> None:
    assert (span(written, "zh"), span(written, "en")) == (zh, en)


def test_days() -> None:
    assert day(date(2026, 11, 28), "zh") == "11月28日(周六)"
    assert day(date(2027, 1, 3), "zh", date(2026, 12, 31)) == "2027年1月3日(周日)"
    assert day(date(2026, 11, 28), "en") == "Sat 28 Nov"
