"""The only door for an update: which of its kinds concern us, and what they say."""

import re
from typing import Any

from telegram import CallbackQuery, Message

from bot.hear import plain
from bot.hear.heard import Heard, Pressed
from bot.hear.membership import heard_membership
from bot.hear.message import heard_message
from bot.hear.speaker import speaker
from tracker.desk import Unparsable

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")

# Only what we read is parsed: a field that changes its shape one day must not cost a neighbour his report.
READ = {
    "message_id", "message_thread_id", "is_topic_message", "date", "chat", "from", "sender_chat", "text",
    "caption", "entities", "caption_entities", "photo", "document", "voice", "video_note", "media_group_id",
    "reply_to_message", "forward_origin", "forward_date", "is_automatic_forward", "forum_topic_created",
    "migrate_to_chat_id", "migrate_from_chat_id",
}  # fmt: skip
POINTED_AT = {"message_id", "date", "chat"}  # of the message under a pressed button


def hear(raw: Any, *, bot_id: int, username: str) -> Heard | None:
    """What an update as Telegram sends it says to us; None where it is nothing for us.

    Raises Unparsable, whose reason holds no word that anybody wrote.
    """
    if not isinstance(raw, dict):
        raise Unparsable("the update is no object")
    kind = next((kind for kind in KINDS if raw.get(kind) is not None), None)
    if kind is None:
        return None
    try:
        return _heard(kind, raw[kind], bot_id, username)
    except Unparsable as error:
        raise Unparsable(f"{kind}: {error}") from None
    except Exception as error:  # whatever garbage makes the parser stumble over
        raise Unparsable(f"{kind}: {_without_words(error)}") from None


def _heard(kind: str, body: Any, bot_id: int, username: str) -> Heard | None:
    if not isinstance(body, dict):
        raise Unparsable("is no object")
    match kind:
        case "callback_query":
            return _pressed(CallbackQuery.de_json(_with_pointer(body), None))
        case "my_chat_member":
            return heard_membership(body)
    message = Message.de_json(_only(READ, body, inner="reply_to_message"), None)
    return heard_message(message, edited=kind == "edited_message", bot_id=bot_id, username=username)


def _with_pointer(query: dict[str, Any]) -> dict[str, Any]:
    if query.get("message") is None:
        return query
    return query | {"message": _only(POINTED_AT, query["message"])}


def _only(fields: set[str], message: Any, inner: str = "") -> dict[str, Any]:
    if not isinstance(message, dict):
        raise Unparsable("the message is no object")
    kept = {key: value for key, value in message.items() if key in fields and key != inner}
    if message.get(inner) is not None:
        kept[inner] = _only(fields - {inner}, message[inner])
    return kept


def _without_words(error: Exception) -> str:
    """Which field is missing, or the kind of error alone: what the parser quotes may be somebody's words."""
    missing = re.search(r"(\w+)\.__init__\(\) missing .*$", str(error))
    return missing[0] if missing else f"cannot be read ({type(error).__name__})"


def _pressed(query: CallbackQuery) -> Pressed:
    message = query.message
    return Pressed(
        callback=plain.text(query.id, "the callback's id"),
        by=speaker(query.from_user),
        place=plain.address(plain.number(message.chat.id, "the chat's id")) if message else None,
        message=plain.number(message.message_id, "the message's id") if message else None,
        data=plain.text_or_none(query.data, "the callback's data") or "",
        accessible=message is not None and message.is_accessible,
    )
