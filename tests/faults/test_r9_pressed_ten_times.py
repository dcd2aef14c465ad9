"""R9: same button pressed 10 times, by 2 people, and an hour later: one transition; others told who and when."""

from datetime import timedelta

import pytest

from tests.faults.books import Books
from tests.world import Chat, Message, Person, World
from tracker.models import Event


@pytest.fixture
def mate(world: World, firm: Chat) -> Person:
    """A second repairman of the firm, by invitation."""
    return world.person(2299, "赵经理", firm.id, started=True)


@pytest.fixture
async def task(world: World, south: Chat, firm: Chat, wang: Person, mate: Person) -> Message:
    token, _ = world.desk.invite(None, "deputy:万科物业", "赵经理") or ("", None)
    await mate.starts(token)
    await south.says(wang, "#报修 3号楼路灯不亮")
    return firm.hears("#XZ1", "接单")


def first_button(message: Message) -> str:
    return str(message["reply_markup"]["inline_keyboard"][0][0]["callback_data"])


async def test_one_accepts_and_the_others_hear_who_and_when(
    world: World, firm: Chat, li: Person, mate: Person, task: Message, database_url: str
) -> None:
    presses = [world.town.press(firm.id, who.id, int(task["message_id"]), "接单") for who in (li, mate) * 5]
    await world.settle()
    answers = [str((press.answer or {}).get("text")) for press in presses]
    assert "李师傅" not in answers[0]
    assert all("李师傅" in answer and "前" in answer for answer in answers[1:])
    accepted = [event for event in Books(database_url).all(Event) if event.kind == "accepted"]
    assert [event.data["name"] for event in accepted] == ["李师傅"]


async def test_an_hour_later_it_changes_nothing_and_says_how_long_ago(
    world: World, south: Chat, firm: Chat, li: Person, mate: Person, task: Message
) -> None:
    old = first_button(task)
    await li.presses(task, "接单")
    due = world.desk.next_moment()
    card = south.card("XZ1")
    await world.passes(hours=1)
    firm.reads_all()
    answer = await mate.forges(task, old)
    assert "李师傅" in answer
    assert "1 小时前" in answer
    assert world.desk.next_moment() == due
    assert south.card("XZ1") == card
    firm.hears_nothing()


async def test_a_stale_answer_to_a_request_escalates_nothing(
    world: World, firm: Chat, li: Person, chen: Person, task: Message
) -> None:
    """The coordinator agrees twice: what he decided first stands, and he hears that it does."""
    await li.presses(task, "接单")
    task = firm.sees(task)
    await li.presses(task, "更多时间")
    await firm.says(li, "2天 等配件", reply_to=firm.hears("要多长时间"))
    wanted = chen.phone.hears("#XZ1", "同意")
    allow = first_button(wanted)
    await chen.presses(wanted, "同意")
    due = world.desk.next_moment()
    world.clock.turn(timedelta(minutes=30))
    answer = await chen.forges(wanted, allow)
    assert "陈主任" in answer
    assert "30 分前" in answer
    assert world.desk.next_moment() == due
