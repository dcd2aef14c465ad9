"""R14: connect refused 30 min: everything sent after recovery, per-chat order kept, bundles formed, no burst above
limits.
"""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.wire import Line
from sandbox.server import Serving, make_app
from tests.bot.delivery.street import MONDAY, SQUARE, YARD, Street, new_town, settings_for
from tracker.clock import TurnedClock
from tracker.desk import Desk
from tracker.facts import Hint

CODES = ("bare_tag", "test", "small_talk", "not_a_person", "unknown_command")
TICKETS = 12


@pytest.fixture
async def cut_off(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[Street, Serving]]:
    """A street whose Telegram is not there yet."""
    clock = TurnedClock(MONDAY, frozen=True)
    town = new_town(clock)
    town.flood = True
    async with Serving(make_app(town)) as taken:
        port = taken.port
    settings = settings_for(f"http://127.0.0.1:{port}", database_url)
    street = Street(town, clock, Desk(database_url, clock), settings, Line(settings))
    street.settle_in(tmp_path)
    yield street, Serving(make_app(town), port=port)
    await street.line.hang_up()
    street.desk.close()


def reminded(street: Street) -> None:
    """Every ticket that is due is decided."""
    due = street.desk.next_moment()
    assert due is not None
    street.clock.turn_to(due)
    while street.desk.sweep():
        pass


async def test_all_is_told_afterwards_in_order_and_in_lists(cut_off: tuple[Street, Serving]) -> None:
    street, serving = cut_off
    for number in range(TICKETS):
        street.report(f"{number}号楼的路灯不亮了")
    reminded(street)
    for code in CODES:
        street.post(SQUARE, Hint(code=code))
    began = street.clock.now()
    await street.says_all(timedelta(minutes=30))
    assert street.calls("sendMessage") == []
    async with serving:
        street.clock.turn_to(began + timedelta(minutes=30))
        await street.says_all(timedelta(hours=2))
    assert {call.status for call in street.town.calls} == {200}  # no limit was passed
    assert street.desk.next_send_at() is None
    assert street.desk.health().unsure == street.desk.health().dead == 0
    posted = [m["text"] for m in street.ours(SQUARE)]
    cards = [int(number) for text in posted for number in re.findall(r"^.*#XZ(\d+)", text)[:1]]
    assert cards == sorted(cards)
    assert len(posted) == TICKETS + len(CODES)
    lists = [text for text in (m["text"] for m in street.ours(YARD)) if "还有" in text]
    assert len(lists) == 1
    assert len(set(re.findall(r"#XZ(\d+)", lists[0]))) == TICKETS - 1


async def test_while_nothing_leaves_only_one_tries_now_and_then(cut_off: tuple[Street, Serving]) -> None:
    street, serving = cut_off
    for number in range(3000, 3050):
        street.town.add_user(number, "邻居")
        street.town.start(number)
        street.post(number)
    began = street.clock.now()
    await street.says_all(timedelta(minutes=30))
    assert street.tally["letters_notsent"] < 90  # fifty that each try for themselves would be six hundred
    async with serving:
        street.clock.turn_to(max(began + timedelta(minutes=30), street.pace.free_at()))
        back = street.clock.now()
        await street.says_all()
    told = sorted(call.at - back for call in street.calls("sendMessage") if call.status == 200)
    assert len(told) == 50
    assert told[24] < timedelta(seconds=31 + 1)  # most had not tried and need not wait for their own turn
    assert all(later - sooner >= timedelta(0) for sooner, later in pairwise(told))
