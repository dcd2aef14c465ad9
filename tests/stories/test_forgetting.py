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
    assert "XZ99" not in stored(database_url)  # an answer is nobody's business once it is said

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


async def test_what_was_told_in_private_leads_to_nobody(
    world: World, firm: Chat, wang: Person, li: Person, chen: Person, database_url: str
) -> None:
    """She writes to the bot alone; after ninety days the matter is there, and nothing on it says whose it was."""
    await wang.starts()
    report = await wang.phone.says(wang, "#报修 3号楼2单元路灯不亮")
    await firm.says(li, "/done XZ1 换了灯泡")
    await wang.presses(wang.phone.hears("换了灯泡"), "👍 满意")
    await world.passes(days=89)
    await wang.phone.says(wang, "/mine")
    wang.phone.hears("#XZ1")
    assert f"telegram:2101:{report['message_id']}" in stored(database_url)

    await world.passes(days=2)
    kept = [line for line in stored(database_url).splitlines() if "路灯" in line or "XZ1" in line]
    assert len(kept) == 1, "only the ticket itself"
    assert "telegram:2101" not in kept[0]
    wang.phone.reads_all()
    await wang.phone.says(wang, "/mine")
    assert "#XZ1" not in text_of(wang.phone.unread[0])
    await chen.phone.says(chen, "/status XZ1")
    assert "已结案" in text_of(chen.phone.hears("#XZ1"))

    await chen.phone.says(chen, "/reopen XZ1 又不亮了")
    firm.hears("#XZ1", "又不亮了")
    await firm.says(li, "/ask XZ1 哪一盏?")
    firm.hears("没有人可以问")
    await firm.says(li, "/done XZ1 又换了")
    await world.passes(days=4)
    await chen.phone.says(chen, "/status XZ1")
    assert "已结案" in text_of(chen.phone.hears("#XZ1", "已结案"))
    assert wang.phone.unread[1:] == []
