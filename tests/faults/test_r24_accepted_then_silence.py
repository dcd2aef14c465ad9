"""R24: accepted, then silence: the `resolve` ladder pages the acceptor, then the coordinator."""

import pytest

from tests.world import A_MONDAY, Chat, Message, Person, World, text_of

THE_LIMIT = A_MONDAY.replace(day=30)  # five working days from the report


@pytest.fixture
async def task(world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person) -> Message:
    await south.says(wang, "#报修 3号楼路灯不亮")
    task = firm.hears("#XZ1", "接单")
    await li.presses(task, "接单")
    for chat in (firm, south, chen.phone):
        chat.reads_all()
    return task


async def test_the_acceptor_first_then_the_coordinator_then_every_morning(
    world: World, firm: Chat, chen: Person, task: Message
) -> None:
    await world.passes(until=THE_LIMIT.replace(hour=8))
    reminder = firm.hears("#XZ1", "提醒", "办好")
    assert reminder["reply_to_message"]["message_id"] == task["message_id"]
    assert not [message for message in chen.phone.unread if "前办好" in text_of(message)]
    await world.passes(until=THE_LIMIT.replace(hour=10))
    firm.hears("#XZ1", "提醒", "办好")
    assert "万科物业" in text_of(chen.phone.hears("#XZ1", "前办好"))
    for _ in range(4):  # a working day later, and three times more
        await world.passes(days=1)
        chen.phone.hears("#XZ1", "前办好")
    chen.phone.reads_all()
    await world.passes(days=5)
    chen.phone.hears("早上好", "#XZ1")


async def test_a_note_is_no_end_of_it(world: World, firm: Chat, li: Person, chen: Person, task: Message) -> None:
    """Words about the work are not the work: the same rungs come at the same time."""
    await firm.says(li, "在等配件", reply_to=task)
    await world.passes(until=THE_LIMIT.replace(hour=10))
    firm.hears("#XZ1", "提醒", "办好")
    chen.phone.hears("#XZ1", "前办好")
