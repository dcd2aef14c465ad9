"""The outbox as whoever runs the machine sees it: what waits, what went wrong, why; never what it says."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Reason = Literal["in_flight", "unbound", "blocked", "quiet", "later", "gathering", "pace", "turn", "next"]
"""in_flight: Telegram has it, no answer yet · unbound: the group has no chat yet · blocked: nobody hears us there ·
quiet: quiet hours · later: it has a time of its own · gathering: a list is being gathered · pace: one message a
second and chat, twenty a minute and group, or what Telegram asked for · turn: others of this place go first ·
next: nothing stands in its way, so it goes with the next pass"""


@dataclass(frozen=True)
class Wait:
    """Why a notice has not been said yet, and until when where that is known."""

    reason: Reason
    until: datetime | None = None
    said: str | None = None  # a blocked place: what the platform told us


@dataclass(frozen=True)
class NoticeLine:
    """A notice on one line. A place has the register's name, a private chat that of its registered person."""

    id: int
    state: str  # pending, sending, unsure or dead
    kind: str  # page, notice or card
    tells: str  # the kind of its fact
    tickets: tuple[str, ...]  # one; none where it is about no ticket; several for a list
    place: str  # empty where nobody named it
    place_kind: str
    place_id: int
    roles: tuple[str, ...]  # of the person whose private chat it is: liaison:万科物业
    community: str | None
    timezone: str
    since: datetime
    attempts: int
    error: str | None
    wait: Wait | None = None  # None: it does not wait, it went wrong


@dataclass(frozen=True)
class Outgoing:
    """Some lines, and how many there are in all, by state: waiting, unsure, dead."""

    lines: tuple[NoticeLine, ...]
    counts: dict[str, int] = field(default_factory=dict)


Refusal = Literal["unknown", "on_its_way", "sent", "in_a_list", "over", "blocked", "unbound"]
"""Why a notice is not sent again. over: what it told is no longer so · in_a_list: a list message tells it"""


@dataclass(frozen=True)
class Again:
    """What became of the wish to send a notice once more; only `again` changed anything."""

    code: Refusal | Literal["again"]
    id: int
    tickets: tuple[str, ...] = ()
    place_kind: str = ""
    list_id: int | None = None
