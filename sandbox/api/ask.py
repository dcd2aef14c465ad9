"""The only place that reads one call: its parameters, and the chat or message it speaks of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.api import access
from sandbox.api.params import Sent, Upload, parsed, truth, whole
from sandbox.errors import bad
from sandbox.json import Json
from sandbox.text.rich import CAPTION_LIMIT, TEXT_LIMIT, Rich, compose
from sandbox.town import Bot, Town
from sandbox.town.chats import Chat, Message


@dataclass
class Ask:
    town: Town
    bot: Bot
    sent: Sent
    closing: Callable[[], bool] = lambda: False  # the server is shutting down
    notes: list[str] = field(default_factory=list)  # what the real server overlooks in silence

    def __contains__(self, name: str) -> bool:
        return name in self.sent.fields

    def text(self, name: str, default: str = "") -> str:
        return self.sent.fields.get(name, default)

    def number(self, name: str, default: int = 0) -> int:
        """A whole number; something else counts as not given, as on the server."""
        value = whole(self.text(name))
        return default if value is None else value

    def yes(self, name: str, default: bool = False) -> bool:
        return truth(self.sent.fields[name]) if name in self else default

    def fraction(self, name: str) -> float:
        try:
            return float(self.text(name))
        except ValueError:
            raise bad(f"{name} is empty" if not self.text(name) else f"wrong {name} specified") from None

    def object(self, name: str, what: str | None = None) -> Any:
        """A parameter that is JSON; None when it is not there."""
        value = self.text(name)
        return parsed(value, what or name) if value else None

    def upload(self, name: str) -> Upload | None:
        """A file sent in the field itself, or named there as attach://part."""
        value = self.text(name)
        return self.sent.files.get(value.removeprefix("attach://") if value.startswith("attach://") else name)

    # where

    def chat(self, right: str = "read", name: str = "chat_id") -> Chat:
        """The chat a call names, if the bot may do there what it wants: read, edit or write."""
        chat = access.find(self.town, self.bot, self.text(name))
        access.check(chat, self.town, self.bot, right)
        return chat

    def elsewhere(self, named: str) -> Chat:
        """A chat named inside an object; the bot must know it."""
        return access.find(self.town, self.bot, named)

    def message(self, chat: Chat, missing: str) -> Message:
        """The message a call names; `missing` is what Telegram says when there is none."""
        number = self.number("message_id")
        if number <= 0:
            raise bad("message identifier is not specified" if not number else "invalid message identifier specified")
        if number not in chat.messages:
            raise bad(missing)
        return chat.messages[number]

    # what

    def rich_text(self) -> Rich:
        rich = self._compose("text", "entities", TEXT_LIMIT)
        if not rich.text:
            raise bad("message text is empty")
        return rich

    def rich_caption(self) -> Rich:
        return self._compose("caption", "caption_entities", CAPTION_LIMIT)

    def _compose(self, name: str, entities: str, limit: int) -> Rich:
        given = self.object(entities, "entities")
        return compose(self.text(name), self.text("parse_mode"), given, limit=limit, user=self.person)

    def person(self, user_id: int) -> Json | None:
        user = self.town.users.get(user_id)
        return user.json() if user else None
