"""How an attempt to speak may end; foreign errors are translated into these once, at the shore (bot/speak)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Delivered:
    """The platform accepted it under this message id."""

    message: int
    has_photo: bool = False
    adopted: bool = False  # found again after a crash instead of being sent twice
    photos_after: float | None = None  # those behind the words have not left us: seconds until they may be tried again


@dataclass(frozen=True)
class NotSent:
    """It never left us (connection refused, name not resolved): the place waits, then the same row goes again."""

    why: str


@dataclass(frozen=True)
class Unasked:
    """Nobody was asked (no seat in time, another machine leads): it waits as before, and the attempt does not count."""

    why: str


@dataclass(frozen=True)
class TooFast:
    """429: this place waits `seconds`; the attempt does not count."""

    seconds: float


@dataclass(frozen=True)
class Unknown:
    """It may have arrived (read timeout, 5xx): what happens next depends on the kind of notice."""

    why: str


@dataclass(frozen=True)
class Moved:
    """The group became a supergroup."""

    address: str


@dataclass(frozen=True)
class Gone:
    """Nobody hears us there: never_started, blocked, kicked, not_found."""

    why: str


@dataclass(frozen=True)
class Refused:
    """The platform will never take this message."""

    why: str


Outcome = Delivered | NotSent | Unasked | TooFast | Unknown | Moved | Gone | Refused


@dataclass(frozen=True)
class CardGone:
    """The card's message is not there any more: it is posted anew."""

    why: str
