"""A report coming in, and a ticket as it stands."""

from dataclasses import dataclass, field
from datetime import datetime

from tracker.states import OPEN, Phase, Status, Urgency


@dataclass(frozen=True)
class File:
    """A photo or document as the chat platform names it. `ref` fetches it, `unique` only tells two apart."""

    ref: str
    unique: str
    kind: str = "photo"  # photo or document
    message: int | None = None


@dataclass(frozen=True)
class NewReport:
    """A resident's sentence, read. `source` is the message's identity: one message opens one ticket."""

    source: str
    message: int
    reporter: str
    at: datetime
    words: str
    masked: str
    title: str
    tag: str | None
    category: str | None
    urgency: Urgency
    tier: str
    place_text: str
    building: str
    unit: str
    why: tuple[str, ...] = ()
    emergency: str | None = None
    praise: bool = False
    files: tuple[File, ...] = ()
    album: str | None = None
    topic: int | None = None
    by_staff: bool = False


@dataclass(frozen=True)
class Tried:
    """One attempt to reach somebody: the proof of the chase."""

    at: datetime
    place: str
    rung: int
    outcome: str  # sent, dead, unsure


@dataclass(frozen=True)
class Asked:
    """A request that waits for a coordinator."""

    kind: str  # return or extension
    by: str
    why: str
    span: str | None = None
    party: str | None = None


@dataclass(frozen=True)
class TicketView:
    """A ticket as it stands at one moment: all that any message about it may need."""

    id: int
    number: str
    community: int
    status: Status
    urgency: Urgency
    category: str
    tag: str | None
    tier: str
    place_text: str
    title: str
    masked: str
    words: str
    grid: str | None
    lead: str | None
    taken_by: str | None
    created_at: datetime
    accept_by: datetime | None
    resolve_by: datetime | None
    accepted_at: datetime | None = None
    handled_at: datetime | None = None
    closed_at: datetime | None = None
    phase: Phase | None = None
    epoch: int = 0
    next_at: datetime | None = None
    supporters: int = 0
    reopened: int = 0
    score: str | None = None
    outcome: str | None = None
    done_words: str | None = None
    reason: str | None = None
    note: str | None = None
    emergency: str | None = None
    praise: bool = False
    asked: Asked | None = None
    tried: tuple[Tried, ...] = ()
    before: tuple[File, ...] = ()
    after: tuple[File, ...] = ()
    watched_by: str | None = None
    watched_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def is_overdue(self, now: datetime) -> bool:
        """Whether a promise is broken: the acceptance limit while unaccepted, the resolve limit until handled."""
        accept, resolve = self.accept_by, self.resolve_by
        limit = {Status.CAPTURED: accept, Status.DISPATCHED: accept, Status.IN_PROGRESS: resolve}
        by = limit.get(self.status) if self.phase else None
        return by is not None and now >= by


@dataclass(frozen=True)
class TicketLine:
    """A ticket on one line of a list."""

    id: int
    number: str
    status: Status
    urgency: Urgency
    title: str
    lead: str | None
    by: datetime | None
    overdue: bool
    epoch: int = 0


@dataclass(frozen=True)
class PageLine:
    """A page not said yet: about which ticket, to whom, until when it waits, and why (views/waiting.py)."""

    number: str
    to: str
    why: str
    until: datetime | None = None


@dataclass(frozen=True)
class Stats:
    """The figures of `/stats` (DESIGN promise 7: counts, each with its list behind it)."""

    open: int
    overdue: int
    closed: int
    rated: int
    scores: dict[str, int] = field(default_factory=dict)
    lapsed: int = 0
    opened: int = 0
    by_status: dict[str, int] = field(default_factory=dict)
