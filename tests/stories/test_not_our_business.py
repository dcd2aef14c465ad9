"""The firm says it is not theirs: one reasoned return, a coordinator decides, and the ticket never hangs in between."""

from tests.world import Chat, Person, World, buttons_of, text_of

WORDS = "#报修 3号楼2单元门口路灯不亮"


async def test_the_coordinator_agrees_and_names_another_party(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person
) -> None:
    await south.says(wang, WORDS)
    task = firm.hears("#XZ1")
    chen.phone.reads_all()

    await li.presses(task, "不归我管")
    question = firm.hears("#XZ1", "原因")
    assert len(buttons_of(question)) >= 3  # a reason with one tap
    await firm.says(li, "这盏灯是街道管的", reply_to=question)

    asked = chen.phone.hears("#XZ1", "这盏灯是街道管的")
    assert {"同意", "驳回", "改派"} <= {label.split()[-1] for label in buttons_of(asked)}
    await chen.presses(asked, "同意")
    assert "已收到" in south.card("XZ1")
    firm.hears("#XZ1", "同意")

    naming = chen.phone.hears("#XZ1", "街道城建")
    await chen.presses(naming, "街道城建")
    assert "待接单" in south.card("XZ1")
    assert "街道城建" in south.card("XZ1")
    world.chat(-1001000000013).hears("#XZ1", "路灯")
    assert buttons_of(firm.sees(task)) == []


async def test_after_a_no_there_is_no_second_return(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person
) -> None:
    await south.says(wang, WORDS)
    task = firm.hears("#XZ1")
    await firm.says(li, "/return 不在我们的范围", reply_to=task)
    firm.reads_all()
    await chen.presses(chen.phone.hears("#XZ1", "驳回"), "驳回")
    firm.hears("#XZ1")

    firm.reads_all()
    await firm.says(li, "退单 真的不归我们", reply_to=task)
    assert "一次" in text_of(firm.hears("XZ1"))
    assert "待接单" in south.card("XZ1")
    await firm.says(li, "接单", reply_to=task)
    assert "办理中" in south.card("XZ1")


async def test_a_return_without_a_reason_asks_for_one(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person
) -> None:
    await south.says(wang, WORDS)
    task = firm.hears("#XZ1")
    await firm.says(li, "/return", reply_to=task)
    firm.hears("/return")
    assert "待接单" in south.card("XZ1")


async def test_an_undecided_return_is_chased_too(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person
) -> None:
    await south.says(wang, WORDS)
    await firm.says(li, "/return XZ1 不在我们的范围")
    chen.phone.reads_all()
    firm.reads_all()
    await world.passes(hours=7)
    assert "超期" in text_of(chen.phone.hears("#XZ1"))
    firm.hears_nothing()


async def test_reassigned_by_command_the_old_party_is_told(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person
) -> None:
    await south.says(wang, WORDS)
    task = firm.hears("#XZ1")
    await chen.phone.says(chen, "/assign XZ1 业委会")
    firm.hears("#XZ1", "业委会")
    assert buttons_of(firm.sees(task)) == []
    world.chat(-1001000000012).hears("#XZ1", "接单")

    assert await li.forges(task, "1:accept:1:1")
    assert "业委会" in south.card("XZ1")
    assert "待接单" in south.card("XZ1")


async def test_an_unknown_party_is_answered_with_the_known_ones(
    world: World, south: Chat, wang: Person, chen: Person
) -> None:
    await south.says(wang, WORDS)
    await chen.phone.says(chen, "/assign XZ1 消防队")
    assert "万科物业" in text_of(chen.phone.hears("消防队"))
