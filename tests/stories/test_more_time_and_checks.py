"""More time is asked for and granted; a category that asks for a check has it done by somebody else."""

from pathlib import Path

import pytest

from tests.world import XIZHU, Chat, Person, World, played, text_of

FIRM_GROUP, SOUTH = -1001000000011, -1001000000001


async def test_more_time_moves_the_promise(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person
) -> None:
    await south.says(wang, "#报修 5幢1单元门禁坏了")
    task = firm.hears("#XZ1")
    await li.presses(task, "接单")
    assert "11月30日" in south.card("XZ1")

    await li.presses(task, "更多时间")
    question = firm.hears("#XZ1", "等配件")
    chen.phone.reads_all()
    await firm.says(li, "2天 等配件", reply_to=question)
    await chen.presses(chen.phone.hears("#XZ1", "等配件", "同意"), "同意")
    firm.hears("#XZ1", "同意")
    assert "12月2日" in south.card("XZ1")

    firm.reads_all()
    await firm.says(li, "延期 3天 还是没货", reply_to=task)
    firm.hears("XZ1")  # one extension only
    assert "12月2日" in south.card("XZ1")


@pytest.mark.parametrize("said", ["/extend 2d 等配件", "延期 2天 等配件", "延期 2个工作日,等配件"])
async def test_time_is_understood_as_people_write_it(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person, said: str
) -> None:
    await south.says(wang, "#报修 5幢1单元门禁坏了")
    task = firm.hears("#XZ1")
    await li.presses(task, "接单")
    chen.phone.reads_all()
    await firm.says(li, said, reply_to=task)
    chen.phone.hears("#XZ1", "等配件")


async def test_time_that_is_none_is_asked_again(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person
) -> None:
    await south.says(wang, "#报修 5幢1单元门禁坏了")
    task = firm.hears("#XZ1")
    await li.presses(task, "接单")
    firm.reads_all()
    await firm.says(li, "/extend 很久 等配件", reply_to=task)
    assert "2天" in text_of(firm.hears("很久"))


async def test_somebody_else_looks_before_the_neighbour_is_asked(database_url: str, tmp_path: Path) -> None:
    text = XIZHU.read_text().replace('name = "公共设施维修"\n', 'name = "公共设施维修"\ncheck = true\n', 1)
    (tmp_path / "checked.toml").write_text(text)
    async with played(database_url, community=tmp_path / "checked.toml") as world:
        south, firm = world.chat(SOUTH), world.chat(FIRM_GROUP)
        wang = world.person(2101, "王阿姨", SOUTH)
        li = world.person(2002, "李师傅", FIRM_GROUP, started=True)
        zhou = world.person(2003, "周网格员", SOUTH, started=True)
        chen = world.person(2001, "陈主任", SOUTH, started=True)
        await south.says(wang, "#报修 8号楼楼道灯不亮")
        task = firm.hears("#XZ1")
        await li.presses(task, "接单")
        await firm.says(li, "办好了 换了灯泡", reply_to=task)
        assert "待核查" in south.card("XZ1")

        await zhou.presses(zhou.phone.hears("#XZ1", "核查通过"), "退回重办")
        assert "办理中" in south.card("XZ1")
        firm.hears("#XZ1", "办好了")

        await zhou.phone.says(zhou, "/done XZ1 我自己换了")
        check = zhou.phone.hears("我自己换了", "核查通过")
        await zhou.presses(check, "核查通过")  # his own work
        assert "待核查" in south.card("XZ1")
        await chen.presses(chen.phone.hears("我自己换了", "核查通过"), "核查通过")
        south.hears("#XZ1", "我自己换了", "满意")
