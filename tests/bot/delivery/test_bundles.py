"""Pages of a kind for one place: the first at once, what comes within two minutes after it in one list."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.messages.lengths import TEXT, width
from bot.messages.message import plain
from bot.messages.render import render
from tests.bot.delivery.street import LI, YARD, Street
from tests.bot.messages.samples import NOW, scene
from tests.faults.books import Books
from tracker.delivery.bundles import GATHERED, KINDS, MOST
from tracker.desk import Visit
from tracker.facts import Bundle, Danger, Overdue, Reminder
from tracker.models import Clock, Outbox, Place, Ticket
from tracker.outbox import Priority, post
from tracker.states import Status, Urgency
from tracker.views import TicketLine

SECOND = timedelta(seconds=1)
TICKETS = 6


@pytest.fixture
async def open_(settled: Street) -> Street:
    """Tickets whose cards stand in their chats."""
    for number in range(TICKETS):
        settled.report(f"{number}号楼的路灯不亮了")
    await settled.says_all()
    return settled


def page(street: Street, ticket: int, fact: Any = None, *, urgent: bool = False, chat: int = YARD) -> None:
    """A page about a ticket, as the ladder posts it."""

    def work(visit: Visit) -> None:
        epoch = visit.session.get_one(Clock, ticket).epoch
        post(
            visit.session, visit.register.place(f"telegram:{chat}").id,  # type: ignore[union-attr]
            fact or Reminder(phase="accept", n=1), dedup=f"page:{ticket}:{visit.key}", now=visit.now,
            priority=Priority.CRITICAL if urgent else Priority.PAGE, ticket_id=ticket, epoch=epoch,
        )  # fmt: skip

    street.desk.visit(f"page {ticket} {street.clock.now()} {fact}", work)


def pages(street: Street, chat: int = YARD) -> list[str]:
    """What came after the cards."""
    return [message["text"] for message in street.ours(chat)[TICKETS:]]


def states(street: Street, url: str) -> dict[int, str]:
    rows = [row for row in Books(url).all(Outbox) if row.dedup.startswith("page:")]
    return {row.ticket_id or 0: row.state for row in rows}


async def test_the_first_goes_at_once_and_the_others_as_a_list(open_: Street, database_url: str) -> None:
    for ticket in (1, 2, 3):
        page(open_, ticket)
    await open_.says_all(SECOND * 119)
    assert len(pages(open_)) == 1
    began = open_.calls("sendMessage")[-1].at
    await open_.says_all()
    first, listed = pages(open_)
    assert "#XZ1" in first
    assert "还有 2 件" in listed
    assert "#XZ2" in listed
    assert "#XZ3" in listed
    assert open_.calls("sendMessage")[-1].at - began == GATHERED
    assert states(open_, database_url) == {1: "sent", 2: "sent", 3: "sent"}


async def test_a_single_one_that_waited_stays_a_page_with_its_buttons(open_: Street) -> None:
    page(open_, 1)
    await open_.says_all(SECOND)
    page(open_, 2)
    await open_.says_all()
    assert "#XZ2" in pages(open_)[1]
    assert "第 1 次提醒" in pages(open_)[1]
    assert open_.ours(YARD)[-1]["reply_markup"]["inline_keyboard"]


async def test_what_moved_on_drops_out_and_nobody_hears_of_nothing(open_: Street, database_url: str) -> None:
    for ticket in (1, 2, 3):
        page(open_, ticket)
    await open_.says_all(SECOND)
    open_.take(2)
    open_.take(3)
    await open_.says_all()
    assert len(pages(open_)) == 1
    assert states(open_, database_url) == {1: "sent", 2: "void", 3: "void"}


async def test_danger_waits_for_no_list(open_: Street) -> None:
    for ticket in (1, 2, 3):
        page(open_, ticket)
    page(open_, 4, Danger())
    page(open_, 5, urgent=True)
    await open_.says_all(SECOND * 10)
    told = pages(open_)
    assert len(told) == 3
    assert not any("还有" in text for text in told)


async def test_each_kind_and_each_part_has_a_list_of_its_own(open_: Street) -> None:
    for ticket in (1, 2, 3):
        page(open_, ticket)
        page(open_, ticket, Overdue(phase="accept", n=1, to="coordinator"))
        page(open_, ticket, Overdue(phase="accept", n=1, to="secretary"))
    await open_.says_all(SECOND * 60)
    assert len(pages(open_)) == 3
    await open_.says_all()
    assert sum("还有 2 件" in text for text in pages(open_)) == 3


async def test_after_a_while_the_next_goes_at_once_again(open_: Street) -> None:
    page(open_, 1)
    await open_.says_all()
    open_.clock.turn(GATHERED + SECOND)
    page(open_, 2)
    page(open_, 3)
    await open_.says_all(SECOND)
    assert len(pages(open_)) == 2
    await open_.says_all()
    assert len(pages(open_)) == 3


async def test_a_night_that_begins_meanwhile_puts_the_list_off(open_: Street) -> None:
    """In the morning it is as on any morning: one at once, the rest as a list."""
    open_.clock.turn_to(datetime(2026, 11, 23, 13, 59, 30, tzinfo=UTC))  # half a minute to ten in the evening
    for ticket in (1, 2, 3, 4):
        page(open_, ticket)
    await open_.says_all(timedelta(hours=8))
    assert len(pages(open_)) == 1
    open_.clock.turn_to(datetime(2026, 11, 23, 22, 30, tzinfo=UTC))
    await open_.says_all()
    _, second, listed = pages(open_)
    assert "#XZ2" in second
    assert "还有 2 件" in listed
    at = [call.at for call in open_.calls("sendMessage")][-2:]
    assert at == [datetime(2026, 11, 23, 23, minute, tzinfo=UTC) for minute in (0, 2)]


@pytest.mark.expects_errors
@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        ({"status": 502, "after_accepting": True}, "sent"),
        ({"status": 502, "times": 2}, "unsure"),
        ({"status": 400, "description": "Bad Request: whatever"}, "dead"),
        ({"status": 403, "description": "Forbidden: bot was kicked from the supergroup chat"}, "dead"),
        ({"status": 429, "retry_after": 7}, "sent"),
        ({"status": 401}, "sent"),
    ],
)
async def test_what_became_of_the_list_became_of_each(
    open_: Street, database_url: str, fault: dict[str, Any], ends: str
) -> None:
    for ticket in (1, 2, 3):
        page(open_, ticket)
    await open_.says_all(SECOND)
    open_.town.fail("sendMessage", chat=YARD, **fault)
    await open_.says_all()
    assert states(open_, database_url) == {1: "sent", 2: ends, 3: ends}
    lists = [text for text in pages(open_) if "还有" in text]
    assert len(lists) == (2 if fault.get("after_accepting") else 1 if ends == "sent" else 0)
    assert all(text.startswith("(重发)") for text in lists[1:])


async def test_a_list_that_shrank_to_one_between_two_attempts_is_a_page_again(open_: Street, database_url: str) -> None:
    for ticket in (1, 2, 3):
        page(open_, ticket)
    await open_.says_all(SECOND)
    open_.town.fail("sendMessage", chat=YARD, status=502, after_accepting=True)
    open_.clock.turn(GATHERED)
    await open_.speaker.once()
    open_.take(2)
    await open_.says_all()
    assert states(open_, database_url) == {1: "sent", 2: "void", 3: "sent"}
    assert pages(open_)[-1].startswith("(重发)")
    assert "#XZ3" in pages(open_)[-1]


async def test_a_page_is_told_of_whatever_becomes_of_it(open_: Street, database_url: str) -> None:
    """The party's place is silent: its tickets' ladders come at once, those of a list as well."""
    for ticket in (1, 2, 3):
        page(open_, ticket)
    await open_.says_all(SECOND)
    open_.town.block(LI)
    open_.town.kick_bot(YARD)
    await open_.says_all()
    with Books(database_url).open() as session:
        due = dict(session.execute(select(Clock.ticket_id, Clock.due_at)).all())
        blocked = session.scalars(select(Place.blocked_why).where(Place.address == f"telegram:{YARD}")).one()
        assert session.scalars(select(Ticket.id)).all()
    assert blocked == "kicked"
    soon = open_.clock.now()
    cards = [m for m in open_.town.messages(LI) if "#XZ2" in m.get("text", "")]
    assert cards or (due[2] is not None and due[2] <= soon)


def line(number: int) -> TicketLine:
    return TicketLine(
        id=number, number=f"WWWWWW{999_999_900 + number}", status=Status.IN_PROGRESS, urgency=Urgency.URGENT,
        title="😀" * 60, lead="很长的名字" * 20, by=NOW.replace(year=2027), overdue=number % 2 == 0, epoch=99,
    )  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("of", sorted(KINDS))
def test_the_longest_list_fits_into_one_message(of: str, language: str) -> None:
    fact = Bundle(of=of, to="coordinator", lines=tuple(map(line, range(MOST))))
    message = render(fact, None, scene(language))
    assert width(plain(message)) <= TEXT
    assert message.text.count("#WWWWWW") == MOST
