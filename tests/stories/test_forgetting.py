"""Ninety days after a ticket ended nobody can find out who said it, or his words; the figure stays."""

import pytest

from tests.stories.test_ways_to_report import stored
from tests.world import Chat, Person, World, text_of


@pytest.mark.expects_errors  # an update that nobody can read is said loudly
async def test_after_ninety_days(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person, database_url: str
) -> None:
    await south.says(wang, "#报修 3号楼2单元501 路灯不亮,电话13812345678")
    await firm.says(li, "/done XZ1 换了灯泡")
    await wang.presses(south.hears("换了灯泡"), "👍 满意")
    world.town.raw({"update_id": 700000990, "message": {"text": "谁也读不懂", "chat": {"id": "x"}}})
    await south.says(wang, "/status XZ99")
    await world.passes(days=89)
    assert "13812345678" in stored(database_url)
    assert "谁也读不懂" in stored(database_url)
    assert "XZ99" in stored(database_url)

    await world.passes(days=2)
    kept = stored(database_url)
    assert "13812345678" not in kept
    assert "501" not in kept
    assert "谁也读不懂" not in kept
    assert "XZ99" not in kept
    assert "telegram:2101" not in kept
    await south.says(chen, "/status XZ1")
    assert "已结案" in text_of(south.hears("XZ1"))


async def test_after_a_year_in_which_nobody_ran_the_program(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, database_url: str
) -> None:
    """What waited to be said is said first thing; whatever should have been forgotten meanwhile is, at once."""
    await south.says(wang, "#报修 3号楼2单元501 路灯不亮,电话13812345678")
    await firm.says(li, "/done XZ1 换了灯泡")
    world.town.fail("sendMessage", 429, retry_after=86_400, chat=south.id)
    await wang.presses(south.hears("换了灯泡"), "👍 满意")
    await south.says(wang, "#报修 5号楼门禁坏了,电话13912345678")
    assert "门禁" not in str(south.said)
    await world.is_down(days=365)
    await world.settle()
    kept = stored(database_url)
    assert "13812345678" not in kept
    assert "换了灯泡" not in kept
    assert "13912345678" in kept  # whose ticket is still open
    assert "#XZ2" in text_of(south.hears("门禁"))
