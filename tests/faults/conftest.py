"""The street of tests/bot/delivery, in which the program dies at a chosen moment; and the stories' neighbourhood."""

import pytest

from tests.bot.delivery.conftest import settled as settled
from tests.bot.delivery.conftest import street as street
from tests.stories.conftest import chen as chen
from tests.stories.conftest import firm as firm
from tests.stories.conftest import li as li
from tests.stories.conftest import north as north
from tests.stories.conftest import south as south
from tests.stories.conftest import wang as wang
from tests.stories.conftest import world as world
from tests.stories.conftest import zhang as zhang
from tests.stories.conftest import zhou as zhou

# These take longest and begin first, so that at the end no worker is left alone with one; who works between who waits.
LONGEST = (
    "test_r1_killed_at_random", "test_r17_database_away", "test_kill", "test_anything",
    "test_r31_killed_while_receiving", "test_r_single", "test_r2_ended_under_load", "test_r05_frozen_engine",
    "test_r20_clock_steps", "test_r04_two_engines", "test_backup", "test_r18_disk_full", "test_r19_power_loss",
)  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))
