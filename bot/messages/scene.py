"""Who hears a message, where and when: the only place that describes what rendering depends on besides the fact."""

from dataclasses import dataclass
from datetime import datetime

from tracker.views import CommunityView, TicketView

PUBLIC = ("residents", "hall", "new")


@dataclass(frozen=True)
class Scene:
    """The place a message goes to. `party` is whose place it is, where it is one party's; None where nobody says."""

    language: str
    timezone: str
    now: datetime
    bot_username: str
    place_kind: str
    community: CommunityView | None
    repeat: bool = False
    party: str | None = None

    @property
    def public(self) -> bool:
        """Whether neighbours read along."""
        return self.place_kind in PUBLIC

    def words_of(self, ticket: TicketView) -> str:
        """What the reporter said, as this place may see it (DESIGN promise 6)."""
        return ticket.masked if self.public else ticket.words

    def has_left(self, ticket: TicketView) -> bool:
        """Whether the ticket is with another party than the one whose place this is."""
        return self.party is not None and ticket.lead != self.party
