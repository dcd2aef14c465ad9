"""What Telegram hands over is kept before it is confirmed, and nothing Telegram does ends the listening."""

import asyncio
from typing import Any

import pytest

from bot.receive import chat_key
from tests.bot.delivery.posting import in_the_inbox
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


async def test_a_restart_goes_on_where_it_stopped(street: Street) -> None:
    street.town.say(SQUARE, ANNA, "一")
    await street.receiver.once(0)
    street.town.say(SQUARE, ANNA, "二")
    again = street.new_receiver()
    assert await again.once(0) == 1
    assert waiting(street) == 2


GARBAGE = ["a text", 17, None, [], {"update_id": "seven"}, {"update_id": True}, {"update_id": -1}]


@pytest.mark.parametrize("garbage", GARBAGE, ids=repr)
async def test_what_is_no_update_holds_nothing_up(street: Street, garbage: object) -> None:
    street.town.raw(garbage)
    street.town.say(SQUARE, ANNA, "#报修 路灯不亮")
    for _ in range(3):
        await street.receiver.once(0)
    assert waiting(street) == 1


async def test_an_update_that_nobody_can_parse_is_kept_for_whoever_looks_into_it(street: Street) -> None:
    street.town.raw({"message": "not an object"})
    assert await street.receiver.once(0) == 1
    assert waiting(street) == 1


async def test_characters_no_database_takes_are_left_out(street: Street) -> None:
    message = r'{"text": "路灯\u0000不亮\ud83d", "deep": [{"k\u0000": "\udc00"}]}'
    body = '{"ok": true, "result": [{"update_id": 7, "message": ' + message + "}]}"
    street.town.fail("getUpdates", status=200, body=body)
    assert await street.receiver.once(0) == 1
    seen: list[Any] = []
    street.desk.take_next(lambda visit, raw: seen.append(raw))
    assert seen[0]["message"] == {"text": "路灯不亮", "deep": [{"k": ""}]}


@pytest.mark.expects_errors
@pytest.mark.parametrize("even_as_text", [False, True])
async def test_one_update_the_database_refuses_does_not_cost_the_others(
    street: Street, monkeypatch: pytest.MonkeyPatch, even_as_text: bool
) -> None:
    """It is kept as a text that nobody acts on, if the database takes that."""
    keep = street.desk.store_updates

    def choosy(key: str, rows: list[Any], offset: int | None) -> int:
        contents = [row.raw["message"] for row in rows]
        if any("poison" in str(each) and (even_as_text or isinstance(each, dict)) for each in contents):
            raise ValueError("cannot be stored")
        return keep(key, rows, offset)

    monkeypatch.setattr(street.desk, "store_updates", choosy)
    for word in ("一", "poison", "三"):
        street.town.say(SQUARE, ANNA, word)
    await street.receiver.once(0)
    await street.receiver.once(0)
    kept = [raw["message"] for raw in in_the_inbox(street.settings.database_url)]
    assert [type(each) for each in kept] == ([dict, dict] if even_as_text else [dict, str, dict])
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
