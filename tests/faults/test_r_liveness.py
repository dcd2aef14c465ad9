"""R-LIVENESS: no answer to getUpdates, and none at all, ends the polling; health is red after 90 s, and green again."""

import asyncio
from typing import Any

import pytest

from board import Signs
from board.health import POLLED_WITHIN, ready
from bot import wire
from bot.receive import Receiver
from bot.wire import Line
from tests.bot.delivery.posting import in_the_inbox
from tests.bot.delivery.street import ANNA, SQUARE, Street


def waiting(street: Street) -> int:
    return len(in_the_inbox(street.settings.database_url))


def heard(street: Street) -> bool:
    return street.receiver.heard_at is not None


TROUBLES: dict[str, dict[str, Any]] = {
    "token refused": {"status": 401},
    "no such method": {"status": 404},
    "somebody else polls": {"status": 409},
    "a webhook is set": {
        "status": 409,
        "description": "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first",
    },
    "server error": {"status": 500},
    "bad gateway, in HTML": {"status": 502, "body": "<html><h1>502 Bad Gateway</h1></html>"},
    "HTML with status 200": {"status": 200, "body": "<html>Welcome to the hotel's WiFi</html>"},
    "half an answer": {"status": 200, "body": '{"ok":true,"result":[{"update_id":'},
    "no result": {"status": 200, "body": {"ok": False}},
    "a result that is no list": {"status": 200, "body": {"ok": True, "result": {"update_id": 7}}},
    "an answer that is a list": {"status": 500, "body": []},
}


@pytest.mark.expects_errors
@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
async def test_no_trouble_ends_the_listening(street: Street, trouble: dict[str, Any]) -> None:
    street.town.say(SQUARE, ANNA, "#报修 路灯不亮")
    street.town.fail("getUpdates", times=3, **trouble)
    rests = []
    for _ in range(3):
        assert await street.receiver.once(0) == 0
        rests.append(street.receiver.rest)
    assert not heard(street)
    assert rests[0] >= 0.5
    assert rests[2] >= 2.0 > rests[0]  # it asks less and less often
    assert await street.receiver.once(0) == 1
    assert street.receiver.rest == 0
    assert heard(street)
    assert waiting(street) == 1


async def test_it_waits_as_long_as_telegram_says(street: Street) -> None:
    street.town.fail("getUpdates", status=429, retry_after=17)
    await street.receiver.once(0)
    assert street.receiver.rest == 17


async def test_the_longest_rest_is_half_a_minute(street: Street) -> None:
    street.town.fail("getUpdates", status=500, times=20)
    for _ in range(20):
        await street.receiver.once(0)
        assert street.receiver.rest <= 30
    assert street.receiver.rest >= 15


async def test_a_server_that_is_not_there_is_asked_again(street: Street) -> None:
    nowhere = Line(street.settings.model_copy(update={"telegram_url": "http://127.0.0.1:9"}))
    receiver = Receiver(nowhere, street.desk, "1000@nowhere", arrived=street.arrived, tally=street.tally)
    assert await receiver.once(0) == 0
    assert receiver.rest > 0
    await nowhere.hang_up()


async def test_a_line_that_fell_silent_is_given_up(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PATIENCE", 0.05)
    street.town.say(SQUARE, ANNA, "#报修 路灯不亮")
    street.town.fail("getUpdates", hang=30)
    assert await asyncio.wait_for(street.receiver.once(0), 5) == 0
    assert street.receiver.rest > 0
    monkeypatch.undo()
    assert await street.receiver.once(0) == 1


async def test_an_answer_of_garbage_alone_is_not_asked_for_at_full_speed(street: Street) -> None:
    body = {"ok": True, "result": ["garbage", {"message": {}}, {"update_id": 2**70, "message": {}}]}
    street.town.fail("getUpdates", status=200, body=body, times=4)
    rests = []
    for _ in range(4):
        await street.receiver.once(0)
        rests.append(street.receiver.rest)
    assert rests[3] > 2 * rests[0] > 0


async def test_whoever_asks_sees_that_nothing_is_heard_and_when_it_is_again(street: Street) -> None:
    now = [1000.0]

    def hears(receiver: Receiver) -> bool:
        polled = None if receiver.heard_at is None else now[0] - receiver.heard_at
        return ready(street.desk.health(), Signs(street.clock.now(), polled=polled))["telegram"]

    key = f"1000@{street.settings.telegram_url}"
    receiver = Receiver(street.line, street.desk, key, arrived=street.arrived, tally=street.tally, ticks=lambda: now[0])
    assert not hears(receiver)
    await receiver.once(0)
    assert hears(receiver)
    street.town.fail("getUpdates", status=502, times=2)
    now[0] += POLLED_WITHIN - 1
    await receiver.once(0)
    assert hears(receiver)
    now[0] += 1
    await receiver.once(0)
    assert not hears(receiver)
    await receiver.once(0)
    assert hears(receiver)
    assert POLLED_WITHIN == 90
