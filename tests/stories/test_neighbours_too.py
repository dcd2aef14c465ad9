"""Neighbours join in, look how it stands, and nobody sees what is not his."""

from tests.world import Chat, Person, World, text_of

WORDS = "#报修 3号楼2单元501 门口路灯不亮,电话13812345678"


async def test_me_too_is_counted_once_and_said_on_the_card(
    world: World, south: Chat, firm: Chat, wang: Person, zhang: Person
) -> None:
    await south.says(wang, WORDS)
    card = south.hears("#XZ1")
    await zhang.presses(card, "我家也有")
    await zhang.presses(card, "我家也有")
    await wang.presses(card, "我家也有")
    assert "1 户" in south.card("XZ1")
    assert "1 户" in text_of(firm.hears("#XZ1"))

    xu = world.person(2104, "许阿姨", south.id)
    await south.says(xu, "+1", reply_to=card)
    assert "2 户" in south.card("XZ1")
    south.hears_nothing()


async def test_progress_is_shown_to_whoever_asks(world: World, south: Chat, wang: Person, zhang: Person) -> None:
    await south.says(wang, WORDS)
    card = south.hears("#XZ1")
    assert "XZ1" in await zhang.presses(card, "进度")
    south.hears_nothing()
    await south.says(zhang, "/status XZ1")
    assert "XZ1" in text_of(south.hears("路灯"))
    await south.says(zhang, "/status XZ99")
    south.hears("XZ99")


async def test_the_group_never_sees_flat_and_phone(
    world: World, south: Chat, firm: Chat, wang: Person, zhang: Person
) -> None:
    await south.says(wang, WORDS)
    await south.says(zhang, "/status XZ1")
    shown = "\n".join(text_of(message) for message in south.said)
    assert "3号楼2单元" in shown
    assert "501" not in shown
    assert "13812345678" not in shown
    assert "王阿姨" not in shown
    assert "501" in text_of(firm.hears("#XZ1"))  # whoever repairs it must find the door


async def test_what_the_reporter_adds_reaches_the_party(world: World, south: Chat, firm: Chat, wang: Person) -> None:
    await south.says(wang, WORDS)
    card = south.hears("#XZ1")
    firm.reads_all()
    await south.says(wang, "现在连楼道里面也黑了", reply_to=card)
    firm.hears("#XZ1", "楼道里面也黑了")


async def test_a_note_of_the_party_stands_on_the_card(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person
) -> None:
    await south.says(wang, WORDS)
    task = firm.hears("#XZ1")
    await li.presses(task, "接单")
    await li.presses(task, "补充说明")
    question = firm.unread[0]
    await firm.says(li, "灯具已经订货,周三到", reply_to=question)
    assert "周三到" in south.card("XZ1")


async def test_staff_ask_and_the_answer_comes_back(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person
) -> None:
    await south.says(wang, WORDS)
    await firm.says(li, "/ask XZ1 是哪一盏灯?")
    question = south.hears("#XZ1", "是哪一盏灯")
    firm.reads_all()
    await south.says(wang, "靠车棚那盏", reply_to=question)
    firm.hears("#XZ1", "靠车棚那盏")


async def test_what_the_group_hears_anyway_is_said_once(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person
) -> None:
    world.town.join(south.id, li.id)
    await south.says(wang, WORDS)
    south.reads_all()
    await south.says(li, "/ask XZ1 是哪一盏灯?")
    south.hears("#XZ1", "是哪一盏灯")
    south.hears_nothing()
    await south.says(li, "/done XZ1 换了灯泡")
    south.hears("#XZ1", "换了灯泡", "满意")
    south.hears_nothing()
