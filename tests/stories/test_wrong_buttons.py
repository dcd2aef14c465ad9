"""Forged, stale and foreign presses change nothing, and whoever pressed is told why."""

import pytest

from tests.world import Chat, Person, World

WORDS = "#报修 8号楼楼道灯不亮"


async def test_a_resident_presses_a_workers_button(
    world: World, south: Chat, firm: Chat, wang: Person, zhang: Person
) -> None:
    await south.says(wang, WORDS)
    task = firm.hears("#XZ1")
    world.town.join(firm.id, zhang.id)
    answer = await zhang.presses(task, "接单")
    assert "责任" in answer or "负责" in answer or "单位" in answer
    assert "待接单" in south.card("XZ1")


@pytest.mark.parametrize(
    "data",
    ["x", "1:accept:1:0", "1:accept:999:0", "1:rate:1:1:satisfied", "1:rate:1:1:wonderful", "1:allow:1:1",
     "1:close:1:1", "2:accept:1:1", "1:assign:1:1:999", "';DROP TABLE ticket;--", "1:accept:99999999999999999999:1",
     "接单", "1:watch:1:1", "1:pass:1:3"],
)  # fmt: skip
async def test_forged_data(world: World, south: Chat, wang: Person, zhang: Person, data: str) -> None:
    await south.says(wang, WORDS)
    card = south.hears("#XZ1")
    before = south.card("XZ1")
    assert await zhang.forges(card, data)
    assert south.card("XZ1") == before


async def test_a_stale_button(world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person) -> None:
    await south.says(wang, WORDS)
    task = firm.hears("#XZ1")
    first = firm.sees(task)["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert await li.presses(task, "接单")
    answer = await li.forges(task, first)
    assert "办理中" in answer or "接单" in answer
    assert "办理中" in south.card("XZ1")


async def test_pressed_ten_times_by_two_people(world: World, south: Chat, firm: Chat, wang: Person, li: Person) -> None:
    mate = world.person(2299, "小李", firm.id)
    await south.says(wang, WORDS)
    task = firm.hears("#XZ1")
    for presser in (li, mate) * 5:
        world.town.press(firm.id, presser.id, int(task["message_id"]), "接单")
    await world.settle()
    history = world.desk.visit("test", lambda visit: visit.cases.view(1))
    assert history.taken_by == "李师傅"
    assert history.status == "in_progress"


async def test_a_button_in_another_community_is_not_believed(
    world: World, south: Chat, wang: Person, zhang: Person
) -> None:
    await south.says(wang, WORDS)
    world.town.add_group(-1009, "别的群", members=[zhang.id])
    world.town.add_bot_to(-1009, by=zhang.id)
    await world.settle()
    other = world.chat(-1009).said[0]
    assert await zhang.forges(other, "1:support:1:0")
    assert "户" not in south.card("XZ1")
