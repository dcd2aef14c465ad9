"""The only place that reads what became of our own membership in a chat."""

from typing import Any

from telegram import Chat, ChatMember, User

from bot.hear import plain
from bot.hear.heard import Blocked, Joined, Left, Unblocked
from bot.hear.speaker import speaker
from tracker.desk import Unparsable


def heard_membership(change: dict[str, Any]) -> Joined | Left | Blocked | Unblocked | None:
    """In a private chat Telegram tells only of blocking and unblocking.

    The members are read raw: python-telegram-bot wants every right of today named, which servers of yesterday omit.
    """
    chat = Chat.de_json(change["chat"], None)
    place = plain.address(plain.number(chat.id, "the chat's id"))
    present = _is_in(change["new_chat_member"])
    match chat.type:
        case Chat.PRIVATE:
            return Unblocked(place) if present else Blocked(place)
        case Chat.GROUP | Chat.SUPERGROUP:
            return _joined(change, chat, place) if present else Left(place)
    return None


def _joined(change: dict[str, Any], chat: Chat, place: str) -> Joined:
    in_charge = change["new_chat_member"]["status"] in (ChatMember.ADMINISTRATOR, ChatMember.OWNER)
    return Joined(
        place=place,
        title=plain.title(chat.title),
        by=speaker(User.de_json(change["from"], None)),
        rights="administrator" if in_charge else "member",
        kind="group" if chat.type == Chat.GROUP else "supergroup",
        fresh=not _is_in(change["old_chat_member"]),
    )


def _is_in(member: dict[str, Any]) -> bool:
    match member["status"]:
        case ChatMember.RESTRICTED:
            return bool(member.get("is_member"))
        case ChatMember.OWNER | ChatMember.ADMINISTRATOR | ChatMember.MEMBER:
            return True
        case ChatMember.LEFT | ChatMember.BANNED:
            return False
    raise Unparsable("our status is unknown")
