"""Limits, ladders and calendars as any version of the program kept them: the only place that mends the unreadable.

A program that was renamed, or went back a version, must still chase every ticket. What is missing from an old row or
makes no sense there gives way to what every community begins with. The row stays as it is, and `mended` names what
gave way, so that a coordinator is told (tracker/occasions.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from json import dumps, loads
from typing import Any, Generic, TypeVar

from tracker.calendar import Calendar, parse_span
from tracker.community import builtin
from tracker.ladders import Rules, Rung
from tracker.states import Urgency

T = TypeVar("T")
Reader = tuple[Callable[[Any], Any], Any]  # how a key is read, and what it is where that fails

_UNREAD = object()


@dataclass(frozen=True)
class Read(Generic[T]):
    value: T
    mended: tuple[str, ...] = ()


def calendar(timezone: str, written: Mapping[str, Any]) -> Read[Calendar]:
    return _calendar(timezone, dumps(written, sort_keys=True))


def rules(written: Mapping[str, Any]) -> Read[Rules]:
    return _rules(dumps(written, sort_keys=True))


@lru_cache(maxsize=256)
def _calendar(timezone: str, written: str) -> Read[Calendar]:
    read, mended = _mended(_CALENDAR, loads(written))
    return Read(Calendar(timezone=timezone, **read), mended)


@lru_cache(maxsize=256)
def _rules(written: str) -> Read[Rules]:
    spec = loads(written)
    limits, lost = _mended(_LIMITS, spec.get("limits", {}))
    rest, mended = _mended(_LADDERS, spec)
    own = {key: _tried(_rungs, spec[key]) for key in _OF_AN_URGENCY if key in spec}
    unread = tuple(key for key, rungs in own.items() if rungs is _UNREAD)
    read = {key: rungs for key, rungs in own.items() if rungs is not _UNREAD}
    return Read(Rules({"limits": limits, **rest, **read}), (*lost, *mended, *unread))


def _mended(readers: Mapping[str, Reader], row: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Every key as it can be read, and the names of those that gave way; keys nobody knows are passed over."""
    written = row if isinstance(row, dict) else {}
    read = {key: _tried(reader, written[key]) if key in written else _UNREAD for key, (reader, _) in readers.items()}
    lost = tuple(key for key, value in read.items() if value is _UNREAD)
    return {**read, **{key: readers[key][1] for key in lost}}, lost


def _tried(reader: Callable[[Any], Any], value: Any) -> Any:
    try:
        return reader(value)
    except (AttributeError, LookupError, TypeError, ValueError):
        return _UNREAD


# --- a calendar's row


def _workdays(days: Any) -> frozenset[int]:
    read = frozenset(map(range(7).index, days))
    return read or _nothing()


def _hours(spans: Any) -> tuple[tuple[time, time], ...]:
    return tuple(_from_to(span) for span in spans) or _nothing()


def _from_to(span: Any) -> tuple[time, time]:
    begins, ends = span
    return time.fromisoformat(begins), time.fromisoformat(ends)


def _days(days: Any) -> dict[date, bool]:
    return {date.fromisoformat(day): bool(work) for day, work in days.items()}


_CALENDAR: dict[str, Reader] = {
    "workdays": (_workdays, builtin.WORKDAYS),
    "hours": (_hours, builtin.HOURS),
    "holidays": (lambda name: ("CN", "none")[("CN", "none").index(name)], "CN"),
    "quiet": (lambda span: None if span is None else _from_to(span), builtin.QUIET),
    "days": (_days, {}),
}


# --- a ladder's row: read to see that it can be, and kept as it is written


def _span(text: Any) -> Any:
    parse_span(text)
    return text


def _limit(limits: Any) -> dict[str, Any]:
    return {name: _span(limits[name]) for name in ("accept", "resolve")}


def _rungs(rungs: Any) -> Any:
    if not all(Rung.read(rung).tell for rung in rungs):
        raise ValueError("a rung tells nobody")
    return rungs or _nothing()


def _nothing() -> Any:
    raise ValueError("nothing is there")


_LIMITS: dict[str, Reader] = {
    str(urgency): (_limit, {"accept": limit.accept, "resolve": limit.resolve})
    for urgency, limit in builtin.LIMITS.items()
}
_LADDERS: dict[str, Reader] = {
    "accept": (_rungs, builtin.ACCEPT),
    "resolve": (_rungs, builtin.resolve(builtin.RESOLVE_AFTER)),
    "confirm_silence": (_span, builtin.CONFIRM_SILENCE),
    "reopen_within": (_span, builtin.REOPEN_WITHIN),
}
_OF_AN_URGENCY = tuple(f"{phase}_{urgency}" for phase in ("accept", "resolve") for urgency in Urgency)
