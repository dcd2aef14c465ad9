"""R3: kill at each labelled point, for every kind: nothing lost; a page doubled once and marked, a notice never.

A notice killed in flight may be lost; it ends `unsure`. A card is looked for and never doubled; an edit is repeated.
"""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.faults.killing import ours
from tests.faults.quarter import COORDINATOR, LIAISON, Quarter, quarter
from tracker.models import Card, Event, Outbox, Ticket

REPEATED = "(重发)"


@pytest.fixture
async def home(database_url: str, tmp_path: Path) -> AsyncIterator[Quarter]:
    """One group, one party, one ticket whose two cards stand; nobody runs."""
    async with quarter(database_url, tmp_path) as home:
        home.reports_something()
        await home.settles()
        yield home


async def dies(home: Quarter, point: str) -> None:
    """The program runs until it reaches the point, and nobody runs for a while."""
    home.nobody_runs_for_long()
    home.bot.die_at = point
    await home.bot.start()
    assert await home.bot.ends(None) == -signal.SIGKILL, home.bot.log[-5000:]
    home.nobody_runs_for_long()
    home.bot.die_at = ""


async def dies_at(home: Quarter, point: str) -> None:
    """It dies there, and is started again."""
    await dies(home, point)
    await home.bot.start()
    await home.comes_to_rest()
    assert await home.bot.ends() == 0
    assert "Traceback" not in home.bot.log


def said_since(home: Quarter, chat: int, count: int) -> list[str]:
    """What the program has said in a chat beyond the first `count` messages."""
    return [str(message["text"]) for message in ours(home.town, chat)[count:]]


def states(home: Quarter, kind: str) -> list[str]:
    with home.books.reading() as session:
        return list(session.scalars(select(Outbox.state).where(Outbox.kind == kind).order_by(Outbox.id)))


@pytest.mark.parametrize(
    ("point", "copies", "marked"),
    [("deciding", 1, 0), ("decided", 1, 0), ("claimed", 1, 1), ("asked", 2, 1), ("recorded", 1, 0)],
)
async def test_a_page(home: Quarter, point: str, copies: int, marked: int) -> None:
    home.falls_due(1)
    await dies_at(home, point)
    pages = said_since(home, home.yards[0], 1)
    assert [page.startswith(REPEATED) for page in pages] == [False] * (copies - marked) + [True] * marked
    assert all("#XZ1" in page for page in pages)
    assert states(home, "page") == ["sent"]
    with home.books.reading() as session:
        told = select(func.count()).where(Event.kind == "told")
        assert session.scalar(told) == 1  # one decision, however often it was begun


@pytest.mark.parametrize(
    ("point", "copies", "state"), [("claimed", 0, "unsure"), ("asked", 1, "unsure"), ("recorded", 1, "sent")]
)
async def test_a_notice(home: Quarter, point: str, copies: int, state: str) -> None:
    home.asks(1)
    await dies_at(home, point)
    assert len(said_since(home, home.groups[0], 1)) == copies
    assert states(home, "notice") == [state]


@pytest.mark.parametrize("point", ["claimed", "asked", "recorded", "asked:2", "recorded:2"])
async def test_a_card(home: Quarter, point: str) -> None:
    """In the group and, the second, in the party's place."""
    home.reports_something()
    await dies_at(home, point)
    for chat in (home.groups[0], home.yards[0]):
        (card,) = said_since(home, chat, 1)
        assert "#XZ2" in card
    assert_cards_are_where_they_are_believed_to_be(home)


@pytest.mark.parametrize("point", ["edit_claimed", "edit_asked", "edit_recorded"])
async def test_an_edit(home: Quarter, point: str) -> None:
    accepts(home)
    await dies_at(home, point)
    assert_accepted_once(home)


@pytest.mark.parametrize("point", ["update_stored", "update_handled", "update_done"])
async def test_a_message(home: Quarter, point: str) -> None:
    home.reports_something()
    await dies_at(home, point)
    with home.books.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 2
    for chat in (home.groups[0], home.yards[0]):
        assert ["#XZ2" in card for card in said_since(home, chat, 1)] == [True]
    assert_cards_are_where_they_are_believed_to_be(home)


@pytest.mark.parametrize("point", ["update_stored", "update_handled", "update_done"])
async def test_a_press(home: Quarter, point: str) -> None:
    accepts(home)
    await dies_at(home, point)
    assert_accepted_once(home)


def accepts(home: Quarter) -> None:
    task = ours(home.town, home.yards[0])[0]
    home.town.press(home.yards[0], LIAISON, int(task["message_id"]), "接单")


def assert_accepted_once(home: Quarter) -> None:
    (card,), (task,) = (said_since(home, chat, 0) for chat in (home.groups[0], home.yards[0]))
    assert "办理中" in card
    assert "办理中" in task
    with home.books.reading() as session:
        assert session.scalar(select(Ticket.status)) == "in_progress"
        assert session.scalar(select(func.count()).where(Event.kind == "accepted")) == 1


def assert_cards_are_where_they_are_believed_to_be(home: Quarter) -> None:
    with home.books.reading() as session:
        believed = sorted(session.scalars(select(Card.message)), key=str)
        assert set(session.scalars(select(Outbox.state))) == {"sent"}
    standing = [int(m["message_id"]) for chat in (*home.groups, *home.yards) for m in ours(home.town, chat)]
    assert believed == sorted(standing, key=str)


async def test_a_page_that_kills_the_program_each_time(home: Quarter) -> None:
    """After the sixth death it is given up, and the coordinator hears of it."""
    home.falls_due(1)
    for _ in range(6):
        await dies(home, "claimed")
    await home.bot.start()
    await home.bot.sees(lambda: any("#XZ1" in text for text in said_since(home, COORDINATOR, 0)))
    assert await home.bot.ends() == 0
    assert states(home, "page")[0] == "unsure"
    assert said_since(home, home.yards[0], 1) == []
