"""Between the clock on a wall and UTC, kept in order where the wall clock jumps: the only place that knows of DST.

An hour that a wall clock skips shrinks to the moment of the jump; of an hour it shows twice, the first counts, and
throughout the second the wall clock is taken to stand still. So a later moment never becomes an earlier one.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which the (naive) wall clock first shows `wall` or jumps over it."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first > second:  # skipped: read with the old offset it lies after the jump, with the new one before
        return _jump(second, first, zone)
    return first


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What the wall clock shows (naive); while it shows an hour again, the end of that hour."""
    local = at.astimezone(zone)
    shown = local.replace(tzinfo=None, fold=0)
    if not local.fold:
        return shown
    before = shown.replace(tzinfo=zone).astimezone(UTC)
    return (_jump(before, at, zone) + _offset(before, zone)).replace(tzinfo=None)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second in (before, after] that has the offset of `after`."""
    new = _offset(after, zone)
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _offset(datetime.fromtimestamp(middle, UTC), zone) == new else (middle, high)
    return datetime.fromtimestamp(high, UTC)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)
