"""The court is broken; the firm looks away, is reminded, is reported, repairs; the neighbour is content."""

from tests.world import Chat, Person, World, buttons_of, text_of

WORDS = "#报修 南区篮球场地面破损严重,孩子们打球都不安全,能不能尽快修复?"


async def test_from_a_sentence_to_the_end(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person
) -> None:
    report = await south.shows(wang, WORDS)

    card = south.hears("#XZ1", "待接单")
    assert card["reply_to_message"]["message_id"] == report["message_id"]
    assert {"我家也有", "进度"} <= {label.strip("➕🔎👥 ") for label in buttons_of(card)}
    task = firm.hears("#XZ1", "篮球场")
    assert "photo" in task or any("photo" in message for message in firm.said)
    south.hears_nothing()  # one message, no chatter

    firm.reads_all()
    chen.phone.reads_all()
    await world.passes(hours=6)  # four working hours to accept: 9:00 to 14:30, with the lunch break
    firm.hears("#XZ1", "提醒")
    chen.phone.hears_nothing()

    await world.passes(hours=3)
    late = chen.phone.hears("超期", "#XZ1")
    assert "物业工作群" in text_of(late)  # what was tried
    south.hears_nothing()
    assert "还在催" in south.card("XZ1")

    await li.presses(task, "接单")
    assert "办理中" in south.card("XZ1")
    south.hears_nothing()

    await firm.shows(li, "办好了 已重新铺设地面", reply_to=task)
    result = south.hears("#XZ1", "已重新铺设地面", "万科物业")
    assert result["reply_to_message"]["message_id"] == report["message_id"]
    assert "photo" in result
    assert "待评价" in south.card("XZ1")

    await wang.presses(result, "满意")
    assert "已结案" in south.card("XZ1")

    await chen.phone.says(chen, "/stats")
    figures = text_of(chen.phone.hears("已结案 1"))
    assert "已评价 1" in figures
