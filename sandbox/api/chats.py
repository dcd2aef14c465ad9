"""getChat, getChatMember, getChatAdministrators, getChatMemberCount, leaveChat."""

from sandbox.api.ask import Ask
from sandbox.api.registry import method
from sandbox.errors import bad
from sandbox.json import Json
from sandbox.town.chats import PERMISSIONS, Member

NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


@method("getChat", "chat_id")
def get_chat(ask: Ask) -> Json:
    chat = ask.chat()
    shown = {**chat.json(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}
    if not chat.is_private:
        shown["permissions"] = {what: what not in chat.silenced for what in PERMISSIONS}
    pinned = [number for number in chat.pinned if number in chat.messages]
    if pinned:
        shown["pinned_message"] = ask.town.show(chat.messages[max(pinned)], with_reply=False)
    return shown


@method("getChatMember", "chat_id user_id")
def get_chat_member(ask: Ask) -> Json:
    chat = ask.chat()
    user = ask.town.users.get(ask.number("user_id"))
    if user is None:
        raise bad("invalid user_id specified" if not ask.number("user_id") else "user not found")
    return chat.member(user.id).json(user.json())


@method("getChatAdministrators", "chat_id return_bots")
def get_chat_administrators(ask: Ask) -> list[Json]:
    chat = ask.chat()
    if chat.is_private:
        raise bad("there are no administrators in the private chat")
    in_charge = [member for member in chat.members.values() if member.in_charge]
    people = [(member, ask.town.user(member.user_id)) for member in in_charge]
    return [member.json(user.json()) for member, user in people if not user.is_bot or user is ask.bot]


@method("getChatMemberCount", "chat_id")
def get_chat_member_count(ask: Ask) -> int:
    return len(ask.chat().present())


@method("leaveChat", "chat_id")
def leave_chat(ask: Ask) -> bool:
    chat = ask.chat()
    if chat.is_private:
        raise bad("chat member status can't be changed in private chats")
    ask.town.service(chat, ask.bot.json(), left_chat_member=ask.bot.json())
    ask.town.set_member(chat, Member(ask.bot.id, "left"), by=ask.bot.id)
    return True
