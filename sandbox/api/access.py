"""The only place that decides whether a bot may act in a chat, with Telegram's words when it may not."""

from sandbox.errors import bad, forbidden, upgraded
from sandbox.town import Bot, Town
from sandbox.town.chats import Chat


def find(town: Town, bot: Bot, named: str) -> Chat:
    """The chat of a chat_id: a group the bot has met, or a person who exists."""
    if not named:
        raise bad("chat_id is empty")
    if not named.lstrip("-").isdecimal():
        raise bad("chat not found")
    number = int(named)
    if number in town.groups and bot.id in town.groups[number].members:
        return town.groups[number]
    person = town.users.get(number)
    if person is None or number == bot.id:
        raise bad("chat not found")
    return town.room(bot, number)


def check(chat: Chat, town: Town, bot: Bot, right: str) -> None:
    """`right`: "read", "edit" (old messages of an upgraded group too) or "write"."""
    if chat.is_private:
        check_private(chat, town, right)
    else:
        check_group(chat, bot, right)


def check_private(chat: Chat, town: Town, right: str) -> None:
    person = town.user(chat.id)
    if right == "read":
        if not chat.started:
            raise bad("chat not found")
        return
    if person.deactivated:
        raise forbidden("user is deactivated")
    if person.is_bot:
        raise forbidden("bot can't send messages to bots")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")


def check_group(chat: Chat, bot: Bot, right: str) -> None:
    if right == "write" and chat.upgraded_to:
        raise upgraded(chat.upgraded_to)
    standing = chat.member(bot.id)
    if standing.status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if not standing.present:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")


def check_may_send(chat: Chat, bot: Bot, permission: str) -> None:
    """`permission`: one of PERMISSIONS. Administrators are never silenced."""
    member = chat.member(bot.id)
    silenced = member.status == "restricted" or {permission, "can_send_messages"} & chat.silenced
    if not chat.is_private and silenced and not member.in_charge:
        what = permission.removeprefix("can_send_").replace("_", " ").replace("messages", "text messages")
        raise bad(f"not enough rights to send {what} to the chat")


def check_right(chat: Chat, bot: Bot, right: str, words: str) -> None:
    """An administrator's right in a group; in a private chat everything is allowed."""
    if not chat.is_private and not chat.member(bot.id).may(right):
        raise bad(words)
