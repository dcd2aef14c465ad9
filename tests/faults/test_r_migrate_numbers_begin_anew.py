"""R-MIGRATE: a group becomes a supergroup: nothing is lost or doubled, and old message numbers mean nothing there."""

from tests.world import Chat, Person, World, text_of


async def test_a_reply_in_the_new_chat_is_about_nothing_of_the_old_one(
    world: World, south: Chat, firm: Chat, wang: Person, zhang: Person, li: Person
) -> None:
    """The party's basic group becomes a supergroup; there, the neighbours' small talk has the numbers of old tasks."""
    await south.says(wang, "#报修 3号楼路灯不亮")
    task = firm.hears("#XZ1", "接单")
    world.town.groups[firm.id].kind = "group"
    new = world.chat(world.town.upgrade(firm.id))
    await world.settle()
    while world.town.groups[new.id].last_id < task["message_id"] - 1:
        await new.says(li, "早")
    talk = await new.says(li, "中午吃什么")
    assert talk["message_id"] == task["message_id"]
    new.reads_all()
    await new.says(li, "面条吧", reply_to=talk)
    new.hears_nothing()
    assert "面条" not in south.card("XZ1")
    assert text_of(firm.sees(task))
