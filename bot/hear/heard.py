"""The only place for what can be heard, in our own words. An address is `telegram:` and a chat's number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tracker.views import File


@dataclass(frozen=True)
class Speaker:
    """Who spoke or pressed. `is_person` is False for channels and anonymous administrators."""

    address: str
    name: str
    username: str | None
    language: str | None
    is_person: bool


@dataclass(frozen=True)
class Replied:
    """The message somebody answers, one level deep, as Telegram hands it over."""

    message: int
    by: Speaker | None
    by_us: bool
    text: str
    files: tuple[File, ...]
    at: datetime | None  # None: Telegram no longer shows it
    forwarded: bool
    album: str | None


@dataclass(frozen=True)
class Command:
    name: str  # lower case, without the slash
    args: str
    addressed: bool  # written as /name@us


@dataclass(frozen=True)
class Said:
    """Somebody wrote something or sent a picture. `text` is the caption where there is one."""

    place: str
    private: bool
    title: str
    message: int
    at: datetime
    by: Speaker
    text: str
    files: tuple[File, ...]
    album: str | None
    reply: Replied | None
    forwarded: bool
    command: Command | None
    topic: int | None
    mentions_us: bool
    has_voice: bool
    edited: bool


@dataclass(frozen=True)
class Pressed:
    """A button. `data` comes from the client and may be forged; a message long gone is not `accessible`."""

    callback: str
    by: Speaker
    place: str | None
    message: int | None
    data: str
    accessible: bool


@dataclass(frozen=True)
class Joined:
    """We are in a group. `fresh` is False where we were in it before and only our rights changed."""

    place: str
    title: str
    by: Speaker
    rights: Literal["member", "administrator"]
    kind: Literal["group", "supergroup"]
    fresh: bool = True


@dataclass(frozen=True)
class Left:
    """We were removed from a group."""

    place: str


@dataclass(frozen=True)
class Blocked:
    """A person blocked us in the private chat."""

    address: str


@dataclass(frozen=True)
class Unblocked:
    """A person lets us write again, or for the first time."""

    address: str


@dataclass(frozen=True)
class Migrated:
    """A group became a supergroup with another number. Telegram says so in both chats."""

    old: str
    new: str


Heard = Said | Pressed | Joined | Left | Blocked | Unblocked | Migrated
