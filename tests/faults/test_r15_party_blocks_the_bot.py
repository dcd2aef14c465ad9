"""R15: party blocks the bot: next rung within 5 s; coordinator told once; unblock resumes."""

from datetime import timedelta
from pathlib import Path

from tests.world import World, played, text_of

FIRM = """
[community]
name = "西渚社区"
prefix = "XZ"
[[group]]
name = "南区议事群"
kind = "residents"
chat_id = -1001000000001
[[party]]
name = "万科物业"
kind = "property"
[[person]]
name = "李师傅"
user_id = 2002
roles = ["liaison:万科物业"]
[[person]]
name = "陈主任"
user_id = 2003
roles = ["coordinator"]
[[category]]
name = "公共设施维修"
keywords = ["路灯"]
lead = "万科物业"
"""
SOUTH = -1001000000001


async def reported(world: World, count: int) -> None:
    wang = world.person(2001, "王阿姨", SOUTH)
    for number in range(count):
        await world.chat(SOUTH).says(wang, f"#报修 {number + 1}号楼路灯不亮")


async def test_the_ladder_moves_on_and_the_coordinator_hears_it_once(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "firm.toml"
    file.write_text(FIRM, encoding="utf-8")
    async with played(database_url, community=file) as world:
        li, chen = (world.person(number, name, started=True) for number, name in ((2002, "李师傅"), (2003, "陈主任")))
        await reported(world, 3)
        li.phone.hears("#XZ1", "接单")
        li.phone.reads_all()
        chen.phone.reads_all()
        world.town.block(2002)
        world.town.bot().queue.waiting.clear()  # Telegram's word of it gets lost: only the next message finds out
        due = world.desk.next_moment()
        assert due is not None
        world.clock.turn_to(due)
        await world.settle()
        late = world.clock.now() - due
        await world.passes(seconds=5)
        assert late < timedelta(minutes=5)
        told = [text_of(message) for message in chen.phone.unread]
        assert sum("李师傅" in text and "停用了机器人" in text for text in told) == 1
        first = [call for call in world.town.calls if call.params.get("chat_id") == 2003 and call.at >= due]
        overdue = next(call for call in first if "#XZ1" in str(call.params.get("text")) and "超期" in str(call.params))
        blocked = next(call for call in world.town.calls if call.status == 403 and call.at >= due)
        assert overdue.at - blocked.at <= timedelta(seconds=5)
        await world.passes(hours=24)
        again = [text_of(message) for message in chen.phone.said]
        assert sum("停用了机器人" in text for text in again) == 1
        assert len([call for call in world.town.calls if call.status == 403]) == 1

        world.town.unblock(2002)
        await li.starts()
        li.phone.reads_all()
        await world.passes(days=3)
        li.phone.hears("#XZ1")
