"""What is handed to the speaker: letters to say, cards to make true."""

from dataclasses import dataclass
from datetime import datetime

from tracker.views.people import CommunityView, PlaceView
from tracker.views.tickets import TicketView

LOOK_AHEAD = 40  # messages of a chat among which a lost card is looked for; whoever talked meanwhile moved the ids on


@dataclass(frozen=True)
class Letter:
    """A claimed notice on its way out, with the state of the world it is rendered from."""

    id: int
    attempt: int
    place: PlaceView
    kind: str  # page, notice or card
    fact: "object"
    ticket: TicketView | None
    reply_to: int | None
    topic: int | None
    repeat: bool
    card_version: int | None
    now: datetime
    community: CommunityView | None = None
    adopt_after: int | None = None
    since: datetime | None = None  # from when on it might have been said
    rivals: bool = False  # something else of ours may stand between that one and the card, and nobody knows its id


@dataclass(frozen=True)
class CardView:
    """A card that shows an older version than the ticket has."""

    id: int
    place: PlaceView
    fact: "object"  # of tracker/facts.py: what the card tells
    message: int
    has_photo: bool
    version: int
    ticket: TicketView
    now: datetime
    community: CommunityView
