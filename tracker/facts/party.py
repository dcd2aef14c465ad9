"""What the responsible party is told."""

from datetime import datetime
from typing import Literal

from tracker.facts.base import FactBase


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
