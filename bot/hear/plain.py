"""The only place that checks single values: python-telegram-bot passes on a number for a text unasked."""

import re
import unicodedata
from typing import Any

from tracker.desk import Unparsable

NAME_LENGTH = 64  # characters: Telegram's longest first name
TITLE_LENGTH = 128  # Telegram's longest group title

INVISIBLE = {"Cc", "Cf", "Cs"}  # controls, zero-width and direction marks, broken halves
BLANK = re.compile(r"[\s\u115f\u1160\u2800\u3164\uffa0]+")  # with the letters that look like nothing


def number(value: Any, what: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    raise Unparsable(f"{what} is no number")


def text(value: Any, what: str) -> str:
    """A text that any database takes: without NUL, and without half a surrogate pair."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    raise Unparsable(f"{what} is no text")


def text_or_none(value: Any, what: str) -> str | None:
    return None if value is None else text(value, what)


def name(value: str, length: int = NAME_LENGTH) -> str:
    """A name fit for a line of ours: nothing invisible, nothing that turns the line around, not too long."""
    seen = "".join(c for c in BLANK.sub(" ", value) if unicodedata.category(c) not in INVISIBLE)
    return seen.strip()[:length].rstrip()


def title(value: Any) -> str:
    """A chat's title; a private chat has none."""
    return name(text_or_none(value, "the chat's title") or "", TITLE_LENGTH)


def address(chat_id: int) -> str:
    return f"telegram:{chat_id}"
