"""How long: `90s 30m 4h 2d` on the wall, `4wh 5wd` on the community's calendar."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Literal, cast

Unit = Literal["s", "m", "h", "d", "wh", "wd"]

_WALL_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_WRITTEN = re.compile(r"([0-9]{1,9})\s*(s|m|h|d|wh|wd)", re.IGNORECASE | re.ASCII)
_TEN_YEARS = timedelta(days=3660)  # nothing a neighbourhood promises runs longer, and sums of dates stay in range


@dataclass(frozen=True)
class Span:
    """A whole number of units. `s m h d` pass on the wall (a day is 24 hours), `wh wd` while the community works."""

    amount: int
    unit: Unit

    @property
    def is_working(self) -> bool:
        return self.unit in ("wh", "wd")

    @property
    def wall(self) -> timedelta:
        """How long it lasts on the wall; a working unit counts as its shortest: an hour, or a day."""
        return timedelta(seconds=self.amount * _WALL_SECONDS[self.unit.removeprefix("w")])

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


@lru_cache(maxsize=256)
def parse_span(text: str) -> Span:
    """Read `4wh`. ValueError, in one sentence, for anything else, for zero and for more than ten years."""
    written = _WRITTEN.fullmatch(text.strip())
    if written is None:
        raise ValueError(
            f"{text[:40]!r} is not a time span: write a whole number and a unit, such as 90s 30m 4h 2d 4wh 5wd"
        )
    span = Span(int(written[1]), cast(Unit, written[2].lower()))
    if not span.amount or span.wall > _TEN_YEARS:
        raise ValueError(f"{text.strip()!r} is no usable time span: it must be above zero and at most ten years")
    return span
