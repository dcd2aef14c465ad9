"""Who is needed and hears us no more: the coordinators know at once, each time once, and nobody else is bothered."""

from tests.world import Chat, Person, World, text_of


def silent(phone: Chat, name: str) -> list[str]:
    """What was read on this phone of somebody's silence."""
    return [text for text in map(text_of, phone.said) if "有人收不到消息" in text and name in text]


async def test_a_liaison_stops_the_bot(world: World, chen: Person, li: Person) -> None:
    world.town.block(li.id)
    await world.settle()
    (told,) = silent(chen.phone, "李师傅")
    assert "停用了机器人" in told
    assert "重新启动" in told, "it says what he has to do"
    await world.passes(days=1)
    assert len(silent(chen.phone, "李师傅")) == 1

    world.town.unblock(li.id)
    await li.starts()
    await world.passes(hours=1)
    world.town.block(li.id)
    await world.settle()
    assert len(silent(chen.phone, "李师傅")) == 2


async def test_a_group_puts_the_bot_out(world: World, chen: Person, south: Chat, wang: Person) -> None:
    await south.says(wang, "#报修 3号楼路灯不亮")
    world.town.kick_bot(south.id)
    await world.settle()
    (told,) = silent(chen.phone, "南区")
    assert "移出去了" in told
    assert "重新拉进这个群" in told, "the cure is not an invitation for a person"

    world.town.add_bot_to(south.id, status="administrator")
    await world.settle()
    await south.says(wang, "#报修 5号楼路灯不亮")
    south.hears("#XZ2")
    await world.passes(days=1)
    assert len(silent(chen.phone, "南区")) == 1


async def test_a_neighbour_without_a_part_is_free_to_go(world: World, chen: Person, south: Chat, wang: Person) -> None:
    await wang.starts()
    await south.says(wang, "#报修 3号楼路灯不亮")
    chen.phone.reads_all()
    world.town.block(wang.id)
    await world.settle()
    chen.phone.hears_nothing()


async def test_a_coordinator_who_comes_later_learns_who_is_still_silent(world: World, li: Person) -> None:
    chen, zhou = world.person(2001, "陈主任"), world.person(2003, "周网格员", started=True)
    await world.settle()
    for person in (li, zhou):
        world.town.block(person.id)
    await world.passes(days=1)
    world.town.unblock(zhou.id)
    await world.settle()
    await chen.starts()
    assert len(silent(chen.phone, "李师傅")) == 1
    assert silent(chen.phone, "周网格员") == [], "he hears us again"
    await chen.starts()
    assert len(silent(chen.phone, "李师傅")) == 1


async def test_a_coordinator_is_not_told_of_his_own_silence(world: World, chen: Person) -> None:
    world.town.block(chen.id)
    await world.passes(hours=1)
    world.town.unblock(chen.id)
    await chen.starts()
    assert silent(chen.phone, "") == []
