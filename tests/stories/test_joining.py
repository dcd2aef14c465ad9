"""Nobody knows numeric ids: groups are bound by a sentence, people join by a link that works once."""

import re
from pathlib import Path

from tests.world import World, played, text_of

FILE = """
[community]
name = "幸福里"
prefix = "XF"
[[group]]
name = "幸福里居民群"
kind = "residents"
[[party]]
name = "幸福物业"
kind = "property"
[[person]]
name = "马主任"
user_id = 3001
roles = ["coordinator"]
[[person]]
name = "老杨"
roles = ["liaison:幸福物业"]
"""


async def test_from_an_empty_file_to_the_first_ticket(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "xf.toml").write_text(FILE)
    async with played(database_url, community=tmp_path / "xf.toml") as world:
        ma = world.person(3001, "马老师", started=True)
        yang = world.person(3002, "杨")
        resident = world.person(3003, "李奶奶")
        world.town.add_group(-100777, "幸福里大家庭", members=[ma.id, resident.id])
        world.town.add_bot_to(-100777, by=ma.id)
        await world.settle()
        group = world.chat(-100777)
        group.hears("/bind")

        await group.says(resident, "/bind 幸福里居民群")
        group.hears("协调员")
        await group.says(ma, "/bind 没有这个群")
        group.hears("幸福里居民群")
        await group.says(ma, "/bind 幸福里居民群")
        group.hears("幸福里居民群", "登记")

        await ma.phone.says(ma, "/invite liaison:没有的单位 老杨")
        ma.phone.hears("没有的单位")
        await ma.phone.says(ma, "/invite liaison:幸福物业 老杨")
        link = re.search(r"https://t\.me/linliban_bot\?start=([\w-]+)", text_of(ma.phone.hears("start=")))
        assert link is not None

        await yang.starts(link[1])
        yang.phone.hears("幸福物业")
        await resident.starts(link[1])  # somebody found the link in a chat: it has been used
        assert "幸福物业" not in "".join(text_of(message) for message in resident.phone.said)

        await group.says(resident, "#报修 楼道灯不亮")
        group.hears("#XF1", "幸福物业")
        task = yang.phone.hears("#XF1", "楼道灯")
        await yang.presses(task, "接单")
        assert "办理中" in group.card("XF1")


async def test_an_invitation_ends_after_a_week(world: World) -> None:
    token, _ = world.desk.invite(None, "secretary", "顾书记") or ("", None)
    gu = world.person(3100, "顾书记")
    await world.passes(days=8)
    await gu.starts(token)
    assert not any("书记" in text_of(message) for message in gu.phone.said)
    assert not world.desk.visit("test", lambda visit: visit.register.somebody("telegram:3100", 1)).is_staff


async def test_only_coordinators_invite(world: World) -> None:
    wang = world.person(2101, "王阿姨", started=True)
    await wang.phone.says(wang, "/invite coordinator 王阿姨")
    assert "start=" not in "".join(text_of(message) for message in wang.phone.said)


async def test_five_lines_of_help(world: World) -> None:
    wang = world.person(2101, "王阿姨", started=True)
    await world.settle()
    wang.phone.reads_all()  # the welcome
    await wang.phone.says(wang, "/help")
    help_ = text_of(wang.phone.hears("#报修"))
    assert len([line for line in help_.splitlines() if line.strip()]) == 5
    await wang.phone.says(wang, "/privacy")
    wang.phone.hears("标签")
    await wang.phone.says(wang, "/hall")
    wang.phone.hears("/hall", "/help")


async def test_a_group_moves_and_nothing_is_lost(world: World) -> None:
    south = world.chat(-1001000000001)
    wang = world.person(2101, "王阿姨")
    world.town.add_group(-4242, "小群", members=[wang.id], kind="group")
    world.town.add_bot_to(-4242, by=wang.id)
    chen = world.person(2001, "陈主任", started=True)
    world.town.join(-4242, chen.id)
    await world.settle()
    assert south.unread == []
    new = world.town.upgrade(-4242)
    await world.settle()
    moved = world.chat(new)
    assert world.desk.visit("test", lambda visit: visit.register.place(f"telegram:{new}")) is not None
    await moved.says(chen, "/help")
    assert moved.said
