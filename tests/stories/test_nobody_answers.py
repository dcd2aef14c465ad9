"""Nobody acts: the ladder goes up, stays within waking hours, and never ends in silence."""

from datetime import datetime, timedelta

from tests.world import A_MONDAY, SHANGHAI, Chat, Person, World, text_of

WORDS = "#报修 5幢1单元门禁坏了"


async def test_the_whole_ladder_and_then_every_morning(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person
) -> None:
    await south.says(wang, WORDS)
    chen.phone.reads_all()
    await world.passes(days=21)

    told = [message for message in chen.phone.said if "#XZ1" in text_of(message)]
    assert any("超期" in text_of(message) for message in told)
    mornings = [message for message in chen.phone.said if "XZ1" in text_of(message)][-5:]
    days = {message["date"] // 86400 for message in mornings}
    assert len(days) == 5  # on each of the last five working days somebody was told
    assert "还在催" in south.card("XZ1")


async def test_nobody_is_woken(world: World, south: Chat, firm: Chat, wang: Person, chen: Person) -> None:
    """Reported late on Friday evening: the card comes at once, the task at seven, the reminder in working time."""
    await world.passes(until=A_MONDAY + timedelta(days=4, hours=14))
    firm.reads_all()
    await south.says(wang, WORDS)
    south.hears("#XZ1", "待接单")
    firm.hears_nothing()

    await world.passes(hours=7, minutes=50)
    firm.hears_nothing()
    await world.passes(minutes=15)
    firm.hears("#XZ1", "门禁")

    await world.passes(days=14)
    hours = {
        datetime.fromtimestamp(message["date"], SHANGHAI).hour
        for chat in (firm, chen.phone)
        for message in chat.said
        if "XZ1" in text_of(message)
    }
    assert hours <= set(range(7, 22))


async def test_the_national_day_holiday_does_not_count(world: World, south: Chat, firm: Chat, wang: Person) -> None:
    """Reported on the last working afternoon of the year: the four hours to accept go on after New Year's Day."""
    await world.passes(until=A_MONDAY.replace(month=12, day=31, hour=16, minute=30))
    firm.reads_all()
    await south.says(wang, WORDS)
    await world.passes(until=A_MONDAY.replace(year=2027, month=1, day=1, hour=21))
    firm.hears("#XZ1", "接单")
    firm.hears_nothing()  # New Year's Day is no working day


async def test_a_coordinator_who_watches_is_left_in_peace_until_evening(
    world: World, south: Chat, wang: Person, chen: Person
) -> None:
    await south.says(wang, WORDS)
    await world.passes(hours=8)
    late = chen.phone.hears("超期", "#XZ1")
    answer = await chen.presses(late, "这件我盯着")
    assert answer
    chen.phone.reads_all()
    await world.passes(until=A_MONDAY.replace(hour=23))
    chen.phone.hears_nothing()


async def test_a_late_acceptance_does_not_stop_the_clock(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person
) -> None:
    await south.says(wang, WORDS)
    task = firm.hears("#XZ1")
    await li.presses(task, "接单")
    firm.reads_all()
    chen.phone.reads_all()
    await world.passes(days=5)
    firm.hears("#XZ1", "办好")  # eighty percent of five working days
    await world.passes(days=3)
    late = text_of(chen.phone.hears("超期", "#XZ1"))
    assert "李师傅" in late or "万科物业" in late
