"""What Telegram hands over is kept before it is confirmed, and nothing Telegram does ends the listening."""

import asyncio
from typing import Any

import pytest

from bot import wire
from bot.receive import Receiver, chat_key
from bot.wire import Line
from tests.bot.delivery.street import ANNA, LI, SQUARE, STRANGER, Street


def waiting(street: Street) -> int:
    return street.desk.health().waiting


def heard(street: Street) -> bool:
    return street.receiver.heard_at is not None


async def test_an_update_is_kept_before_it_is_confirmed(street: Street) -> None:
    street.town.say(SQUARE, ANNA, "#报修 路灯不亮")
    assert await street.receiver.once(0) == 1
    assert street.arrived.is_set()
    assert waiting(street) == 1
    assert len(street.town.bot().queue.waiting) == 1  # Telegram still has it
    assert await street.receiver.once(0) == 0
    assert not street.town.bot().queue.waiting  # and forgets it only now


async def test_what_could_not_be_kept_is_not_confirmed(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.errors import DatabaseAway

    def away(*_: object) -> int:
        raise DatabaseAway("the database does not answer")

    street.town.say(SQUARE, ANNA, "#报修 路灯不亮")
    with monkeypatch.context() as trouble:
        trouble.setattr(street.desk, "store_updates", away)
        assert await street.receiver.once(0) == 0
        assert await street.receiver.once(0) == 0
    assert len(street.town.bot().queue.waiting) == 1
    assert await street.receiver.once(0) == 1
    assert waiting(street) == 1


async def test_it_asks_for_what_we_use_and_nothing_else(street: Street) -> None:
    await street.receiver.once(0)
    (call,) = street.calls("getUpdates")
    assert call.params["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert "offset" not in call.params


async def test_a_restart_goes_on_where_it_stopped(street: Street) -> None:
    street.town.say(SQUARE, ANNA, "一")
    await street.receiver.once(0)
    street.town.say(SQUARE, ANNA, "二")
    again = street.new_receiver()
    assert await again.once(0) == 1
    assert waiting(street) == 2


async def test_an_offset_beyond_the_servers_ids_takes_what_comes_and_each_once(street: Street) -> None:
    key = f"1000@{street.settings.telegram_url}"
    street.desk.store_updates(key, [], street.town.bot().queue.next_id + 5_000_000)
    for word in ("一", "二", "三"):
        street.town.say(SQUARE, ANNA, word)
    polls = [await street.receiver.once(0) for _ in range(3)]
    assert polls == [3, 0, 0]
    assert waiting(street) == 3
    assert not street.town.bot().queue.waiting


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


GARBAGE = ["a text", 17, None, [], {"update_id": "seven"}, {"update_id": True}, {"update_id": -1}]


@pytest.mark.parametrize("garbage", GARBAGE, ids=repr)
async def test_what_is_no_update_holds_nothing_up(street: Street, garbage: object) -> None:
    street.town.raw(garbage)
    street.town.say(SQUARE, ANNA, "#报修 路灯不亮")
    for _ in range(3):
        await street.receiver.once(0)
    assert waiting(street) == 1


async def test_an_answer_of_garbage_alone_is_not_asked_for_at_full_speed(street: Street) -> None:
    body = {"ok": True, "result": ["garbage", {"message": {}}, {"update_id": 2**70, "message": {}}]}
    street.town.fail("getUpdates", status=200, body=body, times=4)
    rests = []
    for _ in range(4):
        await street.receiver.once(0)
        rests.append(street.receiver.rest)
    assert rests[3] > 2 * rests[0] > 0


async def test_an_update_that_nobody_can_parse_is_kept_for_whoever_looks_into_it(street: Street) -> None:
    street.town.raw({"message": "not an object"})
    assert await street.receiver.once(0) == 1
    assert waiting(street) == 1


async def test_kinds_we_did_not_ask_for_are_confirmed_and_not_kept(street: Street) -> None:
    street.town.raw({"business_message": {"text": "private"}})
    await street.receiver.once(0)
    await street.receiver.once(0)
    assert waiting(street) == 0
    assert not street.town.bot().queue.waiting


async def test_characters_no_database_takes_are_left_out(street: Street) -> None:
    message = r'{"text": "路灯\u0000不亮\ud83d", "deep": [{"k\u0000": "\udc00"}]}'
    body = '{"ok": true, "result": [{"update_id": 7, "message": ' + message + "}]}"
    street.town.fail("getUpdates", status=200, body=body)
    assert await street.receiver.once(0) == 1
    seen: list[Any] = []
    street.desk.take_next(lambda visit, raw: seen.append(raw))
    assert seen[0]["message"] == {"text": "路灯不亮", "deep": [{"k": ""}]}


@pytest.mark.expects_errors
async def test_one_update_the_database_refuses_does_not_cost_the_others(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = street.desk.store_updates

    def choosy(key: str, rows: list[Any], offset: int) -> int:
        if any("poison" in str(raw) for _, _, raw in rows):
            raise ValueError("cannot be stored")
        return keep(key, rows, offset)

    monkeypatch.setattr(street.desk, "store_updates", choosy)
    for word in ("一", "poison", "三"):
        street.town.say(SQUARE, ANNA, word)
    await street.receiver.once(0)
    await street.receiver.once(0)
    assert waiting(street) == 2
    assert not street.town.bot().queue.waiting


async def test_the_loop_rests_after_trouble_and_ends_when_told(street: Street) -> None:
    street.town.fail("getUpdates", status=500, times=3)
    street.town.say(SQUARE, ANNA, "#报修 路灯不亮")
    stop = asyncio.Event()
    loop = asyncio.create_task(street.receiver.run(stop, 25))
    await asyncio.wait_for(street.arrived.wait(), 5)
    stop.set()
    await asyncio.wait_for(loop, 5)  # the poll under way would have taken 25 s
    assert len(street.slept.seconds) == 3
    assert waiting(street) == 1


def test_whose_order_an_update_belongs_to() -> None:
    pressed = {"from": {"id": LI}, "message": {"chat": {"id": SQUARE}}}
    assert chat_key({"chat": {"id": SQUARE}, "from": {"id": ANNA}}) == str(SQUARE)
    assert chat_key(pressed) == str(SQUARE)
    assert chat_key({"from": {"id": STRANGER}}) == f"user:{STRANGER}"
    assert chat_key("garbage") == "?"


async def test_nothing_anybody_wrote_and_no_token_reaches_the_log(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    street.town.raw({"update_id": "x", "message": {"text": "张三的电话"}})
    street.town.fail("getUpdates", status=200, body='{"ok":true,"result":[{"message":{"text":"张三的电话"')
    street.town.fail("getUpdates", status=502, body="<html>张三的电话 1000:practice</html>")
    for _ in range(3):
        await street.receiver.once(0)
    assert "practice" not in repr(street.line)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("bot", "telegram"))]
    assert len(ours) >= 3
    assert not [line for line in ours if "张三" in line or "practice" in line]
