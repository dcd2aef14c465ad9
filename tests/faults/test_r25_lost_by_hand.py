"""R25: clock row deleted by hand, `sending` row orphaned: audit repairs and reports <= 65 min / <= 60 s."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.world import Chat, Person, World
from tracker.db import Database
from tracker.models import Clock, Outbox

By = Callable[[Callable[[Session], Any]], None]


@pytest.fixture
def by_hand(database_url: str) -> Iterator[By]:
    database = Database(database_url)

    def work(deed: Callable[[Session], Any]) -> None:
        with database.writing() as session:
            deed(session)

    yield work
    database.close()


async def test_a_ticket_whose_clock_was_deleted_is_chased_again_and_told(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person, by_hand: By
) -> None:
    await south.says(wang, "#报修 3号楼路灯不亮")
    for chat in (firm, chen.phone):
        chat.reads_all()
    by_hand(lambda session: session.execute(delete(Clock)))
    await world.passes(minutes=65)
    chen.phone.hears("漏在了催办外面", "#XZ1")
    firm.hears("#XZ1", "提醒")
    assert world.desk.next_moment() is not None
    await world.passes(days=1)
    chen.phone.hears("#XZ1", "超期")  # and so on, up the ladder


async def test_a_page_that_nobody_is_sending_any_more_is_sent(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person, by_hand: By
) -> None:
    """Its sender died, and what he left has no end at which the next would take it back."""
    await south.says(wang, "#报修 3号楼路灯不亮")
    firm.reads_all()
    due = world.desk.next_moment()
    assert due is not None
    world.clock.turn_to(due)
    world.desk.sweep()

    def orphan(session: Session) -> None:
        (page,) = session.scalars(select(Outbox).where(Outbox.kind == "page", Outbox.state == "pending"))
        page.state, page.attempt, page.lease_until = "sending", 1, None

    by_hand(orphan)
    await world.passes(seconds=60)
    firm.hears("#XZ1", "重发")
    chen.phone.hears("发到一半断了")


async def test_one_whose_lease_ends_in_the_far_future_too(
    world: World, south: Chat, firm: Chat, wang: Person, by_hand: By
) -> None:
    """It was claimed while the clock was an hour ahead; a sender who is alive after all has his whole lease."""
    await south.says(wang, "#报修 3号楼路灯不亮")
    firm.reads_all()
    due: datetime | None = world.desk.next_moment()
    assert due is not None
    world.clock.turn_to(due)
    world.desk.sweep()
    by_hand(
        lambda session: session.execute(
            update(Outbox)
            .where(Outbox.kind == "page", Outbox.state == "pending")
            .values(state="sending", attempt=1, lease_until=due.replace(year=due.year + 1))
        )
    )
    await world.passes(seconds=60)
    await world.passes(seconds=31)
    firm.hears("#XZ1", "重发")
