"""Answers to what somebody just said or typed."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from tracker.facts.base import FactBase
from tracker.views import PageLine, Stats, TicketLine


class Said(FactBase):
    """A refusal: a code of tracker/errors.py and its fields."""

    kind: Literal["said"] = "said"
    code: str
    data: dict[str, Any] = Field(default_factory=dict)


class Hint(FactBase):
    """A friendly word that opens no ticket: bare_tag, test, small_talk, not_a_person, unknown_command, number_only …"""

    kind: Literal["hint"] = "hint"
    code: str
    data: dict[str, Any] = Field(default_factory=dict)


class Acknowledged(FactBase):
    """A command was carried out and nothing else in this chat would show it."""

    kind: Literal["acknowledged"] = "acknowledged"
    action: str


class Progress(FactBase):
    kind: Literal["progress"] = "progress"


class TicketList(FactBase):
    """`/mine`, `/todo`, `/overdue`."""

    kind: Literal["ticket_list"] = "ticket_list"
    what: str  # mine, todo, overdue
    lines: tuple[TicketLine, ...] = ()
    pages: tuple[PageLine, ...] = ()  # with overdue: what has not been said yet, and why


class StatsTold(FactBase):
    kind: Literal["stats_told"] = "stats_told"
    stats: Stats
    since: date


class Help(FactBase):
    """Five lines for who asks: resident, worker, coordinator."""

    kind: Literal["help"] = "help"
    part: str


class Privacy(FactBase):
    kind: Literal["privacy"] = "privacy"


class PersonWelcome(FactBase):
    """/start in a private chat: without a role, or with the roles an invitation just gave."""

    kind: Literal["person_welcome"] = "person_welcome"
    name: str = ""
    roles: tuple[str, ...] = ()


class Bound(FactBase):
    kind: Literal["bound"] = "bound"
    group: str


class Invitation(FactBase):
    """A one-time link, shown only to the coordinator who asked."""

    kind: Literal["invitation"] = "invitation"
    role: str
    name: str
    token: str
    until: datetime
