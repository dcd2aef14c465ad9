"""What follows when a clock is due: pure. The sweep (tracker/sweep.py) carries it out."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from tracker import ladders
from tracker.calendar import Calendar
from tracker.ladders import Next, Rules, Rung, Times
from tracker.states import Phase, Urgency

DIGEST_AT = time(8, 30)  # community time; a ladder that has ended goes on as a line of the morning digest

_COORDINATOR = "coordinator"
_ON_TIME = timedelta(minutes=1)  # no outage: whoever is next on the ladder is told at his own time


@dataclass(frozen=True)
class Standing:
    """A clock that is due, and what of its ticket decides."""

    ticket_id: int
    phase: Phase
    epoch: int
    rung: int  # the next to be told, counted from 0
    n: int  # how often it has been told
    anchor_at: datetime
    limit_at: datetime
    due_at: datetime
    urgency: Urgency
    resolve_by: datetime | None


@dataclass(frozen=True)
class Plan:
    """The rung to tell now, if there is one, and where the clock stands afterwards."""

    rung: Rung | None
    told: tuple[int, int]  # rung and how often before, which name this telling
    phase: Phase
    limit_at: datetime
    next_rung: int
    next_n: int
    due_at: datetime
    in_a_row: bool  # the ladder goes on by itself, so a rung that reached nobody hands over at once
    held: Rung | None = None  # it waits for the end of the quiet hours, and is not used up by them

    def at_once(self, now: datetime) -> "Plan":
        """Nobody could be reached: the next rung comes now, where there is one."""
        return replace(self, due_at=now) if self.in_a_row else self


def decide(clock: Standing, rules: Rules, calendar: Calendar, now: datetime) -> Plan:
    """Whom to tell, and when the ladder speaks next; after the last rung a line in every digest, for ever."""
    rungs = rules.rungs(clock.phase, clock.urgency)
    told = clock.rung, clock.n
    if clock.rung >= len(rungs):
        return Plan(None, told, clock.phase, clock.limit_at, clock.rung, clock.n + 1, _digest(calendar, now), False)
    rung = rungs[clock.rung]
    if clock.urgency != Urgency.CRITICAL and (awake := calendar.out_of_quiet(now)) > now:
        return Plan(None, told, clock.phase, clock.limit_at, clock.rung, clock.n, awake, False, held=rung)
    span = rules.limit(clock.phase, clock.urgency)
    times = Times(clock.anchor_at, clock.limit_at, span, calendar)
    rung = _with_whom_it_is_news(rungs, times, clock, now)
    step = ladders.after(rungs, times, clock.rung, clock.n, now, clock.due_at)
    if step is not None:
        return Plan(rung, told, clock.phase, clock.limit_at, step.rung, step.n, step.due, True)
    onward = _onward(clock, rules, calendar, now)
    if onward is not None and clock.resolve_by is not None:
        return Plan(
            rung, told, Phase.RESOLVE, clock.resolve_by, onward.rung, onward.n, onward.due, False
        )  # fmt: skip
    return Plan(rung, told, clock.phase, clock.limit_at, len(rungs), 0, _digest(calendar, now), False)


def _with_whom_it_is_news(rungs: tuple[Rung, ...], times: Times, clock: Standing, now: datetime) -> Rung:
    """The rung, and the coordinators with it, when an outage ran past the moment at which they were to hear of it."""
    rung = rungs[clock.rung]
    if _COORDINATOR in rung.tell or now - clock.due_at < _ON_TIME:
        return rung
    missed = any(_COORDINATOR in later.tell and clock.due_at < times.of(later) <= now for later in rungs[clock.rung :])
    return replace(rung, tell=(*rung.tell, _COORDINATOR)) if missed else rung


def _onward(clock: Standing, rules: Rules, calendar: Calendar, now: datetime) -> Next | None:
    """Nobody accepted to the last rung: the resolve ladder goes on from here, at its own times."""
    if clock.phase != Phase.ACCEPT or clock.resolve_by is None:
        return None
    span = rules.limit(Phase.RESOLVE, clock.urgency)
    times = Times(clock.anchor_at, clock.resolve_by, span, calendar)
    return ladders.first(rules.rungs(Phase.RESOLVE, clock.urgency), times, now)


def _digest(calendar: Calendar, now: datetime) -> datetime:
    return calendar.next_workday_at(now, DIGEST_AT)
