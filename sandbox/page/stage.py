"""The only place that remembers what the page shows: each phone's chat and person, and what it was last told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.page.words import Words
from sandbox.scene import Actor, Phone, Scene
from sandbox.town import Press, Town


class Cannot(Exception):
    """Something a person wanted and cannot have; `key` names the sentence in words.toml, `fields` fill its blanks."""

    def __init__(self, key: str, **fields: Any) -> None:
        super().__init__(key)
        self.key = key
        self.fields = fields


@dataclass
class Screen:
    """What one phone shows now. `notice` is the bot's answer to its last press, or why something failed."""

    number: int
    phone: Phone
    chat_id: int
    as_user: int
    notice: Press | Cannot | None = None

    @property
    def is_private(self) -> bool:
        return self.chat_id > 0


class Stage:
    """The town, the scene, and what is on the three phones."""

    def __init__(self, town: Town, scene: Scene) -> None:
        self.town = town
        self.scene = scene
        self.zone = ZoneInfo(scene.clock.timezone)
        self.screens = [Screen(n, phone, phone.chat_id, phone.as_user) for n, phone in enumerate(scene.phones)]
        self.clock_notice: Cannot | None = None

    def now(self) -> datetime:
        """The turned clock, in the community's time zone."""
        return self.scene.clock.now().astimezone(self.zone)

    def local(self, unix: int) -> datetime:
        return datetime.fromtimestamp(unix, self.zone)

    def chat_name(self, chat_id: int, w: Words) -> str:
        """What a chat is called in lists of chats."""
        group = self.scene.group(chat_id)
        return group.title if group else str(w["private"]).format(name=self.scene.actor(chat_id).name)

    def people(self, screen: Screen) -> tuple[Actor, ...]:
        return self.scene.members(screen.chat_id)

    def show(self, screen: Screen, chat_id: int, as_user: int | None = None) -> None:
        """Turns a phone to a chat, as somebody who is in it; raises Cannot where the phone does not reach."""
        people = [actor.user_id for actor in self.scene.members(chat_id)]
        if chat_id not in screen.phone.reach or not people:
            raise Cannot("no_chat")
        if as_user not in people:
            as_user = next((user for user in (screen.as_user, screen.phone.as_user) if user in people), people[0])
        if (chat_id, as_user) != (screen.chat_id, screen.as_user):
            screen.chat_id, screen.as_user, screen.notice = chat_id, as_user, None

    def screen_for(self, chat_id: int, user: int = 0) -> Screen:
        """The phone on which a chat is looked at, its owner's own if there is one."""
        part = self.scene.actor(user).part if user else None
        within = [screen for screen in self.screens if chat_id in screen.phone.reach]
        return next((screen for screen in within if screen.phone.part == part), within[0])

    @contextmanager
    def answering(self, screen: Screen) -> Iterator[None]:
        """What cannot be done inside is told on that phone; whatever happens, the page looks again."""
        screen.notice = None
        try:
            yield
        except Cannot as cannot:
            screen.notice = cannot
        finally:
            self.town.changed.ring()
