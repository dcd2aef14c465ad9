"""Coordinators who could not be told of an alarm are told when they come: once, and of what still concerns somebody."""

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.world import Chat, Person, World, played, text_of
from tracker import clocks
from tracker.desk import Visit

TWO = """
[community]
name = "幸福里"
prefix = "XF"
[[group]]
name = "幸福里居民群"
kind = "residents"
chat_id = -1001000000077
[[party]]
name = "幸福物业"
kind = "property"
[[person]]
name = "马主任"
user_id = 3001
roles = ["coordinator"]
[[person]]
name = "钱主任"
{who}
roles = ["coordinator"]
"""
WRONG, AHEAD, LATE, DEAF = "时钟不准", "往回跳过", "没有跟着更新", "听不到大家的话"


def rings(world: World, code: str, key: str = "1", **data: Any) -> None:
    world.desk.tell_coordinators(code, key, **data)


def heard(phone: Chat, *words: str) -> list[int]:
    """How often each was read on this phone."""
    told = "\n".join(text_of(message) for message in phone.said)
    return [told.count(word) for word in words]


def its_chase_fails(visit: Visit, *, ticket: int) -> None:
    clocks.alarm(visit.session, 1, "decision_fails", f"{ticket}:1", now=visit.now, ticket_id=ticket)


async def test_one_who_had_never_pressed_start(world: World) -> None:
    chen = world.person(2001, "陈主任")
    rings(world, "clock_wrong")
    await world.settle()  # Telegram refuses; nobody has heard
    rings(world, "pace_ahead", count=2)
    await world.passes(days=2)
    assert chen.phone.said == []

    await chen.starts()
    assert heard(chen.phone, WRONG, AHEAD) == [1, 1]
    told = text_of(chen.phone.hears(WRONG, AHEAD))
    assert told.index(WRONG) < told.index(AHEAD), "oldest first"
    assert "前天 9:00" in told, "it says when that was"
    await chen.phone.says(chen, "/help")
    await chen.starts()
    await world.passes(days=1)
    assert heard(chen.phone, WRONG, AHEAD) == [1, 1]


async def test_one_who_blocked_the_bot_and_is_back(world: World, chen: Person) -> None:
    await world.settle()
    rings(world, "clock_wrong")
    await world.settle()
    assert heard(chen.phone, WRONG) == [1]
    world.town.block(chen.id)
    rings(world, "pace_ahead", count=2)
    rings(world, "untagged_unseen", place="北区群")  # posted already when the first turns out to be unheard
    await world.settle()
    rings(world, "cards_late", count=3)
    await world.passes(days=1)
    assert heard(chen.phone, AHEAD, LATE) == [0, 0]

    world.town.unblock(chen.id)
    await world.settle()
    assert heard(chen.phone, WRONG, AHEAD, DEAF, LATE) == [1, 1, 1, 1]
    assert len([message for message in chen.phone.said if AHEAD in text_of(message) or LATE in text_of(message)]) == 1
    await chen.starts()
    await world.passes(days=1)
    assert heard(chen.phone, WRONG, AHEAD, DEAF, LATE) == [1, 1, 1, 1]


async def test_two_of_whom_one_was_told(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "xf.toml").write_text(TWO.format(who="user_id = 3002"))
    async with played(database_url, community=tmp_path / "xf.toml") as world:
        ma, qian = world.person(3001, "马老师", started=True), world.person(3002, "钱老师")
        await world.settle()
        rings(world, "clock_wrong")
        await world.passes(hours=1)
        rings(world, "pace_ahead", count=2)
        await world.passes(hours=1)
        assert heard(ma.phone, WRONG, AHEAD) == [1, 1]
        await qian.starts()
        assert heard(qian.phone, WRONG, AHEAD) == [1, 1]
        await ma.starts()
        await world.passes(days=1)
        assert heard(ma.phone, WRONG, AHEAD) == [1, 1]


async def test_one_whose_chat_nobody_knew(database_url: str, tmp_path: Path) -> None:
    """Nobody in the community can be told; the first who takes up the part by his link is."""
    (tmp_path / "xf.toml").write_text(TWO.replace("user_id = 3001", "").format(who=""))
    async with played(database_url, community=tmp_path / "xf.toml") as world:
        token, _ = world.desk.invite("幸福里", "coordinator", "钱主任") or ("", None)
        rings(world, "clock_wrong")
        await world.passes(days=2)
        qian, other = world.person(3002, "钱老师"), world.person(3003, "路人")
        await other.starts()
        assert heard(other.phone, WRONG) == [0], "none of a resident's business"
        await qian.starts(token)
        assert heard(qian.phone, WRONG) == [1]
        await qian.phone.says(qian, "/overdue")
        assert heard(qian.phone, WRONG) == [1]


async def test_a_week_later_it_concerns_nobody(world: World) -> None:
    chen = world.person(2001, "陈主任")
    rings(world, "clock_wrong")
    rings(world, "untagged_unseen", place="北区群")
    await world.settle()
    await world.passes(days=2)
    rings(world, "pace_ahead", count=2)
    await world.passes(days=6)
    await chen.starts()
    assert heard(chen.phone, WRONG, DEAF, AHEAD) == [0, 0, 1]
    await world.passes(days=1)
    assert heard(chen.phone, WRONG, DEAF, AHEAD) == [0, 0, 1]


async def test_many_are_one_list(world: World) -> None:
    chen = world.person(2001, "陈主任")
    for number in range(30):
        rings(world, "pace_ahead", f"{number}", count=100 + number)
        await world.passes(minutes=1)
    rings(world, "untagged_unseen", place="北区群")
    await chen.starts()
    told = [text_of(message) for message in chen.phone.said if AHEAD in text_of(message)]
    assert len(told) == 1
    counts = [int(each) for each in re.findall(r"(\d+) 个群或私聊", told[0])]
    assert counts == sorted(counts)
    assert counts[-1] == 129
    assert DEAF in told[0]
    assert "31 条" in told[0]
    assert "19 条" in told[0], "it says how many are left out"
    await world.passes(days=1)
    assert heard(chen.phone, DEAF) == [1]


async def test_of_a_ticket_that_has_ended_nobody_is_told(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person
) -> None:
    chen = world.person(2001, "陈主任")
    for _ in range(2):
        await south.says(wang, "#报修 3号楼路灯不亮")
    for ticket in (1, 2):
        world.desk.visit(f"fails {ticket}", partial(its_chase_fails, ticket=ticket))
    await world.settle()
    await firm.says(li, "/done XZ1 换了灯泡")
    await wang.presses(south.hears("换了灯泡"), "👍 满意")
    await chen.starts()
    told = [text_of(message) for message in chen.phone.said if "算不出来" in text_of(message)]
    assert len(told) == 1
    assert "#XZ2" in told[0]


async def test_that_nobody_can_be_reached_to_do_it(database_url: str, tmp_path: Path) -> None:
    """The first report of a new community: neither liaison nor coordinator has started the bot."""
    file = tmp_path / "xf.toml"
    file.write_text(
        TWO.format(who="user_id = 3002") + '[[category]]\nname = "灯"\nkeywords = ["路灯"]\nlead = "幸福物业"\n'
    )
    async with played(database_url, community=file) as world:
        ma, qian, wang = (world.person(number, "人") for number in (3001, 3002, 3003))
        world.town.join(-1001000000077, wang.id)
        group = world.chat(-1001000000077)
        await group.says(wang, "#报修 3号楼路灯不亮")
        await group.says(wang, "#报修 5号楼路灯不亮")
        await world.passes(hours=1)
        await ma.starts()
        told = "\n".join(text_of(message) for message in ma.phone.said)
        assert "#XF1" in told
        assert "#XF2" in told
        await ma.phone.says(ma, "/close XF1 重复了")
        await qian.starts()
        told = "\n".join(text_of(message) for message in qian.phone.said)
        assert "#XF1" not in told
        assert "#XF2" in told


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_in_the_language_of_whoever_comes(world: World, language: str) -> None:
    world.town.add_user(2001, "陈主任", language=language)
    chen = Person(world, 2001, "陈主任")
    rings(world, "clock_wrong")
    await world.settle()
    rings(world, "pace_ahead", count=2)
    await chen.starts()
    told = "\n".join(text_of(message) for message in chen.phone.said)
    assert (AHEAD in told) == (language == "zh")
