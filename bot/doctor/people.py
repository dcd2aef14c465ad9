"""Looks at the register: who cannot be reached, and what nobody is responsible for."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta

from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, InvalidToken

from bot.doctor.finding import Finding, ill, well
from bot.shore import chat_id
from bot.wire import Line
from tracker.views import CommunityView, Somebody

AHEAD = timedelta(days=45)


def unknown(people: Sequence[Somebody]) -> Iterator[Finding]:
    """People of the community file whom nobody has met on Telegram."""
    for person in people:
        if not person.address:
            role = next((_spoken(role.kind, role.party or role.grid or role.point) for role in person.roles), "ROLE")
            yield ill(f"{person.name}: 还没加入 · has not joined", f"linliban invite {role} {person.name}")


async def reached(line: Line, username: str, people: Sequence[Somebody]) -> AsyncIterator[tuple[Somebody, Finding]]:
    """Whether the bot may write to each; asked without anybody seeing more than 「正在输入」."""
    for person in people:
        if person.address:
            yield person, await _may_write(line, username, person)


async def _may_write(line: Line, username: str, person: Somebody) -> Finding:
    try:
        await line.raw("getChat", chat_id=chat_id(person.address))
        with suppress(InvalidToken):  # a Bot API server that does not know this method
            await line.send_chat_action(chat_id(person.address), ChatAction.TYPING)
    except (BadRequest, Forbidden):
        return ill(
            f"{person.name}: 机器人发不了私信 · cannot be written to",
            f"请本人打开 https://t.me/{username} 按「开始」 · has to press Start there",
        )
    return well(f"{person.name}: 可以收到私信 · can be reached")


def coordinators(community: CommunityView, people: Sequence[Somebody], reachable: set[str]) -> Finding:
    """Somebody must hear of what is late (DESIGN promise 2)."""
    if not any(person.is_coordinator for person in people):
        return ill(f"{community.name}: 没有协调员 · no coordinator",
                   "linliban invite coordinator NAME")  # fmt: skip
    if not any(person.is_coordinator and person.address in reachable for person in people):
        return ill(f"{community.name}: 没有一个协调员联系得上 · no coordinator can be reached",
                   "至少一位协调员须私聊机器人按「开始」 · one of them has to press Start")  # fmt: skip
    return well(f"{community.name}: 有协调员 · has a coordinator")


def leads(community: CommunityView) -> Iterator[Finding]:
    """Categories for which nobody is responsible: their tickets wait for a coordinator."""
    for category in community.categories:
        if not category.lead:
            yield ill(f"分类「{category.name}」没有牵头方 · no party leads it",
                      f'在社区文件 [[category]] name = "{category.name}" 下写 lead = "…" · name one there')  # fmt: skip


def calendar(certain_until: date | None, today: date) -> Iterator[Finding]:
    """Whether the holidays known reach far enough to promise deadlines by."""
    if certain_until is None:
        return
    said = f"节假日已知到 · holidays known until {certain_until}"
    if certain_until >= today + AHEAD:
        yield well(said)
    else:
        yield ill(
            said, "升级程序,或在社区文件补 [[calendar.day]] 后 apply · upgrade, or add [[calendar.day]] and apply"
        )


def _spoken(kind: str, scope: str | None) -> str:
    return f"{kind}:{scope}" if scope else str(kind)
