"""R6: down 24 h over 3 rungs and 40 repeats: one page per ticket, then the next rung after its delay; alarm at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import Chat, Message, Person, World, played, text_of
from tests.xingfuli import GAO, MA, SQUARE, xingfuli

HURRIED = """
[calendar]
holidays = "none"
quiet = "none"
[limits.normal]
accept = "1h"
resolve = "30d"
[ladder]
accept = [{ at = "100%", tell = ["liaison"], repeat = { every = "15m", times = 40 } },
          { at = "+12h", tell = ["liaison"] },
          { at = "+14h", tell = ["liaison", "coordinator"] },
          { at = "+80h", tell = ["coordinator"] }]
"""


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with played(database_url, community=xingfuli(tmp_path, HURRIED)) as world:
        yield world


@pytest.fixture
def gao(world: World) -> Person:
    return world.person(GAO, "高师傅", started=True)


@pytest.fixture
def ma(world: World) -> Person:
    return world.person(MA, "马主任", started=True)


@pytest.fixture
async def reported(world: World, gao: Person, ma: Person) -> Chat:
    """Two lamps are reported, and the party has its two tasks."""
    nai = world.person(3003, "李奶奶", SQUARE)
    group = world.chat(SQUARE)
    for lamp in ("楼道灯不亮", "路灯不亮"):
        await group.says(nai, f"#报修 {lamp}")
    for phone in (gao.phone, ma.phone):
        phone.reads_all()
    return group


def about(chat: Chat, number: str) -> list[Message]:
    return [message for message in chat.unread if f"#{number}" in text_of(message)]


async def test_each_ticket_is_paged_once_and_the_coordinator_told_at_once(
    world: World, reported: Chat, gao: Person, ma: Person
) -> None:
    await world.passes(minutes=30)
    await world.is_down(hours=24)
    for number in ("XF1", "XF2"):
        assert len(about(gao.phone, number)) == 1
        assert len([late for late in about(ma.phone, number) if "前接单" in text_of(late)]) == 1


async def test_the_ladder_goes_on_with_the_next_rung_after_its_own_delay(
    world: World, reported: Chat, gao: Person, ma: Person
) -> None:
    """Twelve hours lie between the first rung and the second, and two between that and the third."""
    await world.passes(minutes=30)
    await world.is_down(hours=24)
    for phone in (gao.phone, ma.phone):
        phone.reads_all()
    await world.passes(hours=11, minutes=50)
    assert not about(gao.phone, "XF1")
    await world.passes(minutes=15)
    assert len(about(gao.phone, "XF1")) == 1
    assert not about(ma.phone, "XF1")
    await world.passes(hours=2)
    assert len(about(gao.phone, "XF1")) == 2
    assert len(about(ma.phone, "XF1")) == 1


async def test_repeats_that_were_not_missed_are_still_made(world: World, reported: Chat, gao: Person) -> None:
    """Down for the first hour of the ten: one page for the five, then every quarter of an hour the rest."""
    await world.passes(minutes=30)
    await world.is_down(minutes=91)
    assert len(about(gao.phone, "XF1")) == 1
    await world.passes(minutes=46)
    assert len(about(gao.phone, "XF1")) == 4


async def test_started_again_and_again_it_says_nothing_more(
    world: World, reported: Chat, gao: Person, ma: Person
) -> None:
    await world.passes(minutes=30)
    await world.is_down(hours=24)
    heard = len(gao.phone.said), len(ma.phone.said)
    for _ in range(3):
        await world.restarts()
        await world.settle()
    assert (len(gao.phone.said), len(ma.phone.said)) == heard
