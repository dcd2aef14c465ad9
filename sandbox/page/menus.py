"""The only place that knows which of the bot's command menus a person sees in a chat: Telegram's order of scopes."""

from collections.abc import Iterator

from sandbox.json import Json
from sandbox.page.stage import Screen, Stage


def commands(stage: Stage, screen: Screen) -> list[tuple[str, str]]:
    """What a tap on each command would send, and its description. In groups the bot's name is added, as apps do."""
    bot = stage.town.bot()
    suffix = "" if screen.is_private else f"@{bot.username}"
    return [(f"/{command['command']}{suffix}", command["description"]) for command in _menu(stage, screen)]


def _menu(stage: Stage, screen: Screen) -> list[Json]:
    """The first menu found, from the narrowest scope to the widest; a person's own language goes before the rest."""
    menus = stage.town.bot().commands
    language = stage.town.user(screen.as_user).language_code or ""
    for scope in _scopes(stage, screen):
        for spoken in (language, ""):
            if menu := menus.get((scope, spoken)):
                return menu
    return []


def _scopes(stage: Stage, screen: Screen) -> Iterator[str]:
    chat, user = screen.chat_id, screen.as_user
    in_charge = not screen.is_private and stage.town.chat(chat).member(user).in_charge
    if not screen.is_private:
        yield f"chat_member {chat} {user}"
    if in_charge:
        yield f"chat_administrators {chat}"
    yield f"chat {chat}"
    if in_charge:
        yield "all_chat_administrators"
    yield "all_private_chats" if screen.is_private else "all_group_chats"
    yield "default"
