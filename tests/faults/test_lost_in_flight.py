"""The program dies after Telegram accepted a message and before that was written down: what is said afterwards."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.handlers import Handlers
from tests.bot.delivery.street import ANNA, LI, SQUARE, USERNAME, YARD, Street
from tracker import outbox
from tracker.desk import Visit
from tracker.facts import Help, Hint

Message = dict[str, Any]
OUTAGE = timedelta(minutes=1)  # longer than the lease of a letter in flight
LATER = timedelta(seconds=2)


async def dies(street: Street, *, accepted: bool = True) -> None:
    """All that may be said now is sent, and the program ends where each outcome would be written down.

    A task cancelled there leaves behind what `kill -9` does: the claim is in the database, the outcome is not.
    """

    def end(*_: object) -> None:
        raise asyncio.CancelledError

    if not accepted:
        street.town.fail("*", status=502, times=100)
    with pytest.MonkeyPatch.context() as death:
        death.setattr(street.desk, "settle", end)
        assert await street.speaker.start() > 0
        await asyncio.wait(street.speaker._in_flight)
    street.town.faults.clear()
    street.clock.turn(OUTAGE)
    street.speaker = street.new_speaker()


async def speaks(street: Street) -> None:
    """All that is still to be said is said."""
    for _ in range(100):
        if not await street.speaker.once() + await street.cards.once() and street.desk.next_send_at() is None:
            return
        street.clock.turn(LATER)
    raise AssertionError("there is always something more to say")


async def hears(street: Street) -> None:
    """What was written in the chats, and every coming and going, reaches the bot."""
    handlers = Handlers(bot_id=1000, username=USERNAME)
    while await street.receiver.once(0):
        while await asyncio.to_thread(street.desk.take_next, handlers.handle):
            pass


def text(message: Message) -> str:
    return str(message.get("text") or message.get("caption"))


def cards(street: Street, chat: int) -> list[Message]:
    return [message for message in street.ours(chat) if "#XZ" in text(message)]


async def test_a_card_that_arrived_is_found_again(settled: Street) -> None:
    settled.report()
    await dies(settled)
    stood = [*cards(settled, SQUARE), *cards(settled, YARD)]
    assert len(stood) == 2
    await speaks(settled)
    found = [*cards(settled, SQUARE), *cards(settled, YARD)]
    assert [card["message_id"] for card in found] == [card["message_id"] for card in stood]


async def test_a_card_that_did_not_arrive_is_posted(settled: Street) -> None:
    settled.report()
    await dies(settled, accepted=False)
    assert not settled.ours(SQUARE)
    await speaks(settled)
    assert (len(cards(settled, SQUARE)), len(cards(settled, YARD))) == (1, 1)


@pytest.mark.parametrize("accepted", [True, False])
async def test_it_dies_again_and_again_and_there_is_one_card(settled: Street, accepted: bool) -> None:
    settled.report()
    for _ in range(4):
        await dies(settled, accepted=accepted)
    await speaks(settled)
    assert (len(cards(settled, SQUARE)), len(cards(settled, YARD))) == (1, 1)


async def everything_is_heard(street: Street) -> None:
    """The bot becomes an administrator, who hears all talk, and has said its welcome."""
    for group in (SQUARE, YARD):
        street.town.promote(group, 1000)
    await hears(street)
    await speaks(street)


async def test_people_talk_meanwhile(settled: Street) -> None:
    await everything_is_heard(settled)
    settled.report()
    for number in range(12):
        settled.town.say(SQUARE, LI, f"收到{number}")
        settled.town.say(YARD, LI, f"知道了{number}")
    await dies(settled)
    for number in range(50):
        settled.town.say(SQUARE, ANNA, f"谢谢{number}")
        settled.town.say(YARD, LI, f"马上去{number}")
    await hears(settled)
    await speaks(settled)
    assert (len(cards(settled, SQUARE)), len(cards(settled, YARD))) == (1, 1)


async def test_a_group_that_talked_for_weeks_without_us(settled: Street) -> None:
    """The last thing we said there is long ago, so the place to look is behind what was heard last."""
    await everything_is_heard(settled)
    for number in range(200):
        settled.town.say(YARD, LI, f"今天第{number}件事")
    await hears(settled)
    settled.report()
    await dies(settled)
    await speaks(settled)
    assert len(cards(settled, YARD)) == 1


async def test_private_chats_number_their_messages_together(settled: Street) -> None:
    """The liaison heard from us before many others did; his task, lost now, stands far behind that."""
    settled.town.kick_bot(YARD)
    await hears(settled)
    settled.post(LI)
    await speaks(settled)
    for number in range(60):
        settled.town.add_user(3000 + number, f"邻居{number}")
        settled.town.start(3000 + number)
        settled.post(3000 + number)
    await hears(settled)
    await speaks(settled)
    settled.report()
    await dies(settled)
    assert len(cards(settled, LI)) == 1
    await speaks(settled)
    assert len(cards(settled, LI)) == 1


async def test_what_we_said_besides_stays_as_it_was(settled: Street) -> None:
    settled.post(SQUARE, Hint(code="test"))
    settled.report()
    settled.post(SQUARE, Hint(code="small_talk"))
    await settled.speaker.once()
    settled.clock.turn(LATER)
    (first,) = settled.ours(SQUARE)
    await dies(settled)
    settled.post(SQUARE, Help(part="resident"))
    await speaks(settled)
    assert len(cards(settled, SQUARE)) == 1
    said = [text(message) for message in settled.ours(SQUARE)]
    assert len(said) == len(set(said)) == 4
    assert said[0] == text(first)


async def test_nothing_however_urgent_is_said_before_the_card_is_found(settled: Street) -> None:
    """Lost in its turn, it would be the latest message nobody recorded, and be taken for the card."""
    settled.report()
    await dies(settled)
    (card,) = cards(settled, SQUARE)

    def urgent(visit: Visit) -> None:
        place = visit.register.place(f"telegram:{SQUARE}")
        assert place is not None
        hint = Hint(code="test")
        outbox.post(visit.session, place.id, hint, dedup="urgent", now=visit.now, priority=outbox.Priority.CRITICAL)

    settled.desk.visit("urgent", urgent)
    await dies(settled)
    await dies(settled)
    await speaks(settled)
    assert [found["message_id"] for found in cards(settled, SQUARE)] == [card["message_id"]]
    assert len(settled.ours(SQUARE)) == 2


async def test_a_notice_lost_before_the_card_is_not_overwritten(settled: Street) -> None:
    """Two deaths in one place: of two messages nobody recorded, the later one is the card."""
    settled.post(SQUARE, Hint(code="test"))
    settled.report()
    await dies(settled)
    (notice,) = settled.ours(SQUARE)
    await dies(settled)
    assert len(cards(settled, SQUARE)) == 1
    await speaks(settled)
    assert text(settled.ours(SQUARE)[0]) == text(notice)
    assert len(settled.ours(SQUARE)) == 2
    assert len(cards(settled, SQUARE)) == 1


async def test_nor_one_that_was_lost_when_we_had_heard_less(settled: Street) -> None:
    """It stands behind words that reached us only after the first death."""
    await everything_is_heard(settled)
    before = len(settled.ours(SQUARE))
    for number in range(3):
        settled.town.say(SQUARE, ANNA, f"谢谢{number}")
    settled.post(SQUARE, Hint(code="test"))
    await dies(settled)
    notice = settled.ours(SQUARE)[before]
    await hears(settled)
    settled.report()
    await dies(settled)
    await speaks(settled)
    assert text(settled.ours(SQUARE)[before]) == text(notice)
    assert len(settled.ours(SQUARE)) == before + 2
    assert len(cards(settled, SQUARE)) == 1


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_notice_lost_in_flight_ends_unsure_and_is_never_doubled(settled: Street, accepted: bool) -> None:
    settled.post(SQUARE)
    await dies(settled, accepted=accepted)
    await speaks(settled)
    assert len(settled.ours(SQUARE)) == (1 if accepted else 0)
    assert settled.desk.health().unsure == 1


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_page_lost_in_flight_goes_again_and_says_so(settled: Street, accepted: bool) -> None:
    settled.report()
    await speaks(settled)
    due = settled.desk.next_moment()
    assert due is not None
    settled.clock.turn_to(due)
    settled.desk.sweep()
    before = len(settled.ours(YARD))
    await dies(settled, accepted=accepted)
    assert len(settled.ours(YARD)) == before + accepted
    await speaks(settled)
    pages = [text(message) for message in settled.ours(YARD)[before:]]
    assert len(pages) == 1 + accepted
    assert pages[-1].startswith("(重发)")
    assert not any(page.startswith("(重发)") for page in pages[:-1])


async def test_a_page_that_kills_the_program_each_time_ends_in_the_open(settled: Street) -> None:
    settled.report()
    await speaks(settled)
    due = settled.desk.next_moment()
    assert due is not None
    settled.clock.turn_to(due)
    settled.desk.sweep()
    deaths = 0
    while settled.desk.health().unsure == 0:
        await dies(settled, accepted=False)
        deaths += 1
        settled.desk.claim(0)
        assert deaths < 10
    assert deaths == 6
