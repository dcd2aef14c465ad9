"""R11: one decision raises always: others on time; it retries with backoff; coordinator told by the 3rd failure."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.world import Chat, Person, World
from tracker.db import Database
from tracker.models import Clock

pytestmark = pytest.mark.expects_errors  # each failure is logged


def spoil(database: Database, ticket: int) -> None:
    """A rung that no ladder has."""
    with database.writing() as session:
        session.execute(update(Clock).where(Clock.ticket_id == ticket).values(rung=-99))


def clock(database: Database, ticket: int) -> tuple[int, datetime | None]:
    with database.reading() as session:
        fails, due = session.execute(select(Clock.fails, Clock.due_at).where(Clock.ticket_id == ticket)).one()
        return fails, due


async def test_the_others_are_on_time_and_a_coordinator_is_told(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person, database_url: str
) -> None:
    for lamp in (1, 2, 3):
        await south.says(wang, f"#报修 {lamp}号楼路灯不亮")
    database = Database(database_url)
    spoil(database, 2)
    firm.reads_all()
    due = clock(database, 1)[1]
    assert due is not None
    await world.passes(until=due)
    for number in ("#XZ1", "#XZ3"):
        assert clock(database, int(number[-1]))[1] != due, "decided in the very pass in which the other failed"
    await world.passes(minutes=3)
    told = "\n".join(str(message.get("text")) for message in firm.unread)
    assert "#XZ1" in told
    assert "#XZ3" in told
    assert "#XZ2" not in told

    waits = []
    while (tried := clock(database, 2))[0] < 7:
        assert tried[1] is not None
        waits.append(tried[1] - world.clock.now())
        if tried[0] < 3:
            assert not [m for m in chen.phone.unread if "催办算不出来" in str(m.get("text"))]
        await world.passes(until=tried[1])
    assert clock(database, 2)[0] == 7, "it is never given up"
    chen.phone.hears("催办算不出来")
    assert not [m for m in chen.phone.unread if "催办算不出来" in str(m.get("text"))], "told once"
    again = clock(database, 2)[1]
    assert again is not None
    assert again - world.clock.now() <= timedelta(hours=1)
    assert waits == sorted(waits), "each wait is longer than the one before"
    database.close()


async def test_once_it_can_be_decided_it_is(
    world: World, south: Chat, firm: Chat, wang: Person, database_url: str
) -> None:
    await south.says(wang, "#报修 2号楼路灯不亮")
    database = Database(database_url)
    spoil(database, 1)
    due = clock(database, 1)[1]
    assert due is not None
    await world.passes(until=due + timedelta(minutes=30))
    assert clock(database, 1)[0] >= 3
    with database.writing() as session:
        session.execute(update(Clock).values(rung=0))
    firm.reads_all()
    await world.passes(hours=1)
    firm.hears("#XZ1")
    assert clock(database, 1)[0] == 0
    database.close()
