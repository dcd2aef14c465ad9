"""What holds for every calendar, zone and moment: tried with hours, days and clock changes nobody thought of."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.calendar import Calendar, Span

# thirty-minute and two-hour changes, changes at midnight, a negative summer time
ZONES = [
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Santiago",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "Antarctica/Troll",
]
ASIA = ZONES[:5]  # where no clock changes

FULL_DAY = ((time(0), time(0)),)
HOURS = [
    FULL_DAY,
    ((time(8, 30), time(12)), (time(13, 30), time(17, 30))),
    ((time(0), time(1, 30)), (time(1, 45), time(6))),  # where most clocks are turned
    ((time(2, 15), time(2, 45)),),
    ((time(22), time(0)),),
]
QUIET = [(time(22), time(7)), (time(12), time(14)), (time(1, 30), time(2, 30)), (time(23, 30), time(0, 30))]

moments = st.integers(0, 700 * 86400).map(lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
shares = st.fractions(min_value=0, max_value=2, max_denominator=20)
working: st.SearchStrategy[Literal["wh", "wd"]] = st.sampled_from(["wh", "wd"])
tried = settings(max_examples=40, deadline=None, database=None)


@st.composite
def calendars(draw: st.DrawFn, zones: Sequence[str] = ZONES) -> Calendar:
    table = st.dictionaries(st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.booleans(), max_size=5)
    return Calendar(
        timezone=draw(st.sampled_from(zones)),
        workdays=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        hours=draw(st.sampled_from(HOURS)),
        holidays=draw(st.sampled_from(["CN", "none"])),
        quiet=draw(st.sampled_from(QUIET)),
        days=draw(table),
    )


@st.composite
def near_a_clock_change(draw: st.DrawFn, calendar: Calendar) -> datetime:
    """A moment of the two years; every other time within a few hours of the zone's next clock change."""
    at = draw(moments)
    if draw(st.booleans()):
        return at
    before = at.astimezone(calendar.zone).utcoffset()
    for _ in range(370):
        at += timedelta(days=1)
        if at.astimezone(calendar.zone).utcoffset() != before:
            break
    return at - timedelta(minutes=draw(st.integers(0, 30 * 60)))


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Said another way than the calendar says it: by what the wall clock shows."""
    local = at.astimezone(calendar.zone)
    day, clock = local.date(), local.time()
    return calendar.is_workday(day) and any(b <= clock and (clock < e or e == time(0)) for b, e in calendar.hours)


@tried
@given(st.data(), calendars(), st.integers(1, 12), working, shares)
def test_working_limits_end_in_working_time(
    data: st.DataObject, calendar: Calendar, amount: int, unit: Literal["wh", "wd"], share: Fraction
) -> None:
    start = data.draw(near_a_clock_change(calendar))
    end = calendar.add(start, Span(amount, unit), share)
    assert end >= start
    if unit == "wd":
        assert is_open(calendar, end)
    else:  # an hour's work may end exactly at closing time
        assert is_open(calendar, end) or is_open(calendar, end - timedelta(microseconds=1))


@tried
@given(st.data(), calendars(), st.sampled_from(["m", "h", "d", "wh", "wd"]), st.integers(0, 4000))
def test_later_is_never_earlier(
    data: st.DataObject, calendar: Calendar, unit: Literal["m", "h", "d", "wh", "wd"], minutes: int
) -> None:
    start = data.draw(near_a_clock_change(calendar))
    small, large = sorted(data.draw(st.lists(st.integers(1, 10), min_size=2, max_size=2)))
    less, more = sorted(data.draw(st.lists(shares, min_size=2, max_size=2)))
    later = start + timedelta(minutes=minutes)
    assert calendar.add(start, Span(small, unit), more) <= calendar.add(later, Span(small, unit), more)
    assert calendar.add(start, Span(small, unit)) <= calendar.add(start, Span(large, unit))
    assert calendar.add(start, Span(small, unit), less) <= calendar.add(start, Span(small, unit), more)


@tried
@given(st.data(), calendars(), st.integers(1, 12), st.integers(1, 12))
def test_working_hours_add_up(data: st.DataObject, calendar: Calendar, first: int, second: int) -> None:
    start = data.draw(near_a_clock_change(calendar))
    in_two = calendar.add(calendar.add(start, Span(first, "wh")), Span(second, "wh"))
    assert in_two == calendar.add(start, Span(first + second, "wh"))


@tried
@given(calendars(ASIA), moments, st.integers(1, 12), st.integers(1, 12))
def test_working_days_add_up_where_no_clock_changes(
    calendar: Calendar, start: datetime, first: int, second: int
) -> None:
    in_two = calendar.add(calendar.add(start, Span(first, "wd")), Span(second, "wd"))
    assert in_two == calendar.add(start, Span(first + second, "wd"))


@tried
@given(st.data(), calendars())
def test_the_next_opening_is_the_first(data: st.DataObject, calendar: Calendar) -> None:
    start = data.draw(near_a_clock_change(calendar))
    opening = calendar.next_open(start)
    assert is_open(calendar, opening)
    assert calendar.next_open(opening) == opening
    if opening > start:
        assert not is_open(calendar, opening - timedelta(microseconds=1)) or calendar.hours == FULL_DAY


@tried
@given(st.data(), calendars())
def test_quiet_hours_are_kept_and_left_at_once(data: st.DataObject, calendar: Calendar) -> None:
    at = data.draw(near_a_clock_change(calendar))
    free = calendar.out_of_quiet(at)
    assert free >= at
    assert not calendar.is_quiet(free)
    assert free - at < timedelta(hours=12)
    assert (free == at) == (not calendar.is_quiet(at))


def around_clock_changes(zone: str) -> Iterator[list[datetime]]:
    """Every twenty minutes of the two days around each clock change of 2026."""
    at, local = datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    while at.year == 2026:
        following = at + timedelta(days=1)
        if at.astimezone(local).utcoffset() != following.astimezone(local).utcoffset():
            yield [at + timedelta(minutes=20 * n) for n in range(-30, 100)]
        at = following


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Beirut", "Australia/Lord_Howe", "Antarctica/Troll"])
@pytest.mark.parametrize("hours", [FULL_DAY, HOURS[2]])
def test_no_moment_near_a_clock_change_is_out_of_order(zone: str, hours: tuple[tuple[time, time], ...]) -> None:
    calendar = Calendar(zone, frozenset(range(7)), hours, "none")
    changes = list(around_clock_changes(zone))
    assert len(changes) >= 2
    for starts in changes:
        ends = [calendar.add(start, Span(1, "wd")) for start in starts]
        assert ends == sorted(ends)
        for start in starts[::4]:
            ends = [calendar.add(start, Span(1, "wd"), share) for share in (0.6, 0.8, 0.9, 0.95, 0.99, 1)]
            assert ends == sorted(ends)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Beirut", "Australia/Lord_Howe", "Antarctica/Troll"])
@pytest.mark.parametrize("quiet", QUIET)
def test_quiet_hours_end_on_the_night_the_clock_changes(zone: str, quiet: tuple[time, time]) -> None:
    calendar = Calendar(zone, frozenset(range(7)), FULL_DAY, "none", quiet)
    for moments_of_it in around_clock_changes(zone):
        for at in moments_of_it:
            free = calendar.out_of_quiet(at)
            assert not calendar.is_quiet(free)
            assert timedelta(0) <= free - at < timedelta(hours=12)
