"""A community's working week: when it is open, when a limit ends, when nobody may be disturbed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import count
from typing import Literal
from zoneinfo import ZoneInfo

from tracker.calendar.official import announced_until, year_of
from tracker.calendar.spans import Span
from tracker.calendar.walls import instant, wall

_DAY = timedelta(days=1)
_FINEST = 10**6


@dataclass(frozen=True)
class Opening:
    """One stretch of work; from `begins` (UTC) on, up to but not including `ends`."""

    day: date
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Calendar:
    """Working time of one community. Moments go in and come out aware; the answers are in UTC.

    `hours` are in order and do not overlap; an end of 00:00 is midnight. `days` is the override table and beats the
    library: True is work, False is off. ValueError if nobody would ever work, or for an unknown zone.
    """

    timezone: str
    workdays: frozenset[int]  # Monday is 0
    hours: tuple[tuple[time, time], ...]
    holidays: Literal["CN", "none"] = "CN"
    quiet: tuple[time, time] | None = None
    days: Mapping[date, bool] = field(default_factory=dict, hash=False)
    _looked_up: dict[date, tuple[Opening, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.workdays or not self.hours:
            raise ValueError("a calendar needs at least one working day and one opening time")
        ZoneInfo(self.timezone)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def is_workday(self, day: date) -> bool:
        if (written := self.days.get(day)) is not None:
            return written
        if self.holidays == "CN":
            year = year_of(day.year)
            if day in year.make_up:
                return True
            if day in year.off:
                return False
        return day.weekday() in self.workdays

    def known(self, day: date) -> bool:
        """Whether the day is announced; later years have no make-up days yet and are provisional (暂定)."""
        return day <= self.certain_until()

    def certain_until(self) -> date:
        """The last day for which make-up days are known: the library's, then those entered in the override table.

        A year counts as entered once the table names a day worked in it.
        """
        if self.holidays == "none":
            return date.max
        year = announced_until().year
        written = {day.year for day, work in self.days.items() if work}
        while year + 1 in written:
            year += 1
        return date(year, 12, 31)

    def add(self, start: datetime, span: Span, share: float | Fraction = 1) -> datetime:
        """When `share` of the span has passed since `start`.

        `5wd` ends at the same working time five working days later, and always while the community is open. Outside
        working time both working units count from the next opening. Never earlier for a later start, a longer span
        of the same unit or a larger share.
        """
        share = _plain(share)
        if share < 0:
            raise ValueError("a limit runs forward")
        match span.unit:
            case "wh":
                return self._after_work(start, _seconds(span.amount * share * 3600))
            case "wd":
                return self._workdays_on(start, span.amount * share)
            case _:
                return start.astimezone(UTC) + _seconds(int(span.wall.total_seconds()) * share)

    def next_open(self, at: datetime) -> datetime:
        """`at` itself while the community works, else its next opening."""
        return next(self._openings(at)).begins

    def next_workday_at(self, at: datetime, hour: time) -> datetime:
        """The first moment after `at` at which a working day's wall clock shows `hour`."""
        today = at.astimezone(self.zone).date()
        moments = (instant(datetime.combine(day, hour), self.zone) for day in self._workdays(today))
        return next(moment for moment in moments if moment > at)

    def is_quiet(self, at: datetime) -> bool:
        if self.quiet is None:
            return False
        begins, ends = self.quiet
        now = at.astimezone(self.zone).time()
        return begins <= now < ends if begins < ends else now >= begins or now < ends

    def out_of_quiet(self, at: datetime) -> datetime:
        """`at` itself, or the end of the quiet hours it lies in."""
        if self.quiet is None or not self.is_quiet(at):
            return at.astimezone(UTC)
        today, zone = at.astimezone(self.zone).date(), self.zone
        ends = (datetime.combine(today + n * _DAY, self.quiet[1]) for n in range(3))
        # A wall clock set back shows the end twice, and only after the second time is it quiet no more.
        moments = (m for end in ends for m in (instant(end, zone), end.replace(tzinfo=zone, fold=1).astimezone(UTC)))
        return next(moment for moment in moments if moment >= at and not self.is_quiet(moment))

    def _after_work(self, start: datetime, work: timedelta) -> datetime:
        for opening in self._openings(start):
            if work <= opening.ends - opening.begins:
                return opening.begins + work
            work -= opening.ends - opening.begins
        raise AssertionError("openings never end")

    def _workdays_on(self, start: datetime, amount: Fraction) -> datetime:
        """Whole days keep the wall time; what remains is worked off, but never past the next whole day."""
        whole, rest = divmod(amount, 1)
        base = self._same_time(start, int(whole))
        if not rest:
            return base
        worked = self._after_work(base, _seconds(rest * self._day_seconds))
        return self.next_open(min(worked, self._same_time(start, int(whole) + 1)))

    def _same_time(self, start: datetime, days: int) -> datetime:
        opening = next(self._openings(start))
        if not days:
            return opening.begins
        midnight = datetime.combine(opening.day, time())
        clock = wall(opening.begins, self.zone) - midnight
        ahead = self._workdays(opening.day + _DAY)
        day = next(day for n, day in enumerate(ahead, 1) if n == days)
        return self.next_open(instant(datetime.combine(day, time()) + clock, self.zone))

    @property
    def _day_seconds(self) -> int:
        """The length of a working day by its opening times, in seconds."""
        return sum(int((_end(ends) - _since_midnight(begins)).total_seconds()) for begins, ends in self.hours)

    def _openings(self, start: datetime) -> Iterator[Opening]:
        """The stretches of work from `start` on, the first cut to begin no earlier than it."""
        at = start.astimezone(UTC)
        first = at.astimezone(self.zone).date()
        for n in count():
            for opening in self._of(first + n * _DAY):
                if at <= opening.begins:
                    yield opening
                elif at < opening.ends:
                    yield Opening(opening.day, at, opening.ends)

    def _of(self, day: date) -> tuple[Opening, ...]:
        """A day's stretches, worked out once: thousands of deadlines ask for the same few days."""
        if day not in self._looked_up:
            self._looked_up[day] = tuple(self._open_on(day)) if self.is_workday(day) else ()
        return self._looked_up[day]

    def _open_on(self, day: date) -> Iterator[Opening]:
        midnight = datetime.combine(day, time())
        for begins, ends in self.hours:
            opens = instant(midnight + _since_midnight(begins), self.zone)
            closes = instant(midnight + _end(ends), self.zone)
            if opens < closes:
                yield Opening(day, opens, closes)

    def _workdays(self, first: date) -> Iterator[date]:
        return (day for n in count() if self.is_workday(day := first + n * _DAY))


def _plain(share: float | Fraction) -> Fraction:
    """As a Fraction with a small denominator; most are already, and to make one costs more than the rest of `add`."""
    if isinstance(share, Fraction) and share.denominator <= _FINEST:
        return share
    return Fraction(share).limit_denominator(_FINEST)


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)


def _end(clock: time) -> timedelta:
    return _since_midnight(clock) or _DAY


def _seconds(amount: Fraction) -> timedelta:
    return timedelta(microseconds=int(amount * 10**6))
