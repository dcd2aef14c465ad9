"""Letters go out in order, none waits for another chat, and what became of each is written down."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.pace import BURST, GAP
from bot.speak import speaker as speaking
from bot.speak.speaker import IN_FLIGHT
from tests.bot.delivery.street import ANNA, LI, MONDAY, SQUARE, STRANGER, YARD, Street
from tracker.errors import DatabaseAway
from tracker.facts import Hint


def said(street: Street, chat: int) -> int:
    return len(street.ours(chat))


async def test_a_place_hears_one_letter_a_second_and_in_order(street: Street) -> None:
    for code in ("bare_tag", "test", "small_talk"):
        street.post(SQUARE, Hint(code=code))
    street.post(LI)
    assert await street.speaker.once() == 2
    assert (said(street, SQUARE), said(street, LI)) == (1, 1)
    assert await street.speaker.once() == 0
    for count in (2, 3):
        street.clock.turn(timedelta(seconds=1))
        assert await street.speaker.once() == 1
        assert said(street, SQUARE) == count
    ids = [message["message_id"] for message in street.ours(SQUARE)]
    assert ids == sorted(ids)
    texts = [message["text"] for message in street.ours(SQUARE)]
    assert len(set(texts)) == 3


async def test_a_slow_chat_holds_up_no_other(street: Street) -> None:
    street.post(SQUARE)
    street.post(YARD)
    street.town.fail("sendMessage", chat=SQUARE, hang=0.3)
    await street.speaker.start()
    async with asyncio.timeout(5):
        async for _ in street.town.changed.changes():
            if said(street, YARD):
                break
    assert said(street, SQUARE) == 0
    await street.speaker.finish()


def neighbours(street: Street, count: int) -> None:
    for number in range(count):
        street.town.add_user(3000 + number, f"邻居{number}")
        street.town.start(3000 + number)
        street.post(3000 + number)


async def test_a_few_leave_at_once_and_then_one_after_the_other(street: Street) -> None:
    neighbours(street, BURST + 2)
    assert await street.speaker.start() == BURST
    assert await street.speaker.start() == 0
    await street.speaker.finish()
    for _ in range(2):
        street.clock.turn(GAP)
        assert await street.speaker.once() == 1


async def test_so_many_are_in_flight_at_most(street: Street) -> None:
    neighbours(street, IN_FLIGHT + 2)
    street.town.fail("sendMessage", hang=30, times=IN_FLIGHT)
    sent = 0
    for _ in range(40):
        sent += await street.speaker.start()
        await asyncio.sleep(0.001)  # time to leave
        street.clock.turn(GAP)
    assert sent == IN_FLIGHT
    await asyncio.wait_for(street.speaker.finish(within=0.05), 5)
    street.clock.turn(timedelta(seconds=2))
    assert await street.speaker.once() == 2


async def test_the_bot_as_a_whole_keeps_its_pace(street: Street) -> None:
    street.town.flood = True
    neighbours(street, 100)
    while (at := street.desk.next_send_at()) is not None:
        street.clock.turn_to(max(at, street.pace.free_at()))
        assert await street.speaker.once() > 0
    assert {call.status for call in street.calls("sendMessage")} == {200}
    assert street.clock.now() - MONDAY < timedelta(seconds=100 / 30 * 1.05)


async def test_telegram_may_ask_one_chat_to_wait(street: Street) -> None:
    street.post(SQUARE)
    street.post(YARD)
    street.town.fail("sendMessage", chat=SQUARE, status=429, retry_after=35)
    await street.speaker.once()
    assert (said(street, SQUARE), said(street, YARD)) == (0, 1)
    street.clock.turn(timedelta(seconds=34))
    assert await street.speaker.once() == 0
    street.clock.turn(timedelta(seconds=1))
    assert await street.speaker.once() == 1
    assert said(street, SQUARE) == 1


async def test_what_never_left_goes_again_and_is_said_once(street: Street) -> None:
    street.post(SQUARE)
    street.town.fail("sendMessage", status=401, times=2)
    for _ in range(3):
        await street.speaker.once()
        street.clock.turn(timedelta(minutes=5))
    assert said(street, SQUARE) == 1


async def test_a_notice_that_may_have_arrived_is_not_said_again(street: Street) -> None:
    street.post(SQUARE)
    street.town.fail("sendMessage", status=502, body="<html>Bad Gateway</html>", after_accepting=True)
    for _ in range(3):
        await street.speaker.once()
        street.clock.turn(timedelta(minutes=5))
    assert said(street, SQUARE) == 1
    assert street.desk.health().unsure == 1


async def test_an_answer_that_does_not_come_is_not_waited_for_forever(street: Street) -> None:
    street.post(SQUARE)
    street.town.fail("sendMessage", hang=30)
    hasty = street.new_speaker(longest=0.05)
    assert await asyncio.wait_for(hasty.once(), 5) == 1
    assert street.desk.health().unsure == 1


@pytest.mark.parametrize("chat", [STRANGER, LI])
async def test_who_cannot_hear_us_is_not_spoken_to_again_and_again(street: Street, chat: int) -> None:
    street.town.block(LI)
    street.post(chat)
    for _ in range(3):
        await street.speaker.once()
        street.clock.turn(timedelta(minutes=5))
    assert len(street.calls("sendMessage")) == 1
    assert street.desk.health().dead == 1


async def test_a_group_that_became_a_supergroup_hears_it_there(street: Street) -> None:
    old = -4001
    street.town.add_group(old, "老群", [ANNA], kind="group")
    street.town.add_bot_to(old)
    street.post(old)
    new = street.town.upgrade(old)
    for _ in range(2):
        await street.speaker.once()
        street.clock.turn(timedelta(seconds=1))
    assert said(street, new) == 1


async def test_the_outcome_is_written_down_once_the_database_is_back(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle, away = street.desk.settle, 3

    def settle_later(*args: Any) -> None:
        nonlocal away
        if away:
            away -= 1
            raise DatabaseAway("the database does not answer")
        settle(*args)

    monkeypatch.setattr(street.desk, "settle", settle_later)
    street.post(SQUARE)
    await street.speaker.once()
    assert len(street.slept.seconds) == 3
    street.clock.turn(timedelta(minutes=5))
    assert await street.speaker.once() == 0
    assert said(street, SQUARE) == 1


@pytest.mark.expects_errors
async def test_a_database_that_stays_away_does_not_hold_the_speaker_forever(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise DatabaseAway("the database does not answer")

    monkeypatch.setattr(street.desk, "settle", away)
    monkeypatch.setattr(speaking, "LEASE", 0.0)
    street.post(SQUARE)
    assert await asyncio.wait_for(street.speaker.once(), 5) == 1


async def test_what_is_still_in_flight_at_the_end_is_recorded_as_unknown(street: Street) -> None:
    street.post(SQUARE)
    street.town.fail("sendMessage", hang=30)
    await street.speaker.start()
    await asyncio.wait_for(street.speaker.finish(within=0.05), 5)
    assert street.desk.health().unsure == 1


@pytest.mark.expects_errors
async def test_a_fact_without_words_ends_in_the_open(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    def speechless(*_: object) -> None:
        raise KeyError("王阿姨")

    monkeypatch.setattr(speaking, "worded", speechless)
    street.post(SQUARE)
    await street.speaker.once()
    assert street.desk.health().dead == 1
    assert street.calls("sendMessage") == []


async def test_the_log_names_the_chat_and_no_words(street: Street, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    street.post(SQUARE)
    await street.speaker.once()
    (text,) = [message["text"] for message in street.ours(SQUARE)]
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert any(f"chat={SQUARE}" in line for line in lines)
    assert not any(text[:6] in line for line in lines)
