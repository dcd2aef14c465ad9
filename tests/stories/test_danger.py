"""Life first: the emergency number stands on top, at any hour, and coordinators hear at once."""

from datetime import timedelta

from tests.world import A_MONDAY, Chat, Person, World, text_of


async def test_trapped_in_the_lift_at_night(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person, zhou: Person
) -> None:
    await world.passes(until=A_MONDAY + timedelta(hours=15))  # midnight
    firm.reads_all()
    chen.phone.reads_all()
    zhou.phone.reads_all()
    await south.says(wang, "#报修 有人被困在4号楼电梯里了!!")
    card = text_of(south.hears("#XZ1"))
    assert "96333" in card.splitlines()[0] or "119" in card.splitlines()[0]
    assert "特急" in card
    firm.hears("#XZ1", "特急")
    chen.phone.hears("#XZ1")
    zhou.phone.hears("#XZ1")

    await world.passes(minutes=11)
    firm.hears("#XZ1", "提醒")
    await world.passes(minutes=5)
    chen.phone.hears("超期", "#XZ1")


async def test_laughing_oneself_to_death_is_no_emergency(world: World, south: Chat, wang: Person) -> None:
    await south.says(wang, "#报修 笑死我了,3号楼路灯白天亮晚上不亮")
    assert "特急" not in text_of(south.hears("#XZ1"))
