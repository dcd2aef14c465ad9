"""What the State Council announced: holidays and make-up days, as far as the library knows them."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)
_KNOWN_SINCE = 2025  # the library had the make-up days of every year up to here when this was written


@dataclass(frozen=True)
class Year:
    """The days of one year on which China differs from an ordinary week."""

    off: frozenset[date]
    make_up: frozenset[date]  # 调休: days worked in exchange, mostly at weekends


@cache
def year_of(year: int) -> Year:
    """A year not announced yet has the statutory days only, and no make-up days. Never raises."""
    from holidays.countries.china import China  # slow to import, and a community without holidays never needs it

    known = China(years=year)  # type: ignore[no-untyped-call]
    make_up = frozenset(day for day in known.weekend_workdays if day.year == year)  # it lists other years' too
    named = frozenset(day for day in known if day.year == year)
    return Year(_with_weekends(named, make_up), make_up)


@cache
def announced_until() -> date:
    """The last day of the newest year whose make-up days are known."""
    year = _KNOWN_SINCE
    while year_of(year + 1).make_up:
        year += 1
    return date(year, 12, 31)


def _with_weekends(named: frozenset[date], make_up: frozenset[date]) -> frozenset[date]:
    """Weekends that touch a holiday belong to it: the library leaves them out, yet some communities work Saturdays."""
    whole = set(named)
    for holiday in named:
        for step in (_DAY, -_DAY):
            day = holiday + step
            while day.weekday() >= 5 and day not in make_up:
                whole.add(day)
                day += step
    return frozenset(whole)
