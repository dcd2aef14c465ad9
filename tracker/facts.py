"""What we tell the world: versioned facts without a word of prose; bot/messages chooses the words on arrival.

A fact about a ticket carries only what the ticket itself will not say when the message is sent: the ticket travels
beside it, as it then stands.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from tracker.views import Stats, TicketLine


class FactBase(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")  # an old row with a field we dropped still renders

    v: int = 1


# --- the two cards, edited in place -------------------------------------------------------------------------------


class TicketCard(FactBase):
    """The group's card, in reply to the report."""

    kind: Literal["ticket_card"] = "ticket_card"


class TaskCard(FactBase):
    """The task in the lead party's place, with its buttons."""

    kind: Literal["task_card"] = "task_card"


# --- to the responsible party -------------------------------------------------------------------------------------


class Reminder(FactBase):
    """A rung told the liaison: accept or resolve, `n` tells how often so far, `next_at` when the next one comes."""

    kind: Literal["reminder"] = "reminder"
    phase: str
    n: int
    next_at: datetime | None = None


class Withdrawn(FactBase):
    """The ticket went to another party: nothing more to do here."""

    kind: Literal["withdrawn"] = "withdrawn"
    to: str


class Reworked(FactBase):
    """Not solved, said the reporter (`by` reporter) or the checker (`by` check): back to work under the same number."""

    kind: Literal["reworked"] = "reworked"
    by: str
    why: str = ""


class ReturnDecided(FactBase):
    kind: Literal["return_decided"] = "return_decided"
    allowed: bool
    to: str | None = None


class ExtensionDecided(FactBase):
    kind: Literal["extension_decided"] = "extension_decided"
    allowed: bool
    until: datetime | None = None


class ReporterAdded(FactBase):
    """What the reporter said later about the ticket, masked for a group and whole for the party."""

    kind: Literal["reporter_added"] = "reporter_added"
    words: str


class MorePhotos(FactBase):
    """The photos beyond the one that a card carries: all of the stage from the `skip`-th on, as they are when sent."""

    kind: Literal["more_photos"] = "more_photos"
    stage: Literal["before", "after"]
    skip: int


class Asks(FactBase):
    """The bot asks the person who pressed for words: a reason, days, a note. `what` is return, extend, note, assign."""

    kind: Literal["asks"] = "asks"
    what: str
    options: tuple[str, ...] = ()


# --- to the residents' group --------------------------------------------------------------------------------------


class Result(FactBase):
    """Done: what, by whom, the after-photo, and the four answers."""

    kind: Literal["result"] = "result"


class AfterPhoto(FactBase):
    """A photo that came after the result was told."""

    kind: Literal["after_photo"] = "after_photo"
    ref: str
    file_kind: str = "photo"


class Ended(FactBase):
    """A coordinator ended the ticket: closed or rejected, with the reason."""

    kind: Literal["ended"] = "ended"


class QuestionAsked(FactBase):
    """Staff ask the reporter something."""

    kind: Literal["question_asked"] = "question_asked"
    words: str
    by: str = ""


# --- to grid workers and coordinators -----------------------------------------------------------------------------


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
    why: str  # no_liaison, never_started, blocked


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
    code: str  # parked_update, calendar_ends, dead_letter, unsure_page, decision_fails, untagged_unseen
    data: dict[str, Any] = Field(default_factory=dict)


# --- answers to what somebody just said or typed ------------------------------------------------------------------


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


class GroupWelcome(FactBase):
    """First contact with a group: how to report. `missing` names what stops the bot from hearing everything."""

    kind: Literal["group_welcome"] = "group_welcome"
    bound: bool = True
    missing: tuple[str, ...] = ()


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


Fact = Annotated[
    TicketCard
    | TaskCard
    | Reminder
    | Withdrawn
    | Reworked
    | ReturnDecided
    | ExtensionDecided
    | ReporterAdded
    | MorePhotos
    | Asks
    | Result
    | AfterPhoto
    | Ended
    | QuestionAsked
    | Danger
    | NeedsParty
    | CheckWanted
    | Overdue
    | DecisionWanted
    | Unreachable
    | Unhappy
    | Digest
    | Alarm
    | Said
    | Hint
    | Acknowledged
    | Progress
    | TicketList
    | StatsTold
    | Help
    | Privacy
    | GroupWelcome
    | PersonWelcome
    | Bound
    | Invitation,
    Field(discriminator="kind"),
]

FACT: TypeAdapter[Fact] = TypeAdapter(Fact)

MUST_ARRIVE = frozenset({"reminder", "overdue", "danger", "needs_party", "check_wanted", "decision_wanted", "reworked"})
"""Pages: sent at least once, a resend marked. The rest are notices, at most once (DESIGN promise 3)."""
