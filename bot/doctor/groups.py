"""Looks at the groups: which are bound to a chat, whether we are in them and hear what is said."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from telegram import ChatMember, User
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.doctor.finding import Finding, ill, well
from bot.shore import chat_id
from bot.wire import Line
from tracker.views import CommunityView, PlaceView

GROUPS = {"residents", "work", "hall"}
OUT = (ChatMember.LEFT, ChatMember.BANNED)


def unbound(community: CommunityView, places: list[PlaceView]) -> Iterator[Finding]:
    """Groups of the community file that no chat belongs to yet."""
    bound = {place.name for place in places if place.community == community.id}
    for name in community.groups:
        if name not in bound:
            yield ill(
                f"{name}: 还没绑定 · not bound to a chat", f"协调员在群里发 /bind {name} · a coordinator says so there"
            )


async def present(line: Line, me: User, place: PlaceView) -> AsyncIterator[Finding]:
    """Whether we are in a bound group, may speak there, and hear what residents say."""
    member = await _our_part(line, me, place)
    if isinstance(member, Finding):
        yield member
    elif member["status"] == ChatMember.RESTRICTED and not member.get("can_send_messages"):
        yield ill(f"{place.name}: 机器人被禁言 · may not write there", "解除对机器人的限制 · lift the restriction")
    elif place.kind == "residents" and not _hears(me, member):
        yield ill(
            f"{place.name}: 听不到普通消息 · does not hear what residents write",
            "设为群管理员;或 @BotFather /setprivacy → Disable 后移出再请回"
            " · make it an administrator; or turn privacy off, remove it and bring it back",
        )
    else:
        yield well(f"{place.name}: 在群里,听得到 · is there and hears")


async def _our_part(line: Line, me: User, place: PlaceView) -> dict[str, Any] | Finding:
    """The member is read raw: python-telegram-bot wants every right of today named, which other servers omit."""
    try:
        member: dict[str, Any] = await line.raw("getChatMember", chat_id=chat_id(place.address), user_id=me.id)
    except ChatMigrated:
        cure = "在群里随便发一句话,机器人就会跟过去 · write anything there and the bot follows"
        return ill(f"{place.name}: 已升级为超级群 · has become a supergroup", cure)
    except (BadRequest, Forbidden):
        return _gone(place)
    in_it = member.get("is_member") if member["status"] == ChatMember.RESTRICTED else member["status"] not in OUT
    return member if in_it else _gone(place)


def _gone(place: PlaceView) -> Finding:
    return ill(f"{place.name}: 机器人不在群里 · the bot is not in it", "把机器人请进群 · add the bot to the group")


def _hears(me: User, member: dict[str, Any]) -> bool:
    """Privacy mode is off, or we are an administrator (core.telegram.org/bots/faq: privacy mode)."""
    return bool(me.can_read_all_group_messages) or member["status"] in (ChatMember.ADMINISTRATOR, ChatMember.OWNER)
