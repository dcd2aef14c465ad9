"""Every way the tracker says no: a code and its fields, never prose."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(eq=False)
class Refused(Exception):
    """Somebody asked for something that may not be; the words are chosen in bot/messages."""

    code: ClassVar[str] = "refused"

    def facts(self) -> dict[str, Any]:
        """The fields by name, plain enough to travel in a notice."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(eq=False)
class NoSuchTicket(Refused):
    code: ClassVar[str] = "no_such_ticket"
    number: str


@dataclass(eq=False)
class WhichTicket(Refused):
    """A command named no ticket and replied to nothing that is about one. `command` shows it with a number."""

    code: ClassVar[str] = "which_ticket"
    command: str


@dataclass(eq=False)
class NotNow(Refused):
    """The ticket's status does not allow the action (tracker/states.py).

    `by` is who moved it last, if we know and may say it, `ago` seconds before.
    """

    code: ClassVar[str] = "not_now"
    number: str
    action: str
    status: str
    by: str = ""
    ago: int = 0


@dataclass(eq=False)
class NotYours(Refused):
    """The person's part does not allow the action; `who` names the parts that may."""

    code: ClassVar[str] = "not_yours"
    number: str
    action: str
    who: str


@dataclass(eq=False)
class NobodyToAsk(Refused):
    """Who reported it has been forgotten (tracker/privacy.py)."""

    code: ClassVar[str] = "nobody_to_ask"
    number: str


@dataclass(eq=False)
class OwnWork(Refused):
    """Nobody closes his own work (DESIGN §1, promise 4)."""

    code: ClassVar[str] = "own_work"
    number: str


@dataclass(eq=False)
class Stale(Refused):
    """A button from before the ticket moved on."""

    code: ClassVar[str] = "stale"
    number: str
    status: str
    by: str
    ago: int = 0


@dataclass(eq=False)
class OneReturnOnly(Refused):
    """One reasoned return; after a ruling no second (DESIGN §6)."""

    code: ClassVar[str] = "one_return_only"
    number: str


@dataclass(eq=False)
class OneExtensionOnly(Refused):
    code: ClassVar[str] = "one_extension_only"
    number: str


@dataclass(eq=False)
class AlreadyAsked(Refused):
    """The same request already waits for a coordinator."""

    code: ClassVar[str] = "already_asked"
    number: str


@dataclass(eq=False)
class NothingToDecide(Refused):
    code: ClassVar[str] = "nothing_to_decide"
    number: str


@dataclass(eq=False)
class WordsNeeded(Refused):
    """The action needs words: a reason, a question, what was done. `example` shows the command in full."""

    code: ClassVar[str] = "words_needed"
    command: str
    example: str


@dataclass(eq=False)
class BadSpan(Refused):
    code: ClassVar[str] = "bad_span"
    text: str


@dataclass(eq=False)
class NoSuchParty(Refused):
    """`name` is empty where no party was named, `number` where it is about no ticket."""

    code: ClassVar[str] = "no_such_party"
    name: str
    parties: str
    number: str = ""


@dataclass(eq=False)
class NoSuchGroup(Refused):
    code: ClassVar[str] = "no_such_group"
    name: str
    groups: str


@dataclass(eq=False)
class GroupTaken(Refused):
    """The group of the community file is already bound to another chat, or this chat to another group."""

    code: ClassVar[str] = "group_taken"
    name: str


@dataclass(eq=False)
class NoSuchRole(Refused):
    code: ClassVar[str] = "no_such_role"
    role: str


@dataclass(eq=False)
class BadInvitation(Refused):
    """Unknown, used up or expired: the same words for all three, so that nobody can probe."""

    code: ClassVar[str] = "bad_invitation"


@dataclass(eq=False)
class TooLateToReopen(Refused):
    code: ClassVar[str] = "too_late_to_reopen"
    number: str
    days: int


@dataclass(eq=False)
class CoordinatorsOnly(Refused):
    code: ClassVar[str] = "coordinators_only"
    command: str


@dataclass(eq=False)
class StaffOnly(Refused):
    code: ClassVar[str] = "staff_only"
    command: str


@dataclass(eq=False)
class UnboundPlace(Refused):
    """A command in a chat that no community knows."""

    code: ClassVar[str] = "unbound_place"


@dataclass(eq=False)
class GroupOnly(Refused):
    """The command is about the group in which it is said."""

    code: ClassVar[str] = "group_only"
    command: str


@dataclass(eq=False)
class PrivateOnly(Refused):
    """The answer is for one person: ask in the private chat."""

    code: ClassVar[str] = "private_only"
    command: str


@dataclass(eq=False)
class OldSchema(Exception):
    """The database is behind the program."""

    current: str
    wanted: str


class DatabaseAway(Exception):
    """The database does not answer; the message is one line without credentials."""


class NoBackup(Exception):
    """No backup was made; the message is one line without credentials, and says what to do."""
