"""R-TIME, R-ALBUM, R-TOPIC: queued reports keep their times; an album over a restart is one ticket; topics are kept."""

import pytest

from tests.faults.books import Books
from tests.world import A_MONDAY, Chat, Person, World, buttons_of, text_of
from tracker.models import Attachment, Ticket

WORDS = "#报修 3号楼路灯不亮"


async def test_what_was_reported_while_we_were_down_keeps_its_time(
    world: World, south: Chat, firm: Chat, wang: Person, database_url: str
) -> None:
    """Down from nine to noon; the limits run from when the party could know, the ticket from when it was said."""
    world.town.say(south.id, wang.id, WORDS)
    await world.is_down(until=A_MONDAY.replace(hour=12))
    south.hears("#XZ1")
    (ticket,) = Books(database_url).all(Ticket)
    assert ticket.created_at == A_MONDAY
    assert ticket.accept_by is not None
    assert ticket.accept_by > A_MONDAY.replace(hour=16)
    await world.passes(until=A_MONDAY.replace(hour=17, minute=45))
    assert sum("提醒" in text_of(message) for message in firm.said) == 1


@pytest.mark.parametrize("caption_on", [0, 2])
async def test_an_album_that_comes_in_pieces_around_a_restart_is_one_ticket(
    world: World, south: Chat, wang: Person, database_url: str, caption_on: int
) -> None:
    world.town.album(south.id, wang.id, [WORDS if item == caption_on else "" for item in range(3)])
    waiting = world.town.bot().queue.waiting
    later = [waiting.popitem() for _ in range(2)]
    await world.settle()
    await world.restarts()
    waiting.update(reversed(later))
    await world.settle()
    assert len([message for message in south.said if "进度" in str(buttons_of(message))]) == 1
    books = Books(database_url)
    assert books.count(Ticket) == 1
    assert len([row for row in books.all(Attachment) if row.ticket_id == 1]) == 3


async def test_the_answer_stays_in_the_topic_of_the_report(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person
) -> None:
    world.town.groups[south.id].forum = True
    topic = world.town.add_topic(south.id, "报修")
    await south.says(wang, WORDS, topic=topic)
    card = south.hears("#XZ1")
    task = firm.hears("#XZ1", "接单")
    await li.presses(task, "接单")
    await li.presses(firm.sees(task), "办好了")
    result = south.hears("#XZ1", "满意")
    assert card["message_thread_id"] == result["message_thread_id"] == topic


async def test_in_the_general_topic_no_thread_is_named(world: World, south: Chat, wang: Person) -> None:
    world.town.groups[south.id].forum = True
    world.town.add_topic(south.id, "报修")
    await south.says(wang, WORDS)
    card = south.hears("#XZ1")
    assert "message_thread_id" not in card
    sent = [call for call in world.town.calls_of("sendMessage") if call.result == card or "#XZ1" in str(call.params)]
    assert all("message_thread_id" not in call.params for call in sent)
