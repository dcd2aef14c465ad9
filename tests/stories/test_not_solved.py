"""The neighbour has the last word: not solved goes back to work, silence is no praise, nobody closes his own work."""

from tests.world import Chat, Message, Person, World, buttons_of, text_of

WORDS = "#报修 8号楼楼道灯不亮"


async def finished(south: Chat, firm: Chat, wang: Person, li: Person) -> Message:
    """Reported, accepted, done: the message with the four answers."""
    await south.says(wang, WORDS)
    task = firm.hears("#XZ1")
    await li.presses(task, "接单")
    await firm.says(li, "办好了 换了灯泡", reply_to=task)
    firm.reads_all()
    return south.hears("#XZ1", "换了灯泡", "👍 满意")


async def test_not_solved_goes_back_under_the_same_number(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person
) -> None:
    result = await finished(south, firm, wang, li)
    chen.phone.reads_all()
    await wang.presses(result, "没解决")
    assert "办理中" in south.card("XZ1")
    firm.hears("#XZ1", "没解决")
    chen.phone.hears("#XZ1")
    assert buttons_of(south.sees(result)) == []

    await firm.says(li, "/done XZ1 换了整个灯座")
    again = south.hears("#XZ1", "换了整个灯座")
    await wang.presses(again, "基本满意")
    assert "已结案" in south.card("XZ1")


async def test_silence_is_not_rated(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person
) -> None:
    await finished(south, firm, wang, li)
    await world.passes(hours=71)
    assert "待评价" in south.card("XZ1")
    await world.passes(hours=2)
    assert "已结案" in south.card("XZ1")
    assert "未评价" in south.card("XZ1")
    await chen.phone.says(chen, "/stats")
    figures = text_of(chen.phone.hears("已结案 1"))
    assert "已评价 0" in figures


async def test_a_rating_given_late_still_counts(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person
) -> None:
    result = await finished(south, firm, wang, li)
    await world.passes(hours=80)
    await wang.presses(result, "满意")
    assert "满意" in south.card("XZ1")


async def test_only_the_reporter_answers(
    world: World, south: Chat, firm: Chat, wang: Person, zhang: Person, li: Person
) -> None:
    result = await finished(south, firm, wang, li)
    answer = await zhang.presses(result, "👍 满意")
    assert "报事" in answer or "报" in answer
    assert "待评价" in south.card("XZ1")


async def test_the_handler_never_confirms_his_own_work(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person
) -> None:
    """The repairman lives here, too, and reports his own lamp."""
    world.town.join(south.id, li.id)
    await south.says(li, WORDS)
    task = firm.hears("#XZ1")
    await li.presses(task, "接单")
    await firm.says(li, "办好了", reply_to=task)
    result = south.hears("#XZ1", "👍 满意")
    assert await li.presses(result, "👍 满意")
    assert "待评价" in south.card("XZ1")


async def test_reopening_has_seven_days(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person
) -> None:
    result = await finished(south, firm, wang, li)
    await wang.presses(result, "👍 满意")
    await world.passes(days=6)
    await south.says(wang, "/reopen XZ1 又不亮了")
    assert "办理中" in south.card("XZ1")
    firm.hears("#XZ1", "又不亮了")

    await firm.says(li, "/done XZ1 换线路")
    await wang.presses(south.hears("#XZ1", "换线路"), "👍 满意")
    await world.passes(days=8)
    south.reads_all()
    await south.says(wang, "/reopen XZ1 还是不亮")
    assert "7" in text_of(south.hears("XZ1"))
    assert "已结案" in south.card("XZ1")

    await chen.phone.says(chen, "/reopen XZ1 社区要求再看")
    assert "办理中" in south.card("XZ1")


async def test_the_unhappy_are_heard_by_the_coordinator(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person
) -> None:
    result = await finished(south, firm, wang, li)
    chen.phone.reads_all()
    await wang.presses(result, "不满意")
    assert "已结案" in south.card("XZ1")
    chen.phone.hears("#XZ1", "不满意")
