"""The only place for who lives in the town: people, bots, and Telegram's own masks for the anonymous."""

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.json import Json
from sandbox.town.updates import Queue

GROUP_ANONYMOUS_BOT: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
TELEGRAM: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
CHANNEL_BOT: Json = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}


@dataclass
class User:
    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    deactivated: bool = False

    def json(self) -> Json:
        known = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        shown = {name: value for name, value in known.items() if value}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **shown}


@dataclass
class Webhook:
    """Where Telegram delivers a bot's updates to, and what became of the last try (unix seconds)."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    last_error: str | None = None
    last_error_date: int | None = None
    gone_since: datetime | None = None  # the first of the 410s that it answers


@dataclass
class Bot(User):
    token: str = ""
    reads_all: bool = False  # privacy mode off
    queue: Queue = field(default_factory=Queue)
    webhook: Webhook | None = None
    poll: int = 0  # number of the getUpdates call that may wait now; an older one is told of a conflict
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)  # (scope, language)
    words: dict[tuple[str, str], str] = field(default_factory=dict)  # (name|description|…, language)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)
    logged_out: bool = False

    def full_json(self) -> Json:
        """As getMe shows it."""
        return {
            **self.json(),
            "can_join_groups": True,
            "can_read_all_group_messages": self.reads_all,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }
