"""R29: 500 tickets for one party at 08:00: first page <= 2 s, the rest in <= 8 list messages, all 500 mentioned
once.
"""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.bot.delivery.street import YARD, Street
from tests.faults.books import Books
from tracker.models import Clock, Outbox

TICKETS = 500
EIGHT = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # eight in the morning there


@pytest.fixture
def due(settled: Street, database_url: str) -> Street:
    """Five hundred open tickets whose cards all stand, and whose first reminder is due at eight."""
    for number in range(TICKETS):
        settled.report(f"{number}号楼的路灯不亮了", message=10_000 + number)
    with Books(database_url).open() as session:
        session.execute(update(Outbox).values(state="sent", message=Outbox.id + 100_000))
        session.execute(update(Clock).values(due_at=EIGHT))
    settled.town.flood = True
    settled.clock.turn_to(EIGHT)
    while settled.desk.sweep():
        pass
    return settled


def tickets(text: str) -> list[str]:
    return re.findall(r"#(XZ\d+)", text)


async def test_the_first_goes_at_once_and_the_rest_in_eight_lists(due: Street) -> None:
    await due.says_all()
    first, *lists = due.ours(YARD)
    calls = [call for call in due.calls("sendMessage") if call.params["chat_id"] == YARD]
    assert calls[0].at - EIGHT <= timedelta(seconds=2)
    assert "提醒" in first["text"]
    assert first["reply_markup"]["inline_keyboard"]
    assert len(lists) <= 8
    assert all("还有" in each["text"] and "/todo" in each["text"] for each in lists)
    told = Counter(ticket for each in (first, *lists) for ticket in tickets(each["text"]))
    assert len(told) == TICKETS
    assert set(told.values()) == {1}
    assert {call.status for call in calls} == {200}
    assert calls[-1].at - calls[0].at <= timedelta(seconds=120 + 30)


async def test_what_was_accepted_meanwhile_is_on_no_list(due: Street, database_url: str) -> None:
    await due.speaker.once()
    (first,) = due.ours(YARD)
    (led,) = tickets(first["text"])
    taken = [number for number in range(1, 12) if f"XZ{number}" != led][:10]
    for number in taken:
        due.take(number)
    await due.says_all()
    told = {ticket for each in due.ours(YARD)[1:] for ticket in tickets(each["text"])}
    assert told == {f"XZ{n}" for n in range(1, TICKETS + 1)} - {f"XZ{n}" for n in taken} - {led}
    states = Counter(row.state for row in Books(database_url).all(Outbox) if row.fact["kind"] == "reminder")
    assert states == {"sent": TICKETS - len(taken), "void": len(taken)}


async def test_whoever_answers_a_list_is_asked_which_he_means(due: Street) -> None:
    await due.says_all()
    listed = due.ours(YARD)[1]["message_id"]

    def about(visit: object) -> object:
        return visit.cases.about(visit.register.place(f"telegram:{YARD}"), listed)  # type: ignore[attr-defined]

    assert due.desk.visit("about", about) is None
