"""R27: deploy renames code, old rows present: each renders or goes `dead` with alert; no row is ever deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.faults.books import Books
from tests.world import A_MONDAY, Chat, Person, World, text_of
from tracker.models import Card, Community, Ladder, Outbox

Change = Callable[[dict[str, Any]], dict[str, Any]]

WORDS = "#报修 3号楼路灯不亮"
UNREADABLE: dict[str, Change] = {
    "an unknown kind": lambda fact: {**fact, "kind": "memo"},
    "no kind": lambda fact: {key: fact[key] for key in fact if key != "kind"},
    "a missing field": lambda fact: {key: fact[key] for key in fact if key != "phase"},
    "a field of another type": lambda fact: {**fact, "n": "often"},
    "no fact at all": lambda fact: {},
}


@pytest.fixture
def books(database_url: str, world: World) -> Books:
    return Books(database_url)


def waiting(kind: str) -> Any:
    return select(Outbox).where(Outbox.state == "pending", Outbox.fact["kind"].as_string() == kind)


async def a_page_waits(world: World, south: Chat, firm: Chat, wang: Person) -> None:
    """A reminder is in the outbox when the program is stopped for the deploy."""
    await south.says(wang, WORDS)
    firm.hears("#XZ1")
    world.clock.turn_to(world.desk.next_moment() or world.clock.now())
    assert world.desk.sweep() == 1


@pytest.mark.expects_errors
@pytest.mark.parametrize("change", UNREADABLE)
async def test_a_page_nobody_can_read_stops_nobody_and_is_told(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person, books: Books, change: str
) -> None:
    await a_page_waits(world, south, firm, wang)
    before = books.count(Outbox)
    with books.open() as session:
        for row in session.scalars(waiting("reminder")).all():
            row.fact = UNREADABLE[change](row.fact)
    chen.phone.reads_all()
    await south.says(wang, "#报修 5号楼门禁坏了")

    south.hears("#XZ2")
    firm.hears("#XZ2")
    assert "送不到" in text_of(chen.phone.hears("🛠️"))
    dead = [row.dedup for row in books.all(Outbox) if row.state == "dead" and "cannot be read" in (row.error or "")]
    assert [name.partition(":")[0] for name in dead] == ["ping"]
    assert books.count(Outbox) > before


async def test_a_page_with_a_field_that_was_dropped_since_still_goes(
    world: World, south: Chat, firm: Chat, wang: Person, books: Books
) -> None:
    await a_page_waits(world, south, firm, wang)
    with books.open() as session:
        for row in session.scalars(waiting("reminder")).all():
            row.fact = {**row.fact, "tone": "stern", "v": 0}
    await world.settle()
    firm.hears("#XZ1", "提醒")


@pytest.mark.expects_errors
async def test_what_was_said_under_an_old_name_spoils_no_later_message(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person, books: Books
) -> None:
    """Everything ever said about the ticket is of a kind this program does not know."""
    await south.says(wang, WORDS)
    firm.hears("#XZ1")
    with books.open() as session:
        session.execute(update(Outbox).values(fact={"was": "ticket_opened"}))
    await world.passes(hours=9)
    firm.hears("#XZ1", "提醒")
    chen.phone.hears("#XZ1", "超期")


@pytest.mark.expects_errors
async def test_a_card_of_a_role_nobody_knows_keeps_no_other_card_from_being_true(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, books: Books
) -> None:
    await south.says(wang, WORDS)
    task = firm.hears("#XZ1")
    with books.open() as session:
        session.execute(update(Card).where(Card.role == "task").values(role="errand"))
    assert await li.presses(task, "接单")
    assert "办理中" in south.card("XZ1")
    assert books.count(Card) == 2


SENSELESS = {"accept": [{"at": "soon", "tell": ["liaison"]}], "limits": {"normal": 4}}


@pytest.mark.parametrize("change", [lambda _: {}, lambda rules: {**rules, **SENSELESS}])
async def test_limits_nobody_can_read_give_way_and_the_coordinator_is_told(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person, books: Books, change: Change
) -> None:
    """Of a running ticket and of new ones: both are chased to the end, by the limits every community begins with."""
    await south.says(wang, WORDS)
    before = _rewrite(books, Ladder, "spec", change)
    await south.says(wang, "#报修 5号楼门禁坏了")
    await world.passes(hours=9)
    for number in ("#XZ1", "#XZ2"):
        firm.hears(number, "提醒")
        chen.phone.hears(number, "超期")
    assert told_of_rules(chen) == 1
    task = firm.hears("#XZ2", "接单")
    assert await li.presses(task, "接单")
    assert await li.presses(firm.sees(task), "办好了")
    await wang.presses(south.hears("#XZ2", "满意"), "没解决")
    assert "办理中" in south.card("XZ2")
    assert [row.spec for row in books.all(Ladder)] == before


@pytest.mark.parametrize("change", [lambda _: {}, lambda rules: {**rules, "hours": "nine to five", "quiet": ["dusk"]}])
async def test_a_calendar_nobody_can_read_gives_way_and_the_coordinator_is_told(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person, books: Books, change: Change
) -> None:
    await south.says(wang, WORDS)
    before = _rewrite(books, Community, "calendar", change)
    await world.passes(hours=9)
    firm.hears("#XZ1", "提醒")
    chen.phone.hears("#XZ1", "超期")
    assert told_of_rules(chen) == 1
    chen.phone.reads_all()
    await world.passes(until=A_MONDAY.replace(day=24))
    chen.phone.hears("XZ1")  # the digest of the next morning
    assert world.desk.health().database
    assert [row.calendar for row in books.all(Community)] == before


async def test_rules_with_a_field_that_was_dropped_since_are_what_they_were(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person, books: Books
) -> None:
    _rewrite(books, Ladder, "spec", lambda rules: {**rules, "weather": "fine"})
    _rewrite(books, Community, "calendar", lambda rules: {**rules, "moon": "full"})
    await south.says(wang, WORDS)
    await world.passes(hours=9)
    firm.hears("#XZ1", "提醒")
    assert told_of_rules(chen) == 0


def told_of_rules(coordinator: Person) -> int:
    return sum("规则读不出来" in text_of(message) for message in coordinator.phone.said)


def _rewrite(books: Books, table: type[Ladder] | type[Community], column: str, change: Change) -> list[dict[str, Any]]:
    """What stands in the column then."""
    with books.open() as session:
        for row in session.scalars(select(table)).all():
            setattr(row, column, change(getattr(row, column)))
    return [getattr(row, column) for row in books.all(table)]
