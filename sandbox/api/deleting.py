"""deleteMessage, deleteMessages: own messages of the last 48 hours; others' with an administrator's right."""

from datetime import timedelta

from sandbox.api.ask import Ask
from sandbox.api.registry import method
from sandbox.errors import bad
from sandbox.town.chats import Message

DELETABLE = timedelta(hours=48)
MOST = 100


@method("deleteMessage", "chat_id message_id")
def delete_message(ask: Ask) -> bool:
    message = ask.message(ask.chat("edit"), "message to delete not found")
    if words := objection(ask, message):
        raise bad(words)
    ask.town.remove(message)
    return True


@method("deleteMessages", "chat_id message_ids")
def delete_messages(ask: Ask) -> bool:
    """Ids that are not there are passed over; one that may not go keeps them all."""
    chat, numbers = ask.chat("edit"), ask.object("message_ids", "message_ids")
    if not isinstance(numbers, list) or not numbers:
        raise bad("message identifiers are not specified")
    if len(numbers) > MOST:
        raise bad("too many message identifiers specified")
    found = [chat.messages[number] for number in dict.fromkeys(numbers) if number in chat.messages]
    if words := next(filter(None, (objection(ask, message) for message in found)), None):
        raise bad(words)
    for message in found:
        ask.town.remove(message)
    return True


def objection(ask: Ask, message: Message) -> str | None:
    """Why the bot may not take this message away."""
    chat = message.chat
    if chat.member(ask.bot.id).may("can_delete_messages"):
        return None
    if message.author != ask.bot.id and not chat.is_private:
        return "message can't be deleted"
    old = ask.town.stamp() - message.body["date"] > DELETABLE.total_seconds()
    return "message can't be deleted for everyone" if old else None
