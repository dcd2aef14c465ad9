"""R13: read timeout though delivered: exactly 2 copies of a page, second marked; 1 copy of a notice, `unsure`."""

import pytest

from tests.faults.books import Books
from tests.world import Chat, Message, Person, World, text_of
from tracker.models import Outbox


@pytest.fixture
async def due(world: World, south: Chat, firm: Chat, wang: Person, chen: Person) -> None:
    """The party has its task, and its first reminder comes with the next second."""
    await south.says(wang, "#报修 3号楼路灯不亮")
    at = world.desk.next_moment()
    assert at is not None
    firm.reads_all()
    chen.phone.reads_all()
    world.clock.turn_to(at)


def reminders(firm: Chat) -> list[Message]:
    return [message for message in firm.unread if "提醒" in text_of(message)]


@pytest.mark.parametrize("lost", [1, 2, 5])
async def test_a_page_stands_twice_at_most_and_the_second_says_so(
    world: World, firm: Chat, chen: Person, due: None, database_url: str, lost: int
) -> None:
    """However often the answer is lost; when the second was lost as well, a coordinator hears that nobody knows."""
    world.town.fail("sendMessage", status=502, times=lost, chat=firm.id, after_accepting=True)
    await world.passes(minutes=30)
    first, second = reminders(firm)
    assert not text_of(first).startswith("(重发)")
    assert text_of(second).startswith("(重发)")
    states = [row.state for row in Books(database_url).all(Outbox) if row.dedup.startswith("ping:")]
    assert states == ["sent" if lost == 1 else "unsure"]
    unsure = [message for message in chen.phone.said if "不确定送到没有" in text_of(message)]
    assert len(unsure) == (lost > 1)


async def test_a_notice_stands_once_and_is_unsure(world: World, wang: Person, database_url: str) -> None:
    await wang.starts()
    wang.phone.reads_all()
    world.town.fail("sendMessage", status=502, chat=wang.id, after_accepting=True)
    await wang.phone.says(wang, "/help")
    await world.passes(minutes=30)
    assert len(wang.phone.unread) == 1
    assert [row.state for row in Books(database_url).all(Outbox) if row.fact["kind"] == "help"] == ["unsure"]
