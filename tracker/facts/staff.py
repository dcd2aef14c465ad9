"""What grid workers and coordinators are told."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from tracker.facts.base import FactBase
from tracker.views import TicketLine


class Danger(FactBase):
    """A critical ticket has just come in."""

    kind: Literal["danger"] = "danger"


class NeedsParty(FactBase):
    """No rule names a lead party: somebody must."""

    kind: Literal["needs_party"] = "needs_party"
    why: str = ""


class CheckWanted(FactBase):
    """Handled, says the party: somebody else must look."""

    kind: Literal["check_wanted"] = "check_wanted"


class Overdue(FactBase):
    """A limit passed: what was tried, and what is left to do. `to` is the rung's word for the person told."""

    kind: Literal["overdue"] = "overdue"
    phase: str
    n: int
    to: str = "coordinator"
    next_at: datetime | None = None


class DecisionWanted(FactBase):
    """The party asks to return the ticket or for more time."""

    kind: Literal["decision_wanted"] = "decision_wanted"
    asked: str  # return or extension


class Unreachable(FactBase):
    """A rung had nobody it could reach: who, and why."""

    kind: Literal["unreachable"] = "unreachable"
    who: str
    why: str  # no_liaison, never_started, blocked, kicked
    place: int | None = None  # where nobody hears us, for as long as that is so


class Unhappy(FactBase):
    kind: Literal["unhappy"] = "unhappy"


class Digest(FactBase):
    """The coordinators' morning list; every ticket whose ladder ended stays on it until it is closed."""

    kind: Literal["digest"] = "digest"
    day: date
    overdue: tuple[TicketLine, ...] = ()
    today: tuple[TicketLine, ...] = ()
    undecided: tuple[TicketLine, ...] = ()
    opened: int = 0
    closed: int = 0
    calendar_ends: date | None = None


class Alarm(FactBase):
    """Something of the machine itself that a coordinator must know: code and its fields."""

    kind: Literal["alarm"] = "alarm"
    # parked_update, calendar_ends, dead_letter, unsure_page, decision_fails, rules_mended, clock_wrong, nobody_ran,
    # untagged_unseen, and what an audit finds
    code: str
    data: dict[str, Any] = Field(default_factory=dict)
