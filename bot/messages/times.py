"""Moments and spans in words people say: the only place that turns a datetime into text."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.messages.catalogue import mark, translations

_NEAR = {-2: mark("前天"), -1: mark("昨天"), 0: mark("今天"), 1: mark("明天"), 2: mark("后天")}
_WEEKDAYS = (mark("周一"), mark("周二"), mark("周三"), mark("周四"), mark("周五"), mark("周六"), mark("周日"))
_MONTHS = (
    mark("1月"),
    mark("2月"),
    mark("3月"),
    mark("4月"),
    mark("5月"),
    mark("6月"),
    mark("7月"),
    mark("8月"),
    mark("9月"),
    mark("10月"),
    mark("11月"),
    mark("12月"),
)


def when(moment: datetime, now: datetime, tz: str, language: str) -> str:
    """今天 18:00, 明天 9:42, 11月28日(周六)18:00: the moment as the community's clock shows it, seen from `now`."""
    there, today = moment.astimezone(ZoneInfo(tz)), local_day(now, tz)
    clock = f"{there.hour}:{there.minute:02}"
    near = _NEAR.get((there.date() - today).days)
    if near:
        return f"{translations(language).gettext(near)} {clock}"
    return f"{day(there.date(), language, today)}{' ' if language == 'en' else ''}{clock}"


def local_day(moment: datetime, tz: str) -> date:
    """The day that the community's calendar shows."""
    return moment.astimezone(ZoneInfo(tz)).date()


def day(date_: date, language: str, today: date | None = None) -> str:
    """11月28日(周六), with the year where it is not today's."""
    _ = translations(language).gettext
    parts = {
        "month": _(_MONTHS[date_.month - 1]),
        "day": date_.day,
        "weekday": _(_WEEKDAYS[date_.weekday()]),
    }
    if today is None or date_.year == today.year:
        return _("%(month)s%(day)s日(%(weekday)s)") % parts
    return _("%(year)s年%(month)s%(day)s日(%(weekday)s)") % {**parts, "year": date_.year}


def duration(span: timedelta, language: str) -> str:
    """1 小时 20 分: the two largest units; under a minute 不到 1 分钟."""
    minutes = max(int(span.total_seconds()), 0) // 60
    amounts = {"d": minutes // 1440, "h": minutes // 60 % 24, "m": minutes % 60}
    units = list(amounts)
    largest = next((i for i, unit in enumerate(units) if amounts[unit]), None)
    if largest is None:
        return translations(language).gettext("不到 1 分钟")
    said = units[largest : largest + 2]
    return " ".join(_counted(amounts[unit], unit, language) for unit in said if amounts[unit])


def ago(seconds: object, language: str) -> str:
    """How long ago, from seconds that travelled in a refusal."""
    return duration(timedelta(seconds=seconds if isinstance(seconds, int) else 0), language)


def span(text: str, language: str) -> str:
    """2d as 2 天; text that is no span stays as it is."""
    written = re.fullmatch(r"(\d{1,4})(m|h|d|wh|wd)", text.strip(), re.ASCII)
    return _counted(int(written[1]), written[2], language) if written else text


def _counted(count: int, unit: str, language: str) -> str:
    ngettext = translations(language).ngettext
    said = {
        "m": ngettext("%(count)s 分", "%(count)s 分", count),
        "h": ngettext("%(count)s 小时", "%(count)s 小时", count),
        "d": ngettext("%(count)s 天", "%(count)s 天", count),
        "wh": ngettext("%(count)s 个工作小时", "%(count)s 个工作小时", count),
        "wd": ngettext("%(count)s 个工作日", "%(count)s 个工作日", count),
    }
    return said[unit] % {"count": count}
