"""A notice that nobody is sure of, or that was refused, is sent again by hand: marked, and only where that is right."""

import pytest

from tests.bot.delivery.street import LI, SQUARE, YARD, Street
from tests.bot.delivery.waiting import EVENING, MORNING, TOO_LONG, events, lines, numbers, only, page, reported, say_all
from tracker.delivery.bundles import GATHERED
from tracker.errors import NotNow
from tracker.models import Outbox
from tracker.views import Again, Wait


async def whose_page_is_refused(street: Street) -> int:
    """A ticket of which the party was not told: Telegram refuses the page for good."""
    ticket = await reported(street)
    page(street, ticket)
    street.town.fail("sendMessage", status=400, description=TOO_LONG, chat=YARD)
    await street.speaker.once()
    return ticket


@pytest.mark.expects_errors
async def test_a_refused_page_goes_again_marked_and_the_ticket_remembers(settled: Street) -> None:
    ticket = await whose_page_is_refused(settled)
    dead = only(settled, "dead")
    assert (dead.tickets, dead.attempts, dead.error) == (("XZ1",), 1, "BadRequest: Message is too long")

    assert settled.desk.send_again(dead.id) == Again("again", dead.id, ("XZ1",), "work")
    assert lines(settled, "dead") == []
    await say_all(settled)
    assert settled.ours(YARD)[-1]["text"].startswith("(重发)")
    assert lines(settled) == []
    (event,) = events(settled, "sent_again")
    assert (event.ticket_id, event.actor) == (ticket, "operator")
    assert (event.data["notice"], event.data["tells"], event.data["was"]) == (dead.id, "reminder", "dead")
    assert settled.desk.send_again(dead.id).code == "sent"


@pytest.mark.expects_errors
async def test_who_comes_late_is_told_who_was_faster_and_not_of_the_operator(settled: Street) -> None:
    ticket = await whose_page_is_refused(settled)
    settled.take(ticket)
    assert settled.desk.send_again(only(settled, "dead").id).code == "again"
    with pytest.raises(NotNow) as late:
        settled.take(ticket)
    assert late.value.by == "李师傅"


async def test_a_notice_nobody_is_sure_of_goes_again_marked(settled: Street) -> None:
    settled.post(SQUARE)
    settled.town.fail("sendMessage", status=502, chat=SQUARE, after_accepting=True)
    await settled.speaker.once()
    unsure = only(settled, "unsure")
    assert settled.desk.send_again(unsure.id).code == "again"
    await say_all(settled)
    first, second = settled.ours(SQUARE)
    assert second["text"] == f"(重发)\n{first['text']}"


@pytest.mark.expects_errors
async def test_a_refused_card_is_posted_and_edited_from_then_on(settled: Street) -> None:
    ticket = settled.report()
    settled.town.fail("sendMessage", status=400, description=TOO_LONG, chat=SQUARE)
    await say_all(settled)
    assert settled.ours(SQUARE) == []
    dead = only(settled, "dead")
    assert (dead.kind, dead.tells) == ("card", "ticket_card")
    edits = len(settled.calls("editMessageText"))
    assert settled.desk.send_again(dead.id).code == "again"
    await say_all(settled)
    (card,) = settled.ours(SQUARE)
    assert card["text"].startswith("(重发)")
    assert len(settled.calls("editMessageText")) == edits  # what stands behind its first attempt is not overwritten
    settled.take(ticket)
    await settled.cards.once()
    (card,) = settled.ours(SQUARE)
    assert "办理中" in card["text"]
    assert "重发" not in card["text"]


async def test_what_is_on_its_way_unknown_or_cannot_arrive_is_refused(settled: Street) -> None:
    settled.post(LI)
    waits = only(settled, "waiting")
    assert settled.desk.send_again(waits.id).code == "on_its_way"
    settled.desk.claim(8)
    assert settled.desk.send_again(waits.id).code == "on_its_way"
    assert settled.desk.send_again(4711) == Again("unknown", 4711)


async def test_a_blocked_place_is_refused_until_the_person_is_back(settled: Street) -> None:
    settled.post(LI)
    settled.town.block(LI)
    await settled.speaker.once()
    dead = only(settled, "dead")
    assert settled.desk.send_again(dead.id) == Again("blocked", dead.id, place_kind="private")
    assert only(settled, "dead") == dead
    settled.town.unblock(LI)
    settled.desk.visit("back", lambda visit: visit.register.back(f"telegram:{LI}"))
    assert settled.desk.send_again(dead.id).code == "again"
    await say_all(settled)
    assert len(settled.ours(LI)) == 1


@pytest.mark.expects_errors
async def test_a_page_whose_ticket_moved_on_is_not_sent(settled: Street) -> None:
    ticket = await reported(settled)
    page(settled, ticket, epoch=1)
    settled.town.fail("sendMessage", status=400, description=TOO_LONG, chat=YARD)
    await settled.speaker.once()
    dead = only(settled, "dead")
    settled.take(ticket)
    assert settled.desk.send_again(dead.id).code == "over"
    assert (events(settled, "sent_again"), only(settled, "dead").id) == ([], dead.id)


@pytest.mark.expects_errors
async def test_at_night_a_page_that_goes_again_waits_for_the_morning(settled: Street) -> None:
    await whose_page_is_refused(settled)
    settled.clock.turn_to(EVENING)
    dead = only(settled, "dead")
    assert settled.desk.send_again(dead.id).code == "again"
    assert only(settled, "waiting").wait == Wait("quiet", until=MORNING)


@pytest.mark.expects_errors
async def test_a_list_is_shown_with_its_tickets_and_sent_again_as_one(settled: Street) -> None:
    tickets = [await reported(settled) for _ in range(3)]
    for ticket in tickets:
        page(settled, ticket)
    await settled.speaker.once()  # the first goes at once
    alone = settled.clock.now()
    assert [line.wait for line in lines(settled)] == [Wait("gathering", until=alone + GATHERED)] * 2
    settled.clock.turn(GATHERED)
    settled.town.fail("sendMessage", status=400, description=TOO_LONG, chat=YARD)
    await settled.speaker.once()

    (a_list,) = lines(settled)
    assert (a_list.state, a_list.tells, a_list.tickets) == ("dead", "bundle", ("XZ2", "XZ3"))
    told = numbers(settled, Outbox.bundle_id == a_list.id)
    assert len(told) == 2
    answer = settled.desk.send_again(told[0])
    assert (answer.code, answer.list_id) == ("in_a_list", a_list.id)
    assert settled.desk.send_again(a_list.id) == Again("again", a_list.id, ("XZ2", "XZ3"), "work")
    assert [event.ticket_id for event in events(settled, "sent_again")] == tickets[1:]
    await say_all(settled)
    said = settled.ours(YARD)[-1]["text"]
    assert said.startswith("(重发)")
    assert "#XZ2" in said
    assert "#XZ3" in said
    assert (lines(settled), settled.desk.send_again(told[0]).code) == ([], "sent")


@pytest.mark.expects_errors
async def test_a_list_of_what_is_over_is_not_sent(settled: Street) -> None:
    tickets = [await reported(settled) for _ in range(3)]
    for ticket in tickets:
        page(settled, ticket, epoch=1)
    await settled.speaker.once()
    settled.clock.turn(GATHERED)
    settled.town.fail("sendMessage", status=400, description=TOO_LONG, chat=YARD)
    await settled.speaker.once()
    (a_list,) = lines(settled)
    for ticket in tickets:
        settled.take(ticket)
    assert settled.desk.send_again(a_list.id).code == "over"
    assert only(settled, "dead") == a_list
