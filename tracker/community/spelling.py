"""How single values may be written, and what is wrong with those that are not; knows a value, never its neighbours."""

import datetime as dt
import difflib
import re
import unicodedata
from datetime import time
from itertools import pairwise
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic_core import PydanticCustomError

from tracker.calendar import Span, parse_span
from tracker.states import RoleKind
from tracker.views import Role

Stretch = tuple[time, time]
Hours = tuple[Stretch, ...]
Item = TypeVar("Item")

ROLES = ("liaison:PARTY", "deputy:PARTY", "grid_worker:GRID", "mediator:POINT", "coordinator", "secretary")
_SCOPES = {"liaison": "party", "deputy": "party", "grid_worker": "grid", "mediator": "point"}
_LONGEST_NAME = 64
_BIGINT = 2**63
_STRETCH = re.compile(r"([0-9]{1,2}):([0-9]{2}) ?[-~–—至到] ?([0-9]{1,2}):([0-9]{2})")
_AT_PERCENT = re.compile(r"([0-9]{1,4}) ?%")


def wrong(code: str, **fields: Any) -> PydanticCustomError:
    """A complaint by its code in complaints.SENTENCES."""
    return PydanticCustomError(code, code, fields)  # its words are in complaints.py


def name(text: str) -> str:
    text = text.strip()
    if not text:
        raise wrong("empty_name")
    if not text.isprintable():
        raise wrong("odd_name")
    if len(text) > _LONGEST_NAME:
        raise wrong("long_name", most=_LONGEST_NAME)
    return text


def prefix(text: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9]{0,5}", text):
        raise wrong("prefix", given=text)
    return text


def timezone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ValueError, OSError, KeyError):  # KeyError is ZoneInfoNotFoundError; a folder's name is an OSError
        guess = difflib.get_close_matches(text, available_timezones(), n=3) or ["Asia/Shanghai", "Europe/Berlin"]
        raise wrong("timezone", given=text, guess=guess) from None


def emergency(numbers: dict[str, str]) -> dict[str, str]:
    if "default" not in numbers:
        raise wrong("emergency_default")
    for number in numbers.values():
        if not re.search(r"[0-9]", number):
            raise wrong("emergency_number", given=number)
    return numbers


def span(text: str) -> str:
    try:
        return str(parse_span(text))
    except ValueError:
        raise wrong("span", given=text) from None


def some(items: list[Item]) -> list[Item]:
    if not items:
        raise wrong("empty_list")
    return items


def once(items: list[Item]) -> list[Item]:
    for index, item in enumerate(items):
        if item in items[:index]:
            raise wrong("twice_here", given=_as_written(item))
    return items


def _as_written(item: object) -> str:
    if isinstance(item, Role):
        return ":".join(filter(None, (item.kind, item.party or item.grid or item.point)))
    return str(item)


def hours(value: object) -> object:
    """`["08:30-12:00", …]` in the order of the day; an end of 24:00 is midnight."""
    if not isinstance(value, list):
        raise wrong("not_list")
    stretches = sorted(((_stretch(text, "hours"), str(text)) for text in some(value)), key=lambda pair: pair[0])
    for (begins, ends), text in stretches:
        if ends <= begins and ends != time():
            raise wrong("hours_reversed", given=text)
    for ((_, ends), first), ((begins, _), second) in pairwise(stretches):
        if begins < ends or ends == time():
            raise wrong("hours_overlap", first=first, second=second)
    return tuple(stretch for stretch, _ in stretches)


def quiet(value: object) -> object:
    """`22:00-07:00`, or None for `none`."""
    if value == "none":
        return None
    begins, ends = _stretch(value, "quiet")
    if begins == ends:
        raise wrong("quiet", given=value)
    return begins, ends


def _stretch(value: object, code: str) -> Stretch:
    written = _STRETCH.fullmatch(unicodedata.normalize("NFKC", value).strip()) if isinstance(value, str) else None
    if written is None:
        raise wrong(code, given=value)
    begins, ends = (int(written[1]), int(written[2])), (int(written[3]), int(written[4]))
    try:
        return time(*begins), time() if ends == (24, 0) else time(*ends)
    except ValueError:
        raise wrong(code, given=value) from None


def day(value: object) -> dt.date:
    """A TOML date, or the same between quotes."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError:
        raise wrong("date", given=value) from None


def chat_id(number: int) -> int:
    if not -_BIGINT < number < 0:
        raise wrong("chat_id", given=number)
    return number


def user_id(number: int) -> int:
    if not 0 < number < _BIGINT:
        raise wrong("user_id", given=number)
    return number


def role(value: object) -> Role:
    """`liaison:万科物业`; a Chinese colon is one too."""
    if not isinstance(value, str):
        raise wrong("not_text")
    kind, _, scope = (part.strip() for part in value.replace("：", ":").partition(":"))
    if kind not in tuple(RoleKind):
        raise wrong("role", given=value, known=ROLES)
    of = _SCOPES.get(kind)
    if of and not scope:
        raise wrong("role_of_whom", given=value, example=next(each for each in ROLES if each.startswith(kind)))
    if not of and scope:
        raise wrong("role_of_nobody", given=value, kind=kind)
    return Role(RoleKind(kind), **({of: name(scope)} if of else {}))


def tag(text: str) -> str:
    """A tag without its #, as chat platforms link it."""
    text = text.strip().lstrip("#＃")
    if not re.fullmatch(r"\w{1,32}", text) or text.isdigit():
        raise wrong("tag", given=text)
    return text


def at(text: str) -> str:
    """`80%` of the limit, or `+1wd` after it."""
    written = unicodedata.normalize("NFKC", text).strip()
    if (percent := _AT_PERCENT.fullmatch(written)) and int(percent[1]):
        return f"{int(percent[1])}%"
    try:
        return f"+{parse_span(written.removeprefix('+'))}" if written.startswith("+") else _no_moment(text)
    except ValueError:
        return _no_moment(text)


def _no_moment(text: str) -> str:
    raise wrong("at", given=text)


def times(number: int) -> int:
    if not 0 < number <= 100:
        raise wrong("times")
    return number


def height(at: str) -> tuple[bool, float]:
    """By which rungs rise: percentages first, then what comes after the limit."""
    if at.endswith("%"):
        return False, int(at[:-1])
    after: Span = parse_span(at.removeprefix("+"))
    return True, after.wall.total_seconds()
