"""A machine that stood still on its way to Telegram says nothing more: whether it may is asked as the words leave."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot.cards import Cards
from bot.speak import Speaker
from tests.bot.delivery.street import ANNA, SQUARE, USERNAME, YARD, Street
from tracker.views import File

ON_ITS_WAY = 2  # looks before the words leave: as they are claimed, and when it is their turn


def true_for(looks: int) -> Callable[[], bool]:
    """So often this machine is the one that speaks."""
    answers: Iterator[bool] = iter([True] * looks)
    return lambda: next(answers, False)


def taken(street: Street) -> File:
    """A photo of the lamp."""
    photo = street.town.photo(SQUARE, ANNA)["photo"][-1]
    return File(photo["file_id"], photo["file_unique_id"])


@pytest.mark.parametrize("looks", range(ON_ITS_WAY + 1))
async def test_what_somebody_else_may_have_said_by_now_is_not_said(street: Street, looks: int) -> None:
    street.post(SQUARE)
    late = Speaker(street.line, street.desk, USERNAME, street.pace, tally=street.tally, sleep=street.slept,
                   trusted=true_for(looks))  # fmt: skip
    await late.once()
    assert street.calls("sendMessage") == []
    street.clock.turn(timedelta(seconds=2))
    assert await street.speaker.once() == 1
    (message,) = street.ours(SQUARE)
    assert "重发" not in message["text"]  # nobody had been asked


async def test_what_left_in_time_is_said(street: Street) -> None:
    street.post(SQUARE)
    in_time = Speaker(street.line, street.desk, USERNAME, street.pace, tally=street.tally, sleep=street.slept,
                      trusted=true_for(ON_ITS_WAY + 1))  # fmt: skip
    assert await in_time.once() == 1
    assert len(street.ours(SQUARE)) == 1


async def test_photos_that_did_not_leave_in_time_follow_later(settled: Street) -> None:
    settled.report(before=tuple(taken(settled) for _ in range(3)))
    while not settled.calls("sendPhoto"):
        await settled.speaker.once()  # the cards, one of them with the first photo
        settled.clock.turn(timedelta(seconds=2))
    late = Speaker(settled.line, settled.desk, USERNAME, settled.pace, tally=settled.tally, sleep=settled.slept,
                   trusted=true_for(ON_ITS_WAY + 1))  # fmt: skip
    assert await late.once() == 1
    assert settled.calls("sendMediaGroup") == []  # the others: their words had left by then, they had not
    await settled.says_all()
    (album,) = settled.calls("sendMediaGroup")
    assert album.params["chat_id"] == YARD


@pytest.mark.parametrize("looks", range(ON_ITS_WAY + 1))
async def test_a_card_is_not_edited_either(settled: Street, looks: int) -> None:
    ticket = settled.report()
    await settled.says_all()
    settled.take(ticket)
    settled.clock.turn(timedelta(seconds=2))
    edits = len(settled.calls("editMessageText"))
    late = Cards(settled.line, settled.desk, USERNAME, settled.pace, tally=settled.tally, trusted=true_for(looks))
    await late.once()
    assert len(settled.calls("editMessageText")) == edits
    settled.clock.turn(timedelta(seconds=31))
    while await settled.cards.once():
        settled.clock.turn(timedelta(seconds=2))
    assert "办理中" in settled.ours(SQUARE)[-1]["text"]
