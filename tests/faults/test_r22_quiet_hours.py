"""R22: quiet hours over a weekend, repeat cap 5: 0 attempts consumed; first page at opening; void if solved."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.books import Books
from tests.world import A_MONDAY, SHANGHAI, Chat, Person, World, played, text_of
from tests.xingfuli import GAO, MA, SQUARE, xingfuli
from tracker.models import Event

FRIDAY_NIGHT = A_MONDAY.replace(day=27, hour=21, minute=30)
SATURDAY = A_MONDAY.replace(day=28, hour=7)
EVERY_TWO_HOURS = """
[calendar]
quiet = "22:00-07:00"
[limits.normal]
accept = "1h"
resolve = "30d"
[ladder]
accept = [{ at = "100%", tell = ["liaison"], repeat = { every = "2h", times = 5 } }]
"""


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with played(database_url, community=xingfuli(tmp_path, EVERY_TWO_HOURS), at=FRIDAY_NIGHT) as world:
        yield world


@pytest.fixture
def gao(world: World) -> Person:
    return world.person(GAO, "高师傅", started=True)


@pytest.fixture
async def group(world: World, gao: Person) -> Chat:
    """Reported on Friday at half past nine in the evening, to be accepted within the hour."""
    world.person(MA, "马主任", started=True)
    group = world.chat(SQUARE)
    await group.says(world.person(3003, "李奶奶", SQUARE), "#报修 楼道灯不亮")
    return group


def pages(phone: Chat) -> list[datetime]:
    told = [message for message in phone.said if "提醒" in text_of(message)]
    return [datetime.fromtimestamp(message["date"], SHANGHAI) for message in told]


async def test_the_night_uses_up_nothing(world: World, group: Chat, gao: Person) -> None:
    """The first of six pages comes when the night ends, and then one every two hours, while people are awake."""
    await world.passes(until=SATURDAY - timedelta(minutes=1))
    assert pages(gao.phone) == []
    await world.passes(until=SATURDAY + timedelta(hours=14))
    assert [moment.hour for moment in pages(gao.phone)] == [7, 9, 11, 13, 15, 17]


async def test_whoever_takes_it_at_night_is_not_paged_in_the_morning(world: World, group: Chat, gao: Person) -> None:
    await world.passes(hours=4)
    task = next(message for message in gao.phone.said if "#XF1" in text_of(message))
    await gao.presses(task, "接单")
    await world.passes(until=SATURDAY + timedelta(hours=15))
    assert pages(gao.phone) == []


async def test_the_history_tells_why_nobody_was_told_and_until_when(
    world: World, group: Chat, gao: Person, database_url: str
) -> None:
    await world.passes(until=SATURDAY + timedelta(minutes=5))
    held, told = [event for event in Books(database_url).all(Event) if event.kind in ("held", "told")]
    assert held.kind == "held"
    assert datetime.fromisoformat(held.data["quiet_until"]) == SATURDAY
    assert (held.data["rung"], held.data["n"]) == (told.data["rung"], told.data["n"])
    assert "100% liaison" in told.data["rule"]


async def test_danger_wakes_people(world: World, group: Chat, gao: Person) -> None:
    await world.passes(hours=2)
    await group.says(Person(world, 3003, "李奶奶"), "#报修 电梯困人了")
    await world.passes(minutes=20)
    assert pages(gao.phone)


async def test_what_the_evening_could_not_deliver_waits_for_the_morning(world: World, group: Chat, gao: Person) -> None:
    """Due at nine in the evening, and Telegram asks for an hour and a half: that would end in the night."""
    await world.passes(until=SATURDAY.replace(hour=12))
    gao.phone.reads_all()
    await group.says(Person(world, 3003, "李奶奶"), "#报修 路灯不亮")
    await world.passes(until=SATURDAY.replace(hour=20, minute=59))
    before = pages(gao.phone)
    world.town.fail("sendMessage", retry_after=5400, times=50, chat=gao.id)
    await world.passes(until=SATURDAY.replace(day=29, hour=6, minute=50))
    assert pages(gao.phone) == before
    world.town.faults.clear()
    await world.passes(until=SATURDAY.replace(day=29, hour=10))
    assert len(pages(gao.phone)) > len(before)
