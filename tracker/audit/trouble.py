"""One thing that is not as it was promised: a code, whom it concerns, and the rows it was seen on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

MOST = 200  # rows of a kind that one look takes in: the others are there at the next


@dataclass(frozen=True)
class Seen:
    """A row on which something is wrong."""

    row: int
    community_id: int | None = None
    ticket_id: int | None = None
    number: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Trouble:
    """All of one kind in one community; `None` concerns every community."""

    code: str
    community_id: int | None
    seen: tuple[Seen, ...]
    told: bool = True  # false: it is only noted that somebody looked
    each: bool = False  # one alarm a row, by the key under which it may have been told when it happened

    @property
    def since(self) -> datetime | None:
        return min((each.since for each in self.seen if each.since is not None), default=None)

    @property
    def rows(self) -> tuple[int, ...]:
        return tuple(each.row for each in self.seen)


def by_community(code: str, seen: Iterable[Seen], *, told: bool = True, each: bool = False) -> list[Trouble]:
    """Each community hears of its own."""
    groups: dict[int | None, list[Seen]] = {}
    for one in seen:
        groups.setdefault(one.community_id, []).append(one)
    return [Trouble(code, community, tuple(rows), told, each) for community, rows in groups.items()]
