"""Limits and rungs as a ticket carries them: when each rung comes, and what follows it. Pure."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from tracker.calendar import Calendar, Span, parse_span
from tracker.states import Phase, Urgency

_PERCENT = re.compile(r"([0-9]{1,4})%")
_A_MOMENT = timedelta(seconds=1)  # a rung that should long have come comes now, never in the past


@dataclass(frozen=True)
class Rung:
    """`share` of the limit, or `after` its end; whom to tell; how often again."""

    tell: tuple[str, ...]
    share: Fraction | None = None
    after: Span | None = None
    every: Span | None = None
    times: int = 0

    def __str__(self) -> str:
        """As an event keeps it: `150% liaison, coordinator`."""
        at = f"{float(self.share):.0%}" if self.share is not None else f"+{self.after}"
        return f"{at} {', '.join(self.tell)}"

    @staticmethod
    def read(spec: dict[str, Any]) -> "Rung":
        percent = _PERCENT.fullmatch(spec["at"])
        repeat = spec.get("repeat") or {}
        return Rung(
            tell=tuple(spec["tell"]),
            share=Fraction(int(percent[1]), 100) if percent else None,
            after=None if percent else parse_span(spec["at"].removeprefix("+")),
            every=parse_span(repeat["every"]) if repeat else None,
            times=int(repeat.get("times", 0)),
        )


@dataclass(frozen=True)
class Rules:
    """One revision of a community's limits and ladders (tracker/models: ladder.spec)."""

    spec: dict[str, Any]
    _read: dict[tuple[Phase, Urgency], tuple[Rung, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def limit(self, phase: Phase, urgency: Urgency) -> Span:
        limits = self.spec["limits"][urgency]
        match phase:
            case Phase.ASSIGN | Phase.ACCEPT:
                return parse_span(limits["accept"])
            case Phase.RESOLVE:
                return parse_span(limits["resolve"])
            case Phase.CHECK:
                return parse_span(_CHECK[urgency])
            case Phase.CONFIRM:
                return parse_span(self.spec["confirm_silence"])

    def rungs(self, phase: Phase, urgency: Urgency) -> tuple[Rung, ...]:
        """A ladder of the urgency's own (`resolve_critical`) goes before the one for all."""
        match phase:
            case Phase.ACCEPT | Phase.RESOLVE:
                if (phase, urgency) not in self._read:
                    spec = self.spec.get(f"{phase}_{urgency}") or self.spec[phase]
                    self._read[phase, urgency] = tuple(Rung.read(rung) for rung in spec)
                return self._read[phase, urgency]
            case Phase.ASSIGN:
                return _ASSIGN
            case Phase.CHECK:
                return _CHECKERS
            case Phase.CONFIRM:
                return (Rung(tell=(), share=Fraction(1)),)

    @property
    def reopen_within(self) -> Span:
        return parse_span(self.spec["reopen_within"])


# Whoever must name a party or look at the work is chased as well. The limits of a check are those that grid
# management gives its checkers: the same day in danger, a working day otherwise.
_ASSIGN = (Rung(tell=("coordinator",), share=Fraction(1), every=Span(1, "wd"), times=3),)
_CHECKERS = (
    Rung(tell=("grid_worker",), share=Fraction(1)),
    Rung(tell=("grid_worker", "coordinator"), share=Fraction(2), every=Span(1, "wd"), times=3),
)
_CHECK = {"critical": "2h", "urgent": "24h", "normal": "1wd", "complex": "1wd", "inquiry": "1wd"}


@dataclass(frozen=True)
class Times:
    """The frame in which rungs are placed: from `anchor` to `limit`, which is `span` long on this calendar."""

    anchor: datetime
    limit: datetime
    span: Span
    calendar: Calendar

    def of(self, rung: Rung) -> datetime:
        if rung.after is not None:
            return self.calendar.add(self.limit, rung.after)
        assert rung.share is not None
        if rung.share == 1:
            return self.limit  # an approved extension moves it
        if rung.share > 1:
            return self.calendar.add(self.limit, self.span, rung.share - 1)
        return min(self.calendar.add(self.anchor, self.span, rung.share), self.limit)


@dataclass(frozen=True)
class Next:
    """Where the ladder stands next: the rung, how often it has been told, and when it is due."""

    rung: int
    n: int
    due: datetime


def first(rungs: tuple[Rung, ...], times: Times, now: datetime) -> Next:
    """The first rung still ahead; when every one has passed, the last, as far from now as it lies from the limit."""
    for index, rung in enumerate(rungs):
        if (due := times.of(rung)) > now:
            return Next(index, 0, due)
    last = len(rungs) - 1
    step = rungs[last].every or rungs[last].after or times.span
    return Next(last, 0, times.calendar.add(now, step))


def after(
    rungs: tuple[Rung, ...], times: Times, rung: int, n: int, now: datetime, due: datetime | None = None
) -> Next | None:
    """What follows the telling of `rung` for the n-th time; None at the top of the ladder.

    After an outage (it was `due` long before now) the repeats that were missed become one, and no rung is skipped: the
    next comes after its own distance, not at once.
    """
    here = rungs[rung]
    n += _missed(here, times.calendar, n, due or now, now)
    if here.every is not None and n < here.times:
        return Next(rung, n + 1, times.calendar.add(now, here.every))
    if rung + 1 >= len(rungs):
        return None
    at = times.of(rungs[rung + 1])
    if at <= now:
        at = now + max(at - times.of(here), _A_MOMENT)
    return Next(rung + 1, 0, at)


def _missed(rung: Rung, calendar: Calendar, n: int, due: datetime, now: datetime) -> int:
    """How many repeats should have come since the telling that is made only now."""
    missed = 0
    while rung.every is not None and n + missed < rung.times and (due := calendar.add(due, rung.every)) <= now:
        missed += 1
    return missed
