"""pinChatMessage, unpinChatMessage, unpinAllChatMessages: in groups with an administrator's right."""

from sandbox.api import access
from sandbox.api.ask import Ask
from sandbox.api.registry import method
from sandbox.errors import bad
from sandbox.town.chats import Chat

NO_RIGHT = "not enough rights to manage pinned messages in the chat"


@method("pinChatMessage", "chat_id message_id disable_notification business_connection_id")
def pin_chat_message(ask: Ask) -> bool:
    chat = pinboard(ask)
    message = ask.message(chat, "message to pin not found")
    if message.is_service:
        raise bad("message can't be pinned")
    if message.id in chat.pinned:
        return True
    chat.pinned.append(message.id)
    ask.town.service(chat, ask.bot.json(), pinned_message=ask.town.show(message, with_reply=False))
    return True


@method("unpinChatMessage", "chat_id message_id business_connection_id")
def unpin_chat_message(ask: Ask) -> bool:
    """Without a message, the newest pinned one."""
    chat = pinboard(ask)
    number = ask.number("message_id") or max(chat.pinned, default=0)
    if number not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(number)
    ask.town.changed.ring()
    return True


@method("unpinAllChatMessages", "chat_id")
def unpin_all_chat_messages(ask: Ask) -> bool:
    pinboard(ask).pinned.clear()
    ask.town.changed.ring()
    return True


def pinboard(ask: Ask) -> Chat:
    chat = ask.chat("write")
    access.check_right(chat, ask.bot, "can_pin_messages", NO_RIGHT)
    return chat
