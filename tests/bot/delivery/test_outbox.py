"""Whoever runs the machine sees what waits, what went wrong and why; never what it says."""

from datetime import timedelta

from sqlalchemy import select

from tests.bot.delivery.street import ANNA, LI, SQUARE, Street
from tests.bot.delivery.waiting import EVENING, MORNING, lines, only, page, reported
from tracker import outbox
from tracker.db import Database
from tracker.facts import Help, Hint
from tracker.models import Place
from tracker.views import Wait


async def test_every_reason_to_wait(settled: Street) -> None:
    ticket = await reported(settled)
    settled.clock.turn_to(EVENING)
    page(settled, ticket, not_before=MORNING)
    page_line = only(settled, "waiting")
    assert (page_line.kind, page_line.tells, page_line.tickets) == ("page", "reminder", ("XZ1",))
    assert (page_line.place, page_line.place_kind, page_line.community) == ("物业工作群", "work", "西渚社区")
    assert page_line.since == EVENING
    assert page_line.wait
    assert (page_line.wait.reason, page_line.wait.until) == ("quiet", MORNING)

    for code in ("bare_tag", "test", "small_talk"):
        settled.post(SQUARE, Hint(code=code))
    settled.post(LI)
    assert reasons(settled) == ["next", "turn", "turn", "next", "quiet"]
    await settled.speaker.once()
    assert reasons(settled) == ["pace", "pace", "quiet"]
    slow = lines(settled, "waiting")[0].wait
    assert slow
    assert slow.until == settled.clock.now() + timedelta(seconds=1)
    settled.clock.turn(timedelta(seconds=1))
    assert len(settled.desk.claim(8)) == 1
    assert reasons(settled) == ["in_flight", "pace", "quiet"]


def reasons(street: Street) -> list[str]:
    return [line.wait.reason for line in lines(street, "waiting") if line.wait]


async def test_a_place_that_hears_nothing_is_named_with_its_reason(settled: Street) -> None:
    settled.post(LI)
    settled.town.block(LI)
    await settled.speaker.once()
    dead = only(settled, "dead")
    assert (dead.error, dead.place, dead.roles) == ("blocked", "李师傅", ("liaison:万科物业",))
    database = Database(settled.desk.url)
    with database.writing() as session:
        li = session.scalars(select(Place).where(Place.address == f"telegram:{LI}")).one()
        unbound = Place(kind="work", community_id=li.community_id, name="东区工作群")
        session.add(unbound)
        session.flush()
        for place in (li, unbound):
            outbox.post(session, place.id, Help(part="liaison"), dedup=place.kind, now=settled.clock.now())
    database.close()
    blocked, nowhere = lines(settled, "waiting")
    assert blocked.wait == Wait("blocked", said="blocked")
    assert (nowhere.wait, nowhere.place) == (Wait("unbound"), "东区工作群")


async def test_a_resident_and_an_unnamed_group_are_numbers(settled: Street) -> None:
    settled.post(ANNA)
    settled.post(-1001000000077)
    anna, group = lines(settled, "waiting")
    assert (anna.place, anna.place_kind, anna.roles) == ("", "private", ())
    assert (group.place, group.place_kind, group.timezone) == ("", "new", "UTC")


async def test_one_community_sees_its_own(settled: Street) -> None:
    settled.post(SQUARE)
    settled.post(-1001000000077)
    every, mine = settled.desk.outgoing(None, ["waiting"], 50), settled.desk.outgoing("西渚社区", ["waiting"], 50)
    assert every
    assert mine
    assert (every.counts["waiting"], len(every.lines)) == (2, 2)
    assert (mine.counts["waiting"], [line.place for line in mine.lines]) == (1, ["南区议事群"])
    few = settled.desk.outgoing(None, ["waiting"], 1)
    assert few
    assert (len(few.lines), few.counts["waiting"]) == (1, 2)
    assert settled.desk.outgoing("东山社区", ["waiting"], 50) is None
