"""An update nobody can read is put aside with a word to the coordinators; the next one is handled."""

from typing import Any

import pytest

from tests.world import Chat, Person, World, text_of


@pytest.mark.expects_errors
@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 700000900, "message": "not a message"},
        {"update_id": 700000900, "message": {"message_id": 5, "chat": {"id": "x"}}},
        {"update_id": 700000900, "callback_query": {"id": "1", "from": {"id": 7}}},
    ],
    ids=["text", "half", "press"],
)
async def test_a_poisoned_update_is_parked_and_the_next_is_handled(
    world: World, south: Chat, wang: Person, chen: Person, update: dict[str, Any]
) -> None:
    chen.phone.reads_all()
    world.town.raw(update)
    await south.says(wang, "#报修 8号楼楼道灯不亮")
    south.hears("#XZ1")
    assert world.desk.health().parked == 1
    chen.phone.hears("700000900")


async def test_a_second_delivery_changes_nothing(world: World, south: Chat, wang: Person) -> None:
    await south.says(wang, "#报修 8号楼楼道灯不亮")
    south.hears("#XZ1")
    again = next(message for message in south.messages if "#报修" in text_of(message))
    world.town.raw({"update_id": 700000950, "message": again})
    await world.settle()
    assert not any("#XZ2" in text_of(message) for message in south.said)
