"""The only place through which bots put messages into chats: order of checks, replies, topics, limits."""

from sandbox.api import access
from sandbox.api.ask import Ask
from sandbox.api.keyboards import inline_keyboard
from sandbox.errors import bad
from sandbox.json import Json
from sandbox.limits import Flood
from sandbox.town import Bot, Town
from sandbox.town.chats import Chat


def post(ask: Ask, body: Json, permission: str) -> Json:
    """Puts one message into the chat of the call and shows it. `permission`: one of PERMISSIONS."""
    return post_all(ask, [body], permission)[0]


def post_all(ask: Ask, bodies: list[Json], permission: str) -> list[Json]:
    chat = ask.chat("write")
    access.check_may_send(chat, ask.bot, permission)
    reply_to = answered(ask, chat)
    thread = topic(ask, chat, reply_to)
    markup = inline_keyboard(ask.text("reply_markup"), private=chat.is_private)
    spend(ask.town, ask.bot, chat, len(bodies))
    extras = {**thread, **({"reply_markup": markup} if markup else {})}
    if ask.yes("protect_content"):
        extras["has_protected_content"] = True
    town = ask.town
    sender = ask.bot.json()
    return [town.show(town.post(chat, sender, {**body, **extras}, reply_to=reply_to)) for body in bodies]


def answered(ask: Ask, chat: Chat) -> int | None:
    """The message a call replies to, in either spelling of the Bot API."""
    asked = ask.object("reply_parameters") or {}
    if not isinstance(asked, dict):
        raise bad("can't parse reply parameters: Object expected")
    number = asked.get("message_id") or ask.number("reply_to_message_id")
    if not number:
        return None
    elsewhere = str(asked.get("chat_id", chat.id)) != str(chat.id)
    if not elsewhere and number in chat.messages:
        return int(number)
    if asked.get("allow_sending_without_reply") or ask.yes("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def topic(ask: Ask, chat: Chat, reply_to: int | None) -> Json:
    """Where in the chat it goes. Only a forum's topics may be named; General has no id."""
    number = ask.number("message_thread_id")
    if not number:
        return ask.town.threaded(chat, reply_to, None)
    if number not in chat.topics:
        raise bad("message thread not found")
    if number in chat.closed_topics and not chat.member(ask.bot.id).may("can_manage_topics"):
        raise bad("TOPIC_CLOSED")
    return {"message_thread_id": number, "is_topic_message": True}


def spend(town: Town, bot: Bot, chat: Chat, count: int = 1) -> None:
    """Counts messages, and edits, against the flood limits where the town enforces them."""
    if town.flood:
        town.floods.setdefault(bot.id, Flood()).send(chat.id, count, town.now())
