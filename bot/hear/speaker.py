"""The only place that tells who spoke, and whether a person stands behind it."""

from telegram import Chat, User

from bot.hear import plain
from bot.hear.heard import Speaker
from tracker.desk import Unparsable

ANONYMOUS_ADMIN, AS_A_CHANNEL, TELEGRAM = 1087968824, 136817688, 777000
MASKS = {ANONYMOUS_ADMIN, AS_A_CHANNEL, TELEGRAM}  # Telegram's own accounts, shared by everybody who hides


def is_another_bot(user: User | None) -> bool:
    """A program, and none of Telegram's own masks."""
    return user is not None and user.id not in MASKS and bool(user.is_bot)


def speaker(user: User | None, sender_chat: Chat | None = None) -> Speaker:
    """Raises Unparsable where nobody is named."""
    if sender_chat is not None:
        return _chat(user, sender_chat)
    if user is None:
        raise Unparsable("nobody is named as the sender")
    number = plain.number(user.id, "the sender's id")
    username = plain.text_or_none(user.username, "the sender's username")
    return Speaker(
        address=plain.address(number),
        name=_name(user) or plain.name(username or ""),
        username=username,
        language=plain.text_or_none(user.language_code, "the sender's language"),
        is_person=number not in MASKS and not user.is_bot,
    )


def _name(user: User) -> str:
    first = plain.text(user.first_name, "the sender's first name")
    last = plain.text_or_none(user.last_name, "the sender's last name")
    return plain.name(f"{first} {last or ''}")


def _chat(user: User | None, chat: Chat) -> Speaker:
    """A channel or an anonymous administrator. Nothing can be sent to the address of Telegram's mask."""
    number = plain.number(user.id if user else chat.id, "the sender's id")
    title = plain.text_or_none(chat.title, "the sending chat's title") or ""
    return Speaker(plain.address(number), plain.name(title), None, None, is_person=False)
