"""Working time as a community lives it: office days, the long holidays, worked Sundays, nights in peace."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracker.calendar import Calendar, Span, parse_span

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
WEEK = frozenset(range(5))
XIZHU = Calendar("Asia/Shanghai", WEEK, OFFICE, "CN", (time(22), time(7)))
ROUND_THE_CLOCK = Calendar("Europe/Amsterdam", WEEK, ((time(0), time(0)),), "none")


def at(words: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=zone)


def local(moment: datetime, zone: ZoneInfo = SHANGHAI) -> str:
    return moment.astimezone(zone).strftime("%a %Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("90s", Span(90, "s")),
        ("30m", Span(30, "m")),
        ("4h", Span(4, "h")),
        ("2d", Span(2, "d")),
        ("4wh", Span(4, "wh")),
        (" 5WD ", Span(5, "wd")),
        ("1 wd", Span(1, "wd")),
    ],
)
def test_spans_are_read(written: str, span: Span) -> None:
    assert parse_span(written) == span
    assert parse_span(str(span)) == span


@pytest.mark.parametrize(
    "written", ["", "4", "wd", "4 weeks", "-1h", "1.5h", "0d", "99999d", "9999999999s", "5w", "1h30m", "５d", "4wh\nx"]
)
def test_what_is_no_span_gets_one_sentence(written: str) -> None:
    with pytest.raises(ValueError, match=r"time span") as refusal:
        parse_span(written)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-18 10:00", "5wd", "Wed 2026-11-25 10:00"),  # the same time, five working days later
        ("2026-11-21 12:00", "1wd", "Tue 2026-11-24 08:30"),  # said on a Saturday, it counts from Monday's opening
        ("2026-11-18 08:30", "1wd", "Thu 2026-11-19 08:30"),
        ("2026-11-18 12:30", "1wd", "Thu 2026-11-19 13:30"),  # the lunch break is no working time
        ("2026-11-18 17:30", "1wd", "Fri 2026-11-20 08:30"),  # at closing time the day is over
        ("2026-11-20 17:00", "4wh", "Mon 2026-11-23 12:00"),
        ("2026-11-18 11:00", "2wh", "Wed 2026-11-18 14:30"),
        ("2026-11-18 23:00", "30m", "Wed 2026-11-18 23:30"),  # danger does not wait for the office
        ("2026-11-20 17:00", "2d", "Sun 2026-11-22 17:00"),
        ("2025-09-30 16:00", "1wd", "Thu 2025-10-09 16:00"),  # eight days of 国庆 and 中秋
        ("2026-02-13 10:00", "1wd", "Sat 2026-02-14 10:00"),  # a worked Saturday before 春节
        ("2026-02-14 10:00", "1wd", "Tue 2026-02-24 10:00"),  # and nine days of feast after it
        ("2025-01-25 10:00", "2wh", "Sun 2025-01-26 10:30"),  # a worked Sunday
    ],
)
def test_limits_run_on_the_calendar(start: str, span: str, end: str) -> None:
    assert local(XIZHU.add(at(start), parse_span(span))) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-21 12:00", 1, "Tue 2026-11-24 00:00"),  # Saturday noon
        ("2026-11-20 12:00", 1, "Mon 2026-11-23 12:00"),  # Friday noon
        ("2026-11-19 12:00", 2, "Mon 2026-11-23 12:00"),
        ("2026-11-20 12:00", 3, "Wed 2026-11-25 12:00"),
    ],
)
def test_working_days_agree_with_a_city_that_counts_whole_days(start: str, days: int, end: str) -> None:
    zone = ROUND_THE_CLOCK.zone
    assert local(ROUND_THE_CLOCK.add(at(start, zone), Span(days, "wd")), zone) == end


@pytest.mark.parametrize(
    ("span", "share", "end"),
    [
        ("5wd", 0.8, "Tue 2026-11-24 10:00"),  # yellow light: four of the five days
        ("1wd", 0.8, "Thu 2026-11-19 08:30"),  # six of seven and a half hours: closing time, so the next morning
        ("4wh", 0.8, "Wed 2026-11-18 14:42"),
        ("4wh", 1.5, "Wed 2026-11-18 17:30"),
        ("24h", 0.8, "Thu 2026-11-19 05:12"),
        ("30m", 1.5, "Wed 2026-11-18 10:45"),
    ],
)
def test_a_rung_stands_at_a_share_of_the_limit(span: str, share: float, end: str) -> None:
    assert local(XIZHU.add(at("2026-11-18 10:00"), parse_span(span), share)) == end


def days(written: str) -> set[date]:
    """`2025-01-28/02-04 05-01`: the days and stretches of days of the first one's year."""
    found: set[date] = set()
    year = written[:4]
    for part in written[5:].split():
        first, _, last = part.partition("/")
        day, end = (date.fromisoformat(f"{year}-{d}") for d in (first, last or first))
        found |= {day + timedelta(days=n) for n in range((end - day).days + 1)}
    return found


OFF = days("2025-01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08") | days(
    "2026-01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07"
)
MAKE_UP = days("2025-01-26 02-08 04-27 09-28 10-11") | days("2026-01-04 02-14 02-28 05-09 09-20 10-10")


@pytest.mark.parametrize("workdays", [range(5), range(6), range(7)])
def test_every_day_of_two_years_is_as_the_state_council_announced(workdays: range) -> None:
    calendar = Calendar("Asia/Shanghai", frozenset(workdays), OFFICE)
    for n in range(730):
        day = date(2025, 1, 1) + timedelta(days=n)
        expected = day in MAKE_UP or (day.weekday() in workdays and day not in OFF)
        assert calendar.is_workday(day) == expected, day


def test_the_override_table_beats_the_library() -> None:
    table = {date(2026, 10, 1): True, date(2026, 10, 10): False, date(2026, 11, 18): False}
    ours = Calendar(
        "Asia/Shanghai",
        WEEK,
        OFFICE,
        days=table,
    )
    assert ours.is_workday(date(2026, 10, 1))
    assert not ours.is_workday(date(2026, 10, 10))
    assert local(ours.add(at("2026-11-17 10:00"), Span(1, "wd"))) == "Thu 2026-11-19 10:00"


def test_a_community_without_holidays_works_through_them() -> None:
    plain = Calendar("Asia/Shanghai", WEEK, OFFICE, "none")
    assert plain.is_workday(date(2026, 10, 1))
    assert not plain.is_workday(date(2026, 10, 10))
    assert plain.known(date(2099, 1, 1))


def test_a_year_is_provisional_until_its_make_up_days_are_known() -> None:
    end = XIZHU.certain_until()
    assert end >= date(2026, 12, 31)
    assert (end.month, end.day) == (12, 31)
    assert XIZHU.known(end)
    assert not XIZHU.known(end + timedelta(days=1))
    assert not XIZHU.is_workday(date(end.year + 1, 10, 1)), "what the law fixes is known for any year"


def test_entering_a_worked_day_by_hand_makes_its_year_certain() -> None:
    following = XIZHU.certain_until().year + 1
    closed = {date(following, 3, 3): False}
    assert Calendar("Asia/Shanghai", WEEK, OFFICE, days=closed).certain_until().year == following - 1
    worked = {date(following, 2, 20): True}
    assert Calendar("Asia/Shanghai", WEEK, OFFICE, days=worked).certain_until() == date(following, 12, 31)
    gap = {date(following + 1, 2, 20): True}
    assert Calendar("Asia/Shanghai", WEEK, OFFICE, days=gap).certain_until().year == following - 1


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-18 10:00", "Wed 2026-11-18 10:00"),
        ("2026-11-18 06:00", "Wed 2026-11-18 08:30"),
        ("2026-11-18 12:00", "Wed 2026-11-18 13:30"),
        ("2026-11-20 17:30", "Mon 2026-11-23 08:30"),
        ("2026-09-30 20:00", "Thu 2026-10-08 08:30"),
    ],
)
def test_the_next_opening(moment: str, opening: str) -> None:
    assert local(XIZHU.next_open(at(moment))) == opening


@pytest.mark.parametrize(
    ("moment", "then"),
    [
        ("2026-11-18 08:29", "Wed 2026-11-18 08:30"),
        ("2026-11-18 08:30", "Thu 2026-11-19 08:30"),
        ("2026-11-20 09:00", "Mon 2026-11-23 08:30"),
        ("2026-10-08 09:00", "Fri 2026-10-09 08:30"),
        ("2026-10-09 09:00", "Sat 2026-10-10 08:30"),
    ],
)
def test_the_morning_digest_comes_on_working_days(moment: str, then: str) -> None:
    assert local(XIZHU.next_workday_at(at(moment), time(8, 30))) == then


@pytest.mark.parametrize(
    ("quiet", "moment", "then"),
    [
        ((time(22), time(7)), "2026-11-18 21:59", "Wed 2026-11-18 21:59"),
        ((time(22), time(7)), "2026-11-18 22:00", "Thu 2026-11-19 07:00"),
        ((time(22), time(7)), "2026-11-19 06:59", "Thu 2026-11-19 07:00"),
        ((time(22), time(7)), "2026-11-19 07:00", "Thu 2026-11-19 07:00"),
        ((time(12), time(14)), "2026-11-18 13:00", "Wed 2026-11-18 14:00"),
        ((time(12), time(14)), "2026-11-18 23:00", "Wed 2026-11-18 23:00"),
        (None, "2026-11-18 03:00", "Wed 2026-11-18 03:00"),
    ],
)
def test_nobody_is_woken(quiet: tuple[time, time] | None, moment: str, then: str) -> None:
    calendar = Calendar("Asia/Shanghai", WEEK, OFFICE, quiet=quiet)
    assert local(calendar.out_of_quiet(at(moment))) == then
    assert calendar.is_quiet(at(moment)) == (local(at(moment)) != then)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-03-28 12:00", "24h", "Sun 2026-03-29 13:00"),  # a day of 23 hours: 24 hours on the wall are 24 hours
        ("2026-10-24 12:00", "1d", "Sun 2026-10-25 11:00"),
        ("2026-03-27 12:00", "1wd", "Mon 2026-03-30 12:00"),  # a working day keeps its time of day
        ("2026-10-23 12:00", "1wd", "Mon 2026-10-26 12:00"),
    ],
)
def test_summer_time_comes_and_goes(start: str, span: str, end: str) -> None:
    zone = ROUND_THE_CLOCK.zone
    assert local(ROUND_THE_CLOCK.add(at(start, zone), parse_span(span)), zone) == end


def test_a_night_shift_works_real_hours_when_the_clock_jumps() -> None:
    nights = Calendar("Europe/Amsterdam", frozenset(range(7)), ((time(0), time(6)),), "none")
    zone = nights.zone
    assert local(nights.add(at("2026-03-29 00:30", zone), Span(3, "wh")), zone) == "Sun 2026-03-29 04:30"
    assert local(nights.add(at("2026-10-25 00:30", zone), Span(3, "wh")), zone) == "Sun 2026-10-25 02:30"
    skipped = nights.add(at("2026-03-28 02:30", zone), Span(1, "wd"))
    assert skipped == datetime(2026, 3, 29, 1, tzinfo=UTC), "02:30 does not exist: the moment of the jump"


def test_answers_are_in_utc() -> None:
    start = at("2026-11-18 10:00")
    moments = [XIZHU.add(start, Span(2, unit)) for unit in ("s", "m", "h", "d", "wh", "wd")]
    moments += [XIZHU.next_open(start), XIZHU.out_of_quiet(start), XIZHU.next_workday_at(start, time(9))]
    assert all(moment.tzinfo is UTC for moment in moments)


def test_a_calendar_on_which_nobody_works_is_refused() -> None:
    with pytest.raises(ValueError, match="working day"):
        Calendar("Asia/Shanghai", frozenset(), OFFICE)
    with pytest.raises(ValueError, match="opening time"):
        Calendar("Asia/Shanghai", WEEK, ())
    with pytest.raises(KeyError):
        Calendar("Asia/Xizhu", WEEK, OFFICE)


def test_a_limit_never_runs_backwards() -> None:
    with pytest.raises(ValueError, match="forward"):
        XIZHU.add(at("2026-11-18 10:00"), Span(1, "wd"), -0.5)
