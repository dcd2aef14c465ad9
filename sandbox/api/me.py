"""getMe, logOut, close, and how a bot presents itself: commands, names, descriptions, menu button."""

import re
from typing import Any

from sandbox.api.ask import Ask
from sandbox.api.registry import method
from sandbox.errors import bad
from sandbox.json import Json
from sandbox.text.utf16 import units

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MOST_COMMANDS = 100
SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}
WORDS = (
    ("Name", "name", 64),
    ("Description", "description", 512),
    ("ShortDescription", "short_description", 120),
)


@method("getMe")
def get_me(ask: Ask) -> Json:
    return ask.bot.full_json()


@method("logOut")
def log_out(ask: Ask) -> bool:
    ask.bot.logged_out = True
    return True


@method("close")
def close(ask: Ask) -> bool:
    return True


@method("setMyCommands", "commands scope language_code")
def set_my_commands(ask: Ask) -> bool:
    commands = ask.object("commands", "commands")
    if not isinstance(commands, list):
        raise bad("can't parse commands: expected an Array of BotCommand")
    if len(commands) > MOST_COMMANDS:
        raise bad("can't set more than 100 commands: BOT_COMMANDS_TOO_MUCH")
    checked = [command_of(command) for command in commands]
    ask.bot.commands[scope_of(ask), language_of(ask)] = checked
    return True


@method("getMyCommands", "scope language_code")
def get_my_commands(ask: Ask) -> list[Json]:
    return ask.bot.commands.get((scope_of(ask), language_of(ask)), [])


@method("deleteMyCommands", "scope language_code")
def delete_my_commands(ask: Ask) -> bool:
    ask.bot.commands.pop((scope_of(ask), language_of(ask)), None)
    return True


def command_of(command: Any) -> Json:
    if not isinstance(command, dict):
        raise bad("can't parse BotCommand: expected an Object")
    name, description = str(command.get("command", "")).lstrip("/"), str(command.get("description", ""))
    if not COMMAND.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    if not 0 < units(description.strip()) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID" if description else "command description can't be empty")
    return {"command": name, "description": description.strip()}


def scope_of(ask: Ask) -> str:
    """One word for a BotCommandScope, with its chat and member."""
    scope = ask.object("scope", "BotCommandScope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind in SCOPES:
        return str(kind)
    if kind not in CHAT_SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    chat = ask.elsewhere(str(scope.get("chat_id", "")))
    return " ".join([str(kind), str(chat.id), str(scope.get("user_id", ""))]).strip()


def language_of(ask: Ask) -> str:
    language = ask.text("language_code")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad("invalid language code specified")
    return language


def declare(ending: str, param: str, limit: int) -> None:
    def set_words(ask: Ask) -> bool:
        if units(ask.text(param)) > limit:
            raise bad(f"bot {param.replace('_', ' ')} is too long")
        ask.bot.words[param, language_of(ask)] = ask.text(param)
        return True

    def get_words(ask: Ask) -> Json:
        default = ask.bot.first_name if param == "name" else ""
        general = ask.bot.words.get((param, ""), default)
        return {param: ask.bot.words.get((param, language_of(ask))) or general}

    method(f"setMy{ending}", f"{param} language_code")(set_words)
    method(f"getMy{ending}", "language_code")(get_words)


for _ending, _param, _limit in WORDS:
    declare(_ending, _param, _limit)


@method("setChatMenuButton", "chat_id menu_button")
def set_chat_menu_button(ask: Ask) -> bool:
    button = ask.object("menu_button", "MenuButton") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in {"default", "commands", "web_app"}:
        raise bad("can't parse menu button: Unsupported type specified")
    ask.bot.menu_buttons[private_chat(ask)] = button
    return True


@method("getChatMenuButton", "chat_id")
def get_chat_menu_button(ask: Ask) -> Json:
    buttons = ask.bot.menu_buttons
    return buttons.get(private_chat(ask)) or buttons.get(None) or {"type": "commands"}


def private_chat(ask: Ask) -> int | None:
    if "chat_id" not in ask:
        return None
    chat = ask.chat()
    if not chat.is_private:
        raise bad("chat not found")  # menu buttons live in private chats only
    return chat.id
