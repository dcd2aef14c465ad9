"""Half-open lines to Telegram: a poll that hangs is made anew, a send that hangs is neither lost nor doubled unmarked.

The seconds of patience are shortened; that they run out is what is tested.
"""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from bot import wire
from bot.wire import Line
from tests.bot.delivery.street import ANNA, SQUARE, YARD, Street
from tests.faults.proxy import Proxy
from tests.faults.test_lost_in_flight import speaks, text

REPEATED = "(重发)"
PATIENCE = 1.0  # seconds
A_POLL = 1  # seconds


@pytest.fixture
async def line(settled: Street, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """All that the street's parts say goes over it."""
    monkeypatch.setattr(wire, "READ", PATIENCE)
    monkeypatch.setattr(wire, "PATIENCE", PATIENCE)
    there = urlsplit(settled.settings.telegram_url)
    async with Proxy(there.hostname or "", there.port or 80) as line:
        direct, settings = settled.line, settled.settings
        settled.line = Line(settings.model_copy(update={"telegram_url": f"http://127.0.0.1:{line.port}"}))
        settled.receiver, settled.speaker = settled.new_receiver(), settled.new_speaker()
        yield line
        await settled.line.hang_up()
        settled.line = direct


async def is_heard(street: Street) -> bool:
    """Somebody speaks, and it reaches the inbox within two polls."""
    street.town.say(SQUARE, ANNA, "#报修 3号楼2单元的路灯不亮了")
    return await street.receiver.once(0) + await street.receiver.once(0) > 0


async def test_a_poll_over_a_dead_line_is_made_anew(settled: Street, line: Proxy) -> None:
    assert await is_heard(settled)
    line.swallow()
    assert await settled.receiver.once(A_POLL) == 0
    assert settled.receiver.rest > 0
    line.open()
    assert await is_heard(settled)


async def test_a_poll_that_is_accepted_and_never_answered(settled: Street, line: Proxy) -> None:
    settled.town.fail("getUpdates", hang=60.0)
    assert await settled.receiver.once(0) == 0
    assert settled.receiver.rest > 0
    assert await is_heard(settled)


async def test_a_notice_on_a_dead_line_is_unsure(settled: Street, line: Proxy) -> None:
    settled.post(SQUARE)
    line.swallow()
    await settled.speaker.once()
    line.open()
    await speaks(settled)
    assert settled.ours(SQUARE) == []
    assert settled.desk.health().unsure == 1


@pytest.mark.parametrize("arrived", [False, True])
async def test_a_page_on_a_dead_line_goes_again_and_says_so(settled: Street, line: Proxy, arrived: bool) -> None:
    settled.report()
    await speaks(settled)
    before = len(settled.ours(YARD))
    due = settled.desk.next_moment()
    assert due is not None
    settled.clock.turn_to(due)
    settled.desk.sweep()
    if arrived:
        settled.town.fail("sendMessage", after_accepting=True, hang=60.0)
    else:
        line.swallow()
    await settled.speaker.once()
    line.open()
    await speaks(settled)
    pages = [text(message) for message in settled.ours(YARD)[before:]]
    assert [page.startswith(REPEATED) for page in pages] == [False] * arrived + [True]
