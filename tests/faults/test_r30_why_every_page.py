"""R30: every page: `event` explains who, which rung, which rule, why now or why deferred; pending pages can be seen."""

from datetime import datetime

import pytest
from sqlalchemy import select

from tests.faults.books import Books
from tests.world import A_MONDAY, Chat, Person, World, text_of
from tracker.models import Event, Outbox

WORDS = "#报修 3号楼路灯不亮"
NIGHT = A_MONDAY.replace(hour=23)


async def test_every_page_of_a_long_story_is_explained(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person, database_url: str
) -> None:
    """Two tickets, one of them never taken, for three weeks: each page has its event, and each event its pages."""
    await south.says(wang, WORDS)
    await south.says(wang, "#报修 5幢1单元门禁坏了")
    await world.passes(days=21)
    books = Books(database_url)
    with books.open() as session:
        pages = session.scalars(select(Outbox).where(Outbox.dedup.like("ping:%"))).all()
    told = [event for event in books.all(Event) if event.kind == "told"]
    assert len(pages) > 12
    for page in pages:
        _, ticket, _, phase, rung, n, place = page.dedup.split(":")
        (why,) = [
            event
            for event in told
            if (event.ticket_id, event.data["phase"], event.data["rung"], event.data["n"])
            == (int(ticket), phase, int(rung), int(n))
        ]
        assert int(place) in why.data["places"]
        assert "%" in why.data["rule"] or why.data["rule"].startswith("+")
        assert datetime.fromisoformat(why.data["due_at"]) <= why.at == page.created_at
    assert sum(len(event.data["places"]) for event in told) == len(pages)


async def test_a_rung_with_nobody_behind_it_says_so(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person, database_url: str
) -> None:
    await south.says(wang, WORDS)
    world.town.kick_bot(firm.id)
    world.town.block(li.id)
    await world.passes(hours=9)
    told = [event.data for event in Books(database_url).all(Event) if event.kind == "told"]
    assert "liaison" in told[0]["unreachable"]


@pytest.fixture
async def late_evening(world: World, south: Chat, firm: Chat, wang: Person, chen: Person) -> None:
    """Something is reported when the party is no longer to be disturbed."""
    await world.passes(until=NIGHT)
    await south.says(wang, WORDS)
    for chat in (firm, chen.phone):
        chat.reads_all()


async def test_a_coordinator_sees_what_waits_for_the_morning(
    world: World, late_evening: None, firm: Chat, chen: Person
) -> None:
    await chen.phone.says(chen, "/overdue")
    listed = text_of(chen.phone.hears("还没说出去的"))
    assert "#XZ1 → 物业工作群 · 夜里不打扰 · 明天 7:00" in listed
    await world.passes(until=A_MONDAY.replace(day=24, hour=7, minute=5))
    firm.hears("#XZ1", "接单")
    await chen.phone.says(chen, "/overdue")
    assert "还没说出去的" not in text_of(chen.phone.hears("没有超期的"))


async def test_a_coordinator_sees_whom_a_page_cannot_reach(
    world: World, south: Chat, wang: Person, chen: Person
) -> None:
    """The dispatcher's group has no chat yet: the task waits until somebody binds it."""
    world.town.fail("sendMessage", status=429, retry_after=600, chat=-1001000000011)
    await south.says(wang, WORDS)
    await chen.phone.says(chen, "/overdue")
    listed = text_of(chen.phone.hears("还没说出去的"))
    assert "#XZ1 → 物业工作群 · Telegram 让慢一点 · 今天 9:10" in listed


async def test_a_rung_that_came_by_night_is_on_the_list_until_morning(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person
) -> None:
    """Urgent work counts the hours of the night; nobody is woken for it, and the coordinator who is up sees that."""
    await world.passes(until=A_MONDAY.replace(hour=21))
    await south.says(wang, "#报修 5幢1单元电梯坏了")
    await li.presses(firm.hears("#XZ1", "接单"), "接单")
    await world.passes(hours=21)
    await world.passes(until=A_MONDAY.replace(day=24, hour=23))
    await chen.phone.says(chen, "/overdue")
    assert "#XZ1 → 万科物业 · 夜里不打扰 · 明天 7:00" in text_of(chen.phone.hears("还没说出去的"))


async def test_nobody_else_sees_the_list(world: World, late_evening: None, li: Person) -> None:
    await li.phone.says(li, "/overdue")
    assert "还没说出去的" not in text_of(li.phone.hears("没有超期的"))
