"""R8: accept committed while a page is pending: never sent; in flight: at most the one claimed before the accept."""

import asyncio

import pytest

from tests.faults.books import Books
from tests.world import Chat, Message, Person, World, text_of
from tracker.models import Outbox


@pytest.fixture
async def task(world: World, south: Chat, firm: Chat, wang: Person, chen: Person) -> Message:
    """The task stands in the party's group, and its first reminder is due now; nobody has decided so yet."""
    await south.says(wang, "#报修 3号楼路灯不亮")
    task = firm.hears("#XZ1", "接单")
    due = world.desk.next_moment()
    assert due is not None
    chen.phone.reads_all()
    world.clock.turn_to(due)
    return task


async def takes(world: World, li: Person, task: Message) -> None:
    """He presses, and the press is committed; nothing is said yet."""
    world.town.press(int(task["chat"]["id"]), li.id, int(task["message_id"]), "接单")
    await world.app.parts.receiver.once(0)
    await world.app.parts.worker.drain()


def reminders(firm: Chat) -> list[Message]:
    return [message for message in firm.said if "提醒" in text_of(message)]


async def test_pending_it_is_never_sent(world: World, firm: Chat, li: Person, task: Message, database_url: str) -> None:
    assert world.desk.sweep() == 1
    await takes(world, li, task)
    await world.passes(hours=1)
    assert not reminders(firm)
    assert [row.state for row in Books(database_url).all(Outbox) if row.dedup.startswith("ping:")] == ["void"]


async def test_in_flight_it_arrives_once_and_no_other_follows(
    world: World, firm: Chat, li: Person, task: Message, chen: Person
) -> None:
    """Telegram accepts the reminder, and before its answer comes the task is taken."""
    world.desk.sweep()
    speaker = world.app.parts.speaker
    answered = asyncio.Event()
    settle = world.desk.settle

    def settled(*outcome: object) -> None:
        assert answered.is_set()
        settle(*outcome)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as slow:
        slow.setattr(world.desk, "settle", settled)
        world.town.fail("sendMessage", status=502, times=1, after_accepting=True, hang=0.3)
        assert await speaker.start() == 1
        await takes(world, li, task)
        answered.set()
        await speaker.finish()
    await world.passes(hours=6)
    assert len(reminders(firm)) == 1
    assert not [message for message in chen.phone.said if "前接单" in text_of(message)]


@pytest.mark.parametrize("urge", ["/urgent XZ1", "/nudge XZ1"])
async def test_what_a_coordinator_asked_for_is_void_as_well(
    world: World, firm: Chat, li: Person, chen: Person, task: Message, urge: str
) -> None:
    world.town.say(chen.phone.id, chen.id, urge)
    await world.app.parts.receiver.once(0)
    await world.app.parts.worker.drain()
    await takes(world, li, task)
    await world.passes(minutes=30)
    assert not reminders(firm)
