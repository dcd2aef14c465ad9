"""A street for every test that delivers something."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.wire import Line
from sandbox.server import Serving, make_app
from tests.bot.delivery.street import MONDAY, Street, new_town, settings_for
from tracker.clock import TurnedClock
from tracker.desk import Desk


@pytest.fixture
async def street(database_url: str) -> AsyncIterator[Street]:
    clock = TurnedClock(MONDAY, frozen=True)
    town = new_town(clock)
    async with Serving(make_app(town)) as served:
        settings = settings_for(served.url, database_url)
        street = Street(town, clock, Desk(database_url, clock), settings, Line(settings))
        yield street
        await street.line.hang_up()
        street.desk.close()


@pytest.fixture
def settled(street: Street, tmp_path: Path) -> Street:
    """The street with its community file applied: reports become tickets."""
    street.settle_in(tmp_path)
    return street
