"""R7: down across the digest time: the digest is sent once after boot, when that is within 24 hours."""

from datetime import datetime

import pytest

from tests.world import A_MONDAY, Chat, Message, Person, World, text_of

EVENING = A_MONDAY.replace(hour=19)
NEXT_MORNING = A_MONDAY.replace(day=24, hour=8, minute=30)


@pytest.fixture
async def late(world: World, south: Chat, wang: Person, chen: Person) -> None:
    """Something is overdue, so that there is something to say in the morning."""
    await south.says(wang, "#报修 3号楼路灯不亮")
    await world.passes(until=EVENING)
    chen.phone.reads_all()


def digests(coordinator: Person) -> list[Message]:
    return [message for message in coordinator.phone.unread if "昨天新报" in text_of(message)]


@pytest.mark.parametrize("back", [NEXT_MORNING.replace(minute=31), NEXT_MORNING.replace(hour=18)])
async def test_a_digest_that_was_missed_comes_once(world: World, late: None, chen: Person, back: datetime) -> None:
    await world.is_down(until=back)
    assert len(digests(chen)) == 1
    await world.restarts()
    await world.passes(minutes=30)
    assert len(digests(chen)) == 1


async def test_after_more_than_a_day_the_next_morning_comes_instead(world: World, late: None, chen: Person) -> None:
    """Two mornings were missed; of the first there is nothing to say any more."""
    await world.is_down(until=NEXT_MORNING.replace(day=25, hour=12))
    assert len(digests(chen)) == 1
    await world.passes(until=NEXT_MORNING.replace(day=26, hour=9))
    assert len(digests(chen)) == 2


async def test_a_digest_that_nobody_could_be_sent_for_a_day_is_not_sent(world: World, late: None, chen: Person) -> None:
    """Telegram is away from the moment it is written: yesterday's news would only confuse."""
    world.town.fail("sendMessage", status=502, times=100_000, chat=chen.id)
    await world.passes(until=NEXT_MORNING.replace(hour=9))
    assert not digests(chen)
