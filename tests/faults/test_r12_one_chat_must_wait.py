"""R12: 429 retry_after=35 on one chat: that chat waits at least 35 s, others' p99 < 2 s; nothing lost; attempt not
counted.
"""

from datetime import timedelta

from tests.bot.delivery.street import SQUARE, YARD, Street
from tests.faults.books import Books
from tracker.desk import Desk
from tracker.models import Outbox

WAIT = timedelta(seconds=35)
NEIGHBOURS = range(3000, 3040)


def everybody_is_told(street: Street) -> None:
    for number in NEIGHBOURS:
        street.town.add_user(number, f"邻居{number}")
        street.town.start(number)
        street.post(number)
    for _ in range(3):
        street.post(SQUARE)
    street.post(YARD)


async def test_that_chat_waits_and_nobody_else(street: Street, database_url: str) -> None:
    everybody_is_told(street)
    began = street.clock.now()
    street.town.fail("sendMessage", chat=SQUARE, retry_after=35)
    await street.says_all()
    calls = street.calls("sendMessage")
    refused = next(call for call in calls if call.status == 429)
    told = [call for call in calls if call.status == 200]
    there = [call.at for call in told if call.params["chat_id"] == SQUARE]
    assert min(there) - refused.at >= WAIT
    assert len(there) == 3
    others = [call.at - began for call in told if call.params["chat_id"] != SQUARE]
    assert len(others) == len(NEIGHBOURS) + 1
    assert max(others) < timedelta(seconds=2)
    rows = Books(database_url).all(Outbox)
    assert {(row.state, row.attempt) for row in rows} == {("sent", 1)}


async def test_a_restart_forgets_no_waiting(street: Street, database_url: str) -> None:
    street.post(SQUARE)
    street.town.fail("sendMessage", chat=SQUARE, retry_after=35)
    await street.speaker.once()
    street.clock.turn(WAIT - timedelta(seconds=1))
    again = Desk(database_url, street.clock)
    assert again.claim(1) == []
    street.clock.turn(timedelta(seconds=1))
    assert len(again.claim(1)) == 1
    again.close()


async def test_an_edit_that_is_refused_makes_its_chat_wait(settled: Street) -> None:
    ticket = settled.report()
    await settled.says_all()
    settled.town.fail("editMessageText", chat=SQUARE, retry_after=35)
    settled.take(ticket)
    settled.post(SQUARE)
    settled.clock.turn(timedelta(seconds=2))
    await settled.cards.once()
    began = settled.clock.now()
    await settled.says_all()
    later = [call.at for call in settled.calls("sendMessage", "editMessageText") if call.at >= began]
    in_square = [call.at for call in settled.town.calls if call.params.get("chat_id") == SQUARE and call.at >= began]
    assert later
    assert all(at == began or at - began >= timedelta(seconds=1) for at in in_square)
    assert "办理中" in settled.ours(SQUARE)[0]["text"]
