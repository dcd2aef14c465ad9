"""Two hundred reports arrive while the program is killed again and again: each has one ticket and one card."""

import asyncio
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.faults.killing import BOT_ID, OUTAGE, PATIENCE, TOKEN, Bot, TownClock, a_minute_later, ours
from tests.faults.quarter import an_hour_ago
from tests.faults.receiving import COMMUNITY, GROUPS
from tracker.clock import SystemClock
from tracker.db import Database
from tracker.desk import Desk
from tracker.models import Card, Inbox, Outbox, Ticket

EACH = 20
ALL_SAID = 240.0  # seconds: twenty messages a minute and group, edits included, on a machine of any speed
LOST = 3  # cards that Telegram accepts, at each death, without the program ever hearing of it


@pytest.fixture
def clock() -> TownClock:
    return TownClock()


@pytest.fixture
async def bot(database_url: str, tmp_path: Path, clock: TownClock) -> AsyncIterator[Bot]:
    clock.ahead = timedelta(minutes=-5)
    town = Town(now=clock.now)
    town.add_bot(TOKEN, "linliban_bot", "社区小助手", reads_all=True)
    town.flood = True
    settle_in(town, database_url, tmp_path / "community.toml")
    town.bot().queue.waiting.clear()  # it came into the groups long ago, and has said its welcome
    async with Serving(make_app(town)) as served:
        bot = Bot(town, served.url, database_url, tmp_path)
        try:
            yield bot
        finally:
            await bot.close()


def settle_in(town: Town, database_url: str, file: Path) -> None:
    """Ten residents' groups with a neighbour each, in Telegram and in the community file."""
    lines = [COMMUNITY]
    for number, group in enumerate(GROUPS):
        town.add_user(2000 + number, f"邻居{number}")
        town.add_group(group, f"{number}号院议事群", [2000 + number])
        town.add_bot_to(group)
        lines.append(f'[[group]]\nname = "{number}号院议事群"\nkind = "residents"\nchat_id = {group}')
    file.write_text("\n\n".join(lines), encoding="utf-8")
    desk = Desk(database_url, SystemClock())
    desk.apply(file)
    desk.close()


async def arrive(town: Town) -> set[tuple[int, int]]:
    """Everybody reports, in turns, a hundred reports a second; (chat, message) of each."""
    said = set()
    for count in range(EACH):
        for number, group in enumerate(GROUPS):
            words = f"#报修 {count + 1}号楼{number + 1}单元的路灯不亮了"
            said.add((group, town.say(group, 2000 + number, words)["message_id"]))
            await asyncio.sleep(0.01)
    return said


def answers(town: Town) -> Counter[tuple[int, int]]:
    """How many messages of ours reply to each message."""
    return Counter((g, m.get("reply_to_message", {}).get("message_id", 0)) for g in GROUPS for m in ours(town, g))


def posted(town: Town) -> int:
    """How many messages of ours stand in the groups; asked at each change, so it must be quick."""
    return sum(message.author == BOT_ID for group in GROUPS for message in town.chat(group).messages.values())


async def dies_in_the_middle(bot: Bot, clock: TownClock, after: int) -> None:
    """With `after` cards standing, some more are accepted and never answered; then the program is no more."""
    await minutes_pass(bot, clock, lambda: posted(bot.town) >= after)
    lost = bot.town.fail("sendMessage", status=502, times=LOST, after_accepting=True, hang=PATIENCE)
    await bot.sees(lambda: lost.times == 0)
    await bot.ends(signal.SIGKILL)
    a_minute_later(bot.database_url, clock)
    await bot.start()


def something_waits(desk: Desk) -> bool:
    return desk.health().waiting > 0 or desk.next_send_at() is not None


async def all_is_said(bot: Bot, clock: TownClock) -> None:
    desk = Desk(bot.database_url, SystemClock())
    await minutes_pass(bot, clock, lambda: posted(bot.town) >= EACH * len(GROUPS) and not something_waits(desk))
    desk.close()


async def minutes_pass(bot: Bot, clock: TownClock, until: Callable[[], bool]) -> None:
    """Twenty messages a minute and group are kept to; but the minutes are short."""
    with closing(Database(bot.database_url)) as books:
        try:
            async with asyncio.timeout(ALL_SAID):
                while not await asyncio.to_thread(until):
                    clock.ahead += OUTAGE
                    await asyncio.to_thread(nobody_spoke_lately, books)
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise AssertionError(bot.log[-5000:]) from None


def nobody_spoke_lately(books: Database) -> None:
    with books.writing() as session:
        an_hour_ago(session)


async def test_two_hundred_reports_and_four_deaths(bot: Bot, clock: TownClock) -> None:
    await bot.start()
    await bot.sees(lambda: bot.town.calls_made > 0)
    arriving = asyncio.create_task(arrive(bot.town))
    # Updates are on their way to us, and some of them are written down.
    await bot.sees(lambda: any(call.result for call in bot.town.calls_of("getUpdates")))
    await bot.ends(signal.SIGKILL)
    assert not arriving.done()
    await bot.start()
    await dies_in_the_middle(bot, clock, after=1)
    await dies_in_the_middle(bot, clock, after=40)
    await dies_in_the_middle(bot, clock, after=90)
    reports = await arriving
    await all_is_said(bot, clock)
    await bot.ends(signal.SIGTERM)

    assert bot.deaths == [-signal.SIGKILL] * 4 + [0]
    assert "Traceback" not in bot.log
    assert answers(bot.town) == Counter(dict.fromkeys(reports, 1))
    assert bot.log.count('"found_again"') >= 3 * LOST
    assert_books(bot, reports)


def assert_books(bot: Bot, reports: set[tuple[int, int]]) -> None:
    """What the database says agrees with what stands in the groups."""
    database = Database(bot.database_url)
    with database.reading() as session:
        tickets = session.scalars(select(Ticket)).all()
        cards = {card.ticket_id: card.message for card in session.scalars(select(Card))}
        assert {row.state for row in session.scalars(select(Outbox))} == {"sent"}
        assert {row.state for row in session.scalars(select(Inbox))} == {"done"}
    database.close()
    assert sorted(ticket.number for ticket in tickets) == list(range(1, len(reports) + 1))
    assert {ticket.source for ticket in tickets} == {f"telegram:{chat}:{message}" for chat, message in reports}
    shown = {
        (group, m["reply_to_message"]["message_id"]): (m["message_id"], m["text"])
        for group in GROUPS
        for m in ours(bot.town, group)
    }
    for ticket in tickets:
        _, chat, message = str(ticket.source).split(":")
        card, words = shown[int(chat), int(message)]
        assert cards[ticket.id] == card
        assert re.findall(r"#XZ(\d+)", words) == [str(ticket.number)]
