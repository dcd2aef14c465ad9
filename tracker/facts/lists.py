"""What is told of many tickets at once."""

from typing import Literal

from tracker.facts.base import FactBase
from tracker.views import AlarmLine, TicketLine


class Bundle(FactBase):
    """Many pages of a kind in one message: `of` is that kind, `to` the part of whoever is told, where it has one.

    The lines are filled in when it is sent, from the tickets as they then are.
    """

    kind: Literal["bundle"] = "bundle"
    of: str  # reminder, overdue, needs_party, check_wanted, unreachable
    to: str = ""
    lines: tuple[TicketLine, ...] = ()


class Alarms(FactBase):
    """What a coordinator could not be told when it happened, the oldest first; `more` came before those."""

    kind: Literal["alarms"] = "alarms"
    lines: tuple[AlarmLine, ...]
    more: int = 0
