"""Something was missing or in the wrong place: the answer says what to write, and names the ticket it is about."""

from tests.world import Chat, Person, World, text_of

WORDS = "#报修 5幢1单元门禁坏了"


async def test_a_party_is_missing(world: World, south: Chat, wang: Person, chen: Person) -> None:
    await south.says(wang, WORDS)
    chen.phone.reads_all()
    await chen.phone.says(chen, "/assign XZ1")
    answer = text_of(chen.phone.hears("万科物业"))
    assert "「」" not in answer
    assert "#XZ1" in answer


async def test_a_reason_is_missing(world: World, south: Chat, wang: Person, chen: Person) -> None:
    await south.says(wang, WORDS)
    await chen.phone.says(chen, "/reject XZ1")
    assert "/reject #XZ1 " in text_of(chen.phone.hears("请加一句话"))
    await chen.phone.says(chen, "/reject #XZ1 已经在换新的了")
    assert "不予受理" in south.card("XZ1")


async def test_a_number_of_another_neighbourhood(world: World, south: Chat, wang: Person) -> None:
    await south.says(wang, "/status GI1")
    south.hears("没有", "#GI1")


async def test_a_group_is_bound_in_the_group(world: World, chen: Person) -> None:
    await chen.phone.says(chen, "/bind 物业工作群")
    chen.phone.hears("在那个群里", "/bind 物业工作群")


async def test_a_question_is_signed_by_who_asks_it(world: World, south: Chat, wang: Person, zhou: Person) -> None:
    await south.says(wang, WORDS)
    south.reads_all()
    await south.says(zhou, "/ask XZ1 是哪一扇门")
    assert "万科物业" not in text_of(south.hears("#XZ1", "是哪一扇门"))


async def test_nobody_is_asked_about_what_has_ended(
    world: World, south: Chat, wang: Person, chen: Person, zhou: Person
) -> None:
    await south.says(wang, WORDS)
    await chen.phone.says(chen, "/close XZ1 已经换好了")
    south.reads_all()
    await south.says(zhou, "/ask XZ1 是哪一扇门")
    south.hears("#XZ1", "已结案", "不能")
