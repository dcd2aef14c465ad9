"""In privacy mode a bot hears residents only where it is an administrator; coordinators are told where it is not."""

from tests.stories.conftest import NORTH, SOUTH
from tests.world import Chat, Person, World, text_of

BOT = 1000


async def in_privacy_mode(world: World) -> None:
    await world.settle()
    world.town.bot().reads_all = False
    await world.restarts()


def told(chen: Person) -> list[str]:
    return [text_of(message) for message in chen.phone.said if "我听不到大家的话" in text_of(message)]


async def test_a_right_that_is_taken_away_is_told_once(world: World, south: Chat, wang: Person, chen: Person) -> None:
    await in_privacy_mode(world)
    world.town.demote(SOUTH, BOT)
    await world.settle()
    chen.phone.hears("南区", "我听不到大家的话", "设为管理员")
    world.town.promote(SOUTH, BOT)
    world.town.demote(SOUTH, BOT)
    await world.settle()
    assert len(told(chen)) == 1
    await world.passes(days=31)
    world.town.promote(SOUTH, BOT)
    world.town.demote(SOUTH, BOT)
    await world.settle()
    assert len(told(chen)) == 2


async def test_at_a_start_each_group_of_residents_is_asked_for(world: World, chen: Person) -> None:
    world.town.demote(NORTH, BOT)
    await world.settle()
    assert told(chen) == []  # privacy mode is off: everything is heard
    await world.app.parts.rights.once()
    assert not world.town.calls_of("getChatMember")
    await in_privacy_mode(world)
    for _ in range(2):
        await world.app.parts.rights.once()
        await world.settle()
    (words,) = told(chen)
    assert "北区" in words
    groups = [place for place in world.desk.places() if place.kind == "residents"]
    assert len(world.town.calls_of("getChatMember")) == len(groups)


async def test_a_group_hears_of_it_only_where_it_is_so(world: World) -> None:
    for number, reads_all in ((-100501, True), (-100502, False)):
        world.town.bot().reads_all = reads_all
        await world.restarts()
        world.town.add_group(number, "三号楼小群", [2999])
        world.town.add_bot_to(number)
        await world.settle()
        assert ("现在我听不到大家的话" in text_of(world.chat(number).hears("#报修"))) is not reads_all
