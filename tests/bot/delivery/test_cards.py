"""One card a ticket, and it is true: edited as the ticket moves, posted anew if deleted, never doubled."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.bot.delivery.street import ANNA, LI, SQUARE, YARD, Street
from tracker.views import File


async def say_all(street: Street) -> None:
    """Everything that waits is said, a second at a time."""
    for _ in range(10):
        await street.speaker.once()
        await street.cards.once()
        street.clock.turn(timedelta(seconds=1))


def cards(street: Street, chat: int = SQUARE) -> list[dict[str, Any]]:
    return [m for m in street.ours(chat) if "XZ1" in m.get("text", m.get("caption", ""))]


async def test_the_card_follows_the_ticket(settled: Street) -> None:
    ticket = settled.report()
    await say_all(settled)
    (card,) = cards(settled)
    assert "待接单" in card["text"]
    settled.take(ticket)
    await say_all(settled)
    (card,) = cards(settled)
    assert "办理中" in card["text"]
    assert card["reply_markup"]["inline_keyboard"]
    assert await settled.cards.once() == 0


@pytest.mark.parametrize("length", [8, 1500])
async def test_a_task_with_a_photo_stays_true(settled: Street, length: int) -> None:
    sent = settled.town.photo(SQUARE, ANNA, "#报修 路灯不亮")
    file = sent["photo"][-1]
    photo = File(file["file_id"], file["file_unique_id"])
    ticket = settled.report("灯" * length, message=sent["message_id"], before=(photo,))
    await say_all(settled)
    (task,) = cards(settled, YARD)
    written = "caption" if length < 1000 else "text"  # what is too long for a caption has its photo behind it
    assert "待接单" in task[written]
    assert len([message for message in settled.ours(YARD) if "photo" in message]) == 1
    settled.take(ticket)
    await say_all(settled)
    (task,) = cards(settled, YARD)
    assert "办理中" in task[written]


async def test_a_card_that_says_so_already_counts_as_shown(settled: Street) -> None:
    ticket = settled.report()
    await say_all(settled)
    settled.take(ticket)
    same = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
    settled.town.fail("editMessageText", status=400, description=same, times=2)
    await say_all(settled)
    edits = len(settled.calls("editMessageText"))
    await say_all(settled)
    assert len(settled.calls("editMessageText")) == edits


async def test_a_deleted_card_is_posted_anew_once(settled: Street) -> None:
    ticket = settled.report()
    await say_all(settled)
    settled.town.delete(SQUARE, cards(settled)[0]["message_id"])
    settled.take(ticket)
    await say_all(settled)
    (card,) = cards(settled)
    assert "办理中" in card["text"]


@pytest.mark.parametrize(
    "trouble", [{"status": 500}, {"status": 502, "body": "<html>"}, {"status": 429, "retry_after": 3}]
)
async def test_an_edit_that_failed_is_made_later(settled: Street, trouble: dict[str, Any]) -> None:
    ticket = settled.report()
    await say_all(settled)
    settled.take(ticket)
    settled.town.fail("editMessageText", times=2, **trouble)
    await settled.cards.once()
    settled.clock.turn(timedelta(minutes=10))
    await say_all(settled)
    (card,) = cards(settled)
    assert "办理中" in card["text"]


async def test_the_old_card_of_an_upgraded_group_is_edited_where_it_is(settled: Street) -> None:
    settled.town.add_group(-4001, "老群", [ANNA, LI], kind="group")
    settled.town.add_bot_to(-4001)
    settled.desk.visit("move", lambda visit: visit.register.moved(f"telegram:{SQUARE}", "telegram:-4001"))
    ticket = settled.report(chat=-4001)
    await say_all(settled)
    new = settled.town.upgrade(-4001)
    settled.desk.visit("again", lambda visit: visit.register.moved("telegram:-4001", f"telegram:{new}"))
    settled.take(ticket)
    await say_all(settled)
    edits = [call for call in settled.calls("editMessageText") if call.status == 200]
    assert -4001 in [call.params["chat_id"] for call in edits]
    assert len(cards(settled, -4001)) == 1
    assert cards(settled, new) == []


async def test_a_card_sent_just_before_a_crash_is_found_and_not_doubled(
    settled: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = settled.report()
    with monkeypatch.context() as crash:
        crash.setattr(settled.desk, "settle", lambda *_: None)  # the process died before it could write it down
        await settled.speaker.once()
    assert len(cards(settled)) == 1
    settled.town.say(SQUARE, ANNA, "有人来修吗?")
    settled.clock.turn(timedelta(seconds=31))
    settled.take(ticket)
    again = settled.new_speaker()
    for _ in range(5):
        await again.once()
        settled.clock.turn(timedelta(seconds=1))
    (card,) = cards(settled)
    assert "办理中" in card["text"]


async def test_a_card_that_never_left_before_the_crash_is_posted(
    settled: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled.report()
    settled.town.fail("sendMessage", status=500, times=2)
    with monkeypatch.context() as crash:
        crash.setattr(settled.desk, "settle", lambda *_: None)
        await settled.speaker.once()
    assert cards(settled) == []
    settled.town.say(SQUARE, LI, "收到")
    settled.clock.turn(timedelta(seconds=31))
    await settled.new_speaker().once()
    assert len(cards(settled)) == 1
    assert "收到" in [m.get("text") for m in settled.town.messages(SQUARE)]  # nobody else's words were touched


async def test_edits_that_hang_are_given_up_in_time(settled: Street) -> None:
    from bot.cards import Cards
    from tests.bot.delivery.street import USERNAME

    ticket = settled.report()
    await say_all(settled)
    settled.take(ticket)
    settled.town.fail("editMessageText", hang=30, times=2)
    hasty = Cards(settled.line, settled.desk, USERNAME, settled.pace, tally=settled.tally, longest=0.05)
    assert await asyncio.wait_for(hasty.once(), 5) >= 1
    assert settled.tally["cards_unknown"] >= 1
