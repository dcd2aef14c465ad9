"""The only place that reads a message: what was said, where, with which pictures, in answer to what."""

from telegram import Chat, Document, Message, PhotoSize

from bot.hear import plain
from bot.hear.heard import Migrated, Replied, Said, Speaker
from bot.hear.speaker import is_another_bot, speaker
from bot.hear.words import command, mentions
from tracker.views import File


def heard_message(message: Message, *, edited: bool, bot_id: int, username: str) -> Said | Migrated | None:
    """None for what no neighbour said to us: bots, service messages, stickers without a word."""
    place = plain.address(plain.number(message.chat.id, "the chat's id"))
    if moved := _migrated(message, place):
        return moved
    if message.chat.type == Chat.CHANNEL or is_another_bot(message.from_user):
        return None
    text, files, has_voice = _text(message), _files(message), bool(message.voice or message.video_note)
    if not (text or files or has_voice):
        return None
    forwarded = _forwarded(message)
    return Said(
        place=place,
        private=message.chat.type == Chat.PRIVATE,
        title=plain.title(message.chat.title),
        message=plain.number(message.message_id, "the message's id"),
        at=message.date,
        by=speaker(message.from_user, message.sender_chat),
        text=text,
        files=files,
        album=_album(message),
        reply=_reply(message, bot_id),
        forwarded=forwarded,
        command=None if forwarded else command(text, username),  # who passes an order on does not give it
        topic=_topic(message),
        mentions_us=mentions(text, message.entities or message.caption_entities, bot_id=bot_id, username=username),
        has_voice=has_voice,
        edited=edited,
    )


def _migrated(message: Message, place: str) -> Migrated | None:
    to, since = message.migrate_to_chat_id, message.migrate_from_chat_id
    if to is not None:
        return Migrated(old=place, new=plain.address(plain.number(to, "migrate_to_chat_id")))
    if since is not None:
        return Migrated(old=plain.address(plain.number(since, "migrate_from_chat_id")), new=place)
    return None


def _text(message: Message) -> str:
    return plain.text_or_none(message.text, "the text") or plain.text_or_none(message.caption, "the caption") or ""


def _album(message: Message) -> str | None:
    return plain.text_or_none(message.media_group_id, "the album's id")


def _topic(message: Message) -> int | None:
    """In a group without topics the same field only numbers a chain of replies, and sending it back fails."""
    if not message.is_topic_message or message.message_thread_id is None:
        return None
    return plain.number(message.message_thread_id, "the topic's id")


def _forwarded(message: Message) -> bool:
    return bool(message.forward_origin or message.is_automatic_forward or "forward_date" in message.api_kwargs)


def _files(message: Message) -> tuple[File, ...]:
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return (_file(largest, "photo", message),)
    if message.document and (message.document.mime_type or "").startswith("image/"):
        return (_file(message.document, "document", message),)
    return ()


def _file(file: PhotoSize | Document, kind: str, message: Message) -> File:
    ref = plain.text(file.file_id, "the file's id")
    unique = plain.text(file.file_unique_id, "the file's unique id")
    return File(ref, unique, kind, plain.number(message.message_id, "the message's id"))


def _reply(message: Message, bot_id: int) -> Replied | None:
    answered = message.reply_to_message
    # Everything in a topic "answers" the service message that opened it.
    if answered is None or answered.forum_topic_created is not None:
        return None
    return Replied(
        message=plain.number(answered.message_id, "the answered message's id"),
        by=_author(answered),
        by_us=answered.from_user is not None and answered.from_user.id == bot_id,
        text=_text(answered),
        files=_files(answered),
        at=answered.date if answered.is_accessible else None,
        forwarded=_forwarded(answered),
        album=_album(answered),
    )


def _author(message: Message) -> Speaker | None:
    if message.from_user is None and message.sender_chat is None:
        return None
    return speaker(message.from_user, message.sender_chat)
