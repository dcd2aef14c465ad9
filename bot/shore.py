"""Where Telegram's errors come ashore: the only place that turns them into outcomes of ours."""

import re
from datetime import timedelta
from pathlib import Path
from traceback import extract_tb

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from tracker.outcomes import Gone, Moved, NotSent, Outcome, Refused, TooFast, Unasked, Unknown

NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Causes that prove the request did not reach Telegram; after any other it may have arrived."""

_GONE = {
    "can't initiate conversation": "never_started",
    "blocked by the user": "blocked",
    "user is deactivated": "deactivated",
    "kicked from": "kicked",
    "not a member of": "kicked",
    "have no rights to send": "kicked",
    "not enough rights to send text": "kicked",
    "chat_write_forbidden": "kicked",
    "chat not found": "not_found",
    "user not found": "not_found",
    "peer_id_invalid": "not_found",
    "chat was deleted": "not_found",
    "group is deactivated": "not_found",
    "chat was deactivated": "not_found",
}
"""Telegram's own words (tdlib/telegram-bot-api, Client.cpp), and ours for who is not there to hear."""

_FOREIGN = re.compile(r'\. |["<]|[^\x20-\x7e]|\d{5}')  # behind these stand a server's page or somebody's words
_NOT_MODIFIED = "message is not modified"
_CARD_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_BAD_HTML = ("can't parse entities", "can't parse message text", "can't find end")
_NO_THREAD = ("message thread not found", "topic_closed", "topic_deleted", "topic_not_found")
_WRONG_KIND = ("there is no text in the message", "there is no caption in the message")
_NO_REPLY = ("message to be replied not found", "replied message not found", "message to reply not found")
_NO_PHOTO = (
    "wrong file identifier",
    "wrong remote file",
    "wrong type of the web page content",
    "can't use file of type",
    "not enough rights to send photos",
    "not enough rights to send documents",
    "photo_invalid",
    "file reference",
    "file_reference",
)


class NotAnyMore(Exception):
    """What was to be asked of Telegram is not ours to ask any more; it has heard nothing of it (bot/wire.py)."""


def outcome_of(error: Exception) -> Outcome:
    """What a failed send means (docs/decisions/0002); an unforeseen error may have arrived."""
    match error:
        case RetryAfter():
            return TooFast(seconds_of(error))
        case ChatMigrated():
            return Moved(address(error.new_chat_id))
        case InvalidToken() | Conflict():  # 401, 404 and 409: refused before Telegram looked at the message
            return NotSent(why(error))
        case Forbidden():
            return Gone(_gone(error) or "kicked")
        case BadRequest():  # before NetworkError: BadRequest is one of its kind
            gone = _gone(error)
            return Gone(gone) if gone else Refused(why(error))
        case NetworkError():
            return _network(error)
        case _:  # a 200 that holds no answer comes as KeyError; our own limit as TimeoutError
            return Unknown(why(error))


def _network(error: NetworkError) -> Outcome:
    said = error.message.lower()
    if said.startswith("too many requests"):  # a 429 without parameters
        digits = re.search(r"retry after (\d+)", said)
        return TooFast(float(digits[1]) if digits else 1.0)
    if isinstance(error.__cause__, NotAnyMore):
        return Unasked("another machine speaks")
    if isinstance(error.__cause__, NEVER_LEFT):
        return NotSent(why(error))
    if "entity too large" in said:
        return Refused(why(error))
    return Unknown(why(error))


def seconds_of(error: RetryAfter) -> float:
    wait: timedelta | int | float = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def why(error: BaseException) -> str:
    """An error in a few words for logs and tables: never people's words nor a server's error page."""
    if isinstance(error.__cause__, httpx.HTTPError):
        return type(error.__cause__).__name__
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, TelegramError):
        return f"{type(error).__name__}: {_FOREIGN.split(error.message)[0][:120].strip()}"
    frames = extract_tb(error.__traceback__)
    at = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{at}"  # without its message, which may quote anything


def is_not_modified(error: Exception) -> bool:
    """The card says already what it should say."""
    return _says(error, (_NOT_MODIFIED,))


def is_card_gone(error: Exception) -> bool:
    """The message to edit is not there, or not ours."""
    return _says(error, _CARD_GONE)


def is_wrong_kind(error: Exception) -> bool:
    """A caption was to be edited where there is a text, or a text where there is a caption."""
    return _says(error, _WRONG_KIND)


def is_bad_html(error: Exception) -> bool:
    return _says(error, _BAD_HTML)


def is_no_thread(error: Exception) -> bool:
    return _says(error, _NO_THREAD)


def is_no_reply(error: Exception) -> bool:
    return _says(error, _NO_REPLY)


def is_no_photo(error: Exception) -> bool:
    return _says(error, _NO_PHOTO)


def address(chat_id: int) -> str:
    return f"telegram:{chat_id}"


def chat_id(address: str) -> int:
    """The chat behind an address of ours; ValueError for anything else."""
    platform, _, number = address.partition(":")
    if platform != "telegram":
        raise ValueError(f"{platform} is not Telegram")
    return int(number)


def _gone(error: TelegramError) -> str | None:
    said = error.message.lower()
    return next((ours for words, ours in _GONE.items() if words in said), None)


def _says(error: Exception, words: tuple[str, ...]) -> bool:
    return isinstance(error, BadRequest) and any(each in error.message.lower() for each in words)
