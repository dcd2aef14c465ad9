"""The only place that checks the buttons under a message."""

import re
from typing import Any

from sandbox.api.params import parsed
from sandbox.errors import bad
from sandbox.json import Json

MOST = 100
MOST_IN_A_ROW = 8
DATA_BYTES = 64
ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
ADDRESS = re.compile(r"(?:https?://|tg://|ton://)?[^\s/]+(?:/\S*)?", re.IGNORECASE)
OTHER_KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")


def inline_keyboard(given: str, *, private: bool, inline_only: bool = False) -> Json | None:
    """The message's reply_markup; None without buttons. Other kinds of keyboard are checked, not kept."""
    if not given:
        return None
    markup = parsed(given, "reply keyboard markup")
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if inline_only and any(kind in markup for kind in OTHER_KEYBOARDS):
            raise bad("inline keyboard expected")
        return None
    kept = [row for row in rows_of(markup["inline_keyboard"], private) if row]
    if sum(map(len, kept)) > MOST or any(len(row) > MOST_IN_A_ROW for row in kept):
        raise bad("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def rows_of(rows: Any, private: bool) -> list[list[Json]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('can\'t parse inline keyboard markup: Field "inline_keyboard" must be of type Array of Arrays')
    return [[checked(button, private) for button in row] for row in rows]


def checked(button: Any, private: bool) -> Json:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: Object expected")
    text, actions = button.get("text"), [action for action in ACTIONS if action in button]
    if not isinstance(text, str):
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad("can't parse inline keyboard button: Button text must be non-empty")
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    check_action(actions[0], button[actions[0]], private)
    return dict(button)


def check_action(action: str, value: Any, private: bool) -> None:
    match action:
        case "callback_data":
            if not isinstance(value, str) or not 0 < len(value.encode()) <= DATA_BYTES:
                raise bad("BUTTON_DATA_INVALID")
        case "url":
            host = str(value).partition("://")[2] or str(value)
            if not ADDRESS.fullmatch(str(value)) or ("." not in host and not str(value).startswith(("tg:", "ton:"))):
                raise bad(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
        case "web_app":
            if not private:
                raise bad("BUTTON_TYPE_INVALID")
            if not isinstance(value, dict) or not str(value.get("url", "")).startswith("https://"):
                raise bad(f"inline keyboard button Web App URL '{value}' is invalid: Only HTTPS links are allowed")
