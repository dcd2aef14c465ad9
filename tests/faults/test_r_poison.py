"""R-POISON: what nobody can parse is parked with its raw JSON and an alarm; the next is handled, and nothing spins."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.handlers import Handlers
from tests.bot.delivery.posting import Postman, letterbox
from tests.bot.delivery.posting import update as good
from tests.bot.delivery.street import SQUARE, USERNAME, Street
from tests.faults.books import Books
from tracker.models import Inbox, Ticket

POISON: dict[str, Any] = {
    "a text": {"message": "not a message"},
    "a chat that is none": {"message": {"message_id": 5, "chat": {"id": "x"}}},
    "half a press": {"callback_query": {"id": "1", "from": {"id": 7}}},
    "nested without end": {"message": {"message_id": 5, "chat": {"id": SQUARE, "deep": None}}},
}
deep: Any = None
for _ in range(700):
    deep = [deep]
POISON["nested without end"]["message"]["chat"]["deep"] = deep


@pytest.fixture
async def postman(settled: Street) -> AsyncIterator[Postman]:
    async with letterbox(settled) as postman:
        yield postman


async def comes(postman: Postman, manner: str, *updates: dict[str, Any]) -> None:
    """By either way, and is confirmed."""
    street = postman.street
    if manner == "webhook":
        for each in updates:
            assert (await postman.brings(each)).status_code == 200
        return
    for each in updates:
        street.town.raw(each)
    while street.town.bot().queue.waiting:
        await street.receiver.once(0)
    assert len(street.calls("getUpdates")) <= 3


@pytest.mark.expects_errors
@pytest.mark.parametrize("manner", ["polling", "webhook"])
@pytest.mark.parametrize("kind", POISON)
async def test_poison_is_parked_and_the_next_is_handled(postman: Postman, kind: str, manner: str) -> None:
    street, poison = postman.street, {"update_id": 700000900, **POISON[kind]}
    await comes(postman, manner, poison, good(700000901))
    handlers = Handlers(bot_id=1000, username=USERNAME)
    while street.desk.take(handlers.handle):
        pass
    with Books(street.settings.database_url).open() as session:
        rows = {row.update_id: (row.state, row.raw) for row in session.scalars(select(Inbox))}
        assert rows[700000901] == ("done", None)
        assert session.scalars(select(Ticket.source)).all() == [f"telegram:{SQUARE}:700000901"]
    state, raw = rows[700000900]
    assert state == "dead"
    assert raw == poison or kind == "nested without end"
    assert street.desk.health().parked == 1
