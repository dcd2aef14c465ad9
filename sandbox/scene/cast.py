"""The only place for the parts of a practice play: people, groups, phones, steps and the clock they share."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Protocol

from pydantic import ConfigDict, Field

PHOTOS = Path(__file__).parent.parent / "photos"

Part = Literal["resident", "worker", "coordinator", "grid", "mediator", "other"]
Act = Literal["say", "photo", "press", "reply_photo", "turn", "wait", "start"]
TurnTo = Literal["next_reminder", "+10m", "+1h", "tomorrow 08:30"]
Text = Annotated[str, Field(min_length=1)]
UserId = Annotated[int, Field(gt=0)]
ChatId = Annotated[int, Field(lt=0)]


class ClockControl(Protocol):
    """The clock of the program being practised with. Times are aware; `timezone` is an IANA name."""

    @property
    def timezone(self) -> str: ...

    def now(self) -> datetime: ...

    def turn_to(self, moment: datetime) -> None: ...

    def next_reminder(self) -> datetime | None: ...


@dataclass(frozen=True)
class Actor:
    """Somebody who can be played; `started` says that he pressed the bot's start button long ago."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    user_id: UserId
    name: Text
    emoji: Text
    part: Part
    started: bool = False


@dataclass(frozen=True)
class GroupInfo:
    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    chat_id: ChatId
    title: Text
    kind: Literal["group", "supergroup"]
    members: tuple[UserId, ...]


@dataclass(frozen=True)
class Phone:
    """One of the phones on the page: the chat and the person it opens with, and the chats it can turn to."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    part: Part
    chat_id: int
    as_user: UserId
    chats: tuple[int, ...] = ()

    @property
    def reach(self) -> tuple[int, ...]:
        return self.chats or (self.chat_id,)


@dataclass(frozen=True)
class Until:
    """A step is over once a bot's message with `text`, and `beside` too if given, has been seen in the chat `where`."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    where: int
    text: Text
    beside: str = ""

    def fits(self, words: str) -> bool:
        return self.text in words and self.beside in words


@dataclass(frozen=True)
class Step:
    """One thing the guided tour does, and by what it is known to have happened."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    title_zh: Text
    title_en: Text
    say_zh: Text
    say_en: Text
    act: Act
    until: Until
    who: int = 0
    where: int = 0
    text: str = ""
    picture: str = ""
    button: str = ""
    on: str = ""  # the message that is pressed or replied to is the newest one holding this
    to: TurnTo | None = None

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_zh

    def say(self, language: str) -> str:
        return self.say_en if language == "en" else self.say_zh


@dataclass(frozen=True)
class Scene:
    """A whole play. A private chat has the number of its person."""

    title: str
    actors: tuple[Actor, ...]
    groups: tuple[GroupInfo, ...]
    phones: tuple[Phone, ...]
    clock: ClockControl
    tour: tuple[Step, ...] = ()

    def actor(self, user_id: int) -> Actor:
        """Raises LookupError for a stranger."""
        for actor in self.actors:
            if actor.user_id == user_id:
                return actor
        raise LookupError(f"nobody in this scene has the number {user_id}")

    def group(self, chat_id: int) -> GroupInfo | None:
        return next((group for group in self.groups if group.chat_id == chat_id), None)

    def members(self, chat_id: int) -> tuple[Actor, ...]:
        """Who can be played in a chat; in a private chat only its own person."""
        group = self.group(chat_id)
        present = group.members if group else (chat_id,)
        return tuple(actor for actor in self.actors if actor.user_id in present)
