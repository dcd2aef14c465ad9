"""Nobody acts: the ladder goes up, stays within waking hours, and never ends in silence."""

from datetime import datetime, timedelta
from pathlib import Path

from tests.world import A_MONDAY, SHANGHAI, Chat, Message, Person, World, buttons_of, played, text_of

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


async def test_danger_that_nobody_accepts_is_chased_by_its_second_limit_the_same_day(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person
) -> None:
    """Ten minutes to accept, two hours to make safe: the second limit does not wait for tomorrow's digest."""
    await south.says(wang, "#报修 5幢1单元电梯困人了")
    await world.passes(minutes=30)
    assert "前接单" in text_of(chen.phone.hears("超期", "#XZ1"))
    firm.reads_all()
    chen.phone.reads_all()

    await world.passes(minutes=75)
    firm.hears("#XZ1", "提醒")
    chen.phone.hears_nothing()
    assert "超期的事" in text_of(await told_overdue(chen))

    await world.passes(minutes=30)
    assert "前办好" in text_of(chen.phone.hears("超期", "#XZ1"))
    await world.passes(minutes=30)
    chen.phone.hears("超期", "#XZ1")


async def told_overdue(chen: Person) -> Message:
    """Between the two limits the ticket is still late with its acceptance."""
    await chen.phone.says(chen, "/overdue")
    return chen.phone.hears("超期的事", "#XZ1")


async def test_a_coordinator_who_is_told_in_good_time_hears_that_it_is_not_late_yet(
    database_url: str, tmp_path: Path
) -> None:
    early = tmp_path / "early.toml"
    early.write_text(EARLY)
    async with played(database_url, community=early) as world:
        ma, nai = world.person(3001, "马主任", -100777, started=True), world.person(3003, "李奶奶", -100777)
        await world.settle()  # his chat is open before anybody reports: chats are worked at side by side
        await world.chat(-100777).says(nai, "#报修 楼道灯不亮")
        ma.phone.reads_all()
        await world.passes(minutes=31)
        told = ma.phone.hears("#XF1", "前接单")
        assert "快到时间" in text_of(told)
        assert "超期" not in text_of(told)
        assert "不用提醒" not in text_of(told)
        assert "改派" in "".join(buttons_of(told))
        await world.passes(minutes=30)
        ma.phone.hears("#XF1", "超期")


EARLY = """
[community]
name = "幸福里"
prefix = "XF"
[[group]]
name = "幸福里居民群"
chat_id = -100777
[[party]]
name = "幸福物业"
kind = "property"
[[person]]
name = "马主任"
user_id = 3001
roles = ["coordinator", "liaison:幸福物业"]
[limits.normal]
accept = "1h"
[ladder]
accept = [{ at = "50%", tell = ["coordinator"] }, { at = "100%", tell = ["coordinator"] }]
"""
