"""What we tell the world: versioned facts without a word of prose; bot/messages chooses the words on arrival.

A fact about a ticket carries only what the ticket itself will not say when the message is sent: the ticket travels
beside it, as it then stands.
"""

from typing import Annotated

from pydantic import Field, TypeAdapter

from tracker.facts.answers import Acknowledged as Acknowledged
from tracker.facts.answers import Bound as Bound
from tracker.facts.answers import Help as Help
from tracker.facts.answers import Hint as Hint
from tracker.facts.answers import Invitation as Invitation
from tracker.facts.answers import PersonWelcome as PersonWelcome
from tracker.facts.answers import Privacy as Privacy
from tracker.facts.answers import Progress as Progress
from tracker.facts.answers import Said as Said
from tracker.facts.answers import StatsTold as StatsTold
from tracker.facts.answers import TicketList as TicketList
from tracker.facts.base import FactBase as FactBase
from tracker.facts.cards import Result as Result
from tracker.facts.cards import TaskCard as TaskCard
from tracker.facts.cards import TicketCard as TicketCard
from tracker.facts.group import AfterPhoto as AfterPhoto
from tracker.facts.group import Ended as Ended
from tracker.facts.group import GroupWelcome as GroupWelcome
from tracker.facts.group import QuestionAsked as QuestionAsked
from tracker.facts.lists import Alarms as Alarms
from tracker.facts.lists import Bundle as Bundle
from tracker.facts.party import Asks as Asks
from tracker.facts.party import ExtensionDecided as ExtensionDecided
from tracker.facts.party import MorePhotos as MorePhotos
from tracker.facts.party import Reminder as Reminder
from tracker.facts.party import ReporterAdded as ReporterAdded
from tracker.facts.party import ReturnDecided as ReturnDecided
from tracker.facts.party import Reworked as Reworked
from tracker.facts.party import Withdrawn as Withdrawn
from tracker.facts.staff import Alarm as Alarm
from tracker.facts.staff import CheckWanted as CheckWanted
from tracker.facts.staff import Danger as Danger
from tracker.facts.staff import DecisionWanted as DecisionWanted
from tracker.facts.staff import Digest as Digest
from tracker.facts.staff import NeedsParty as NeedsParty
from tracker.facts.staff import Overdue as Overdue
from tracker.facts.staff import Unhappy as Unhappy
from tracker.facts.staff import Unreachable as Unreachable

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
    | Bundle
    | Alarm
    | Alarms
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
