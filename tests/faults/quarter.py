"""A quarter with many groups on the practice Telegram, in real time: where the program is killed under load."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.app import App
from bot.settings import Settings
from sandbox.server import Serving, make_app
from sandbox.town import Town
from sandbox.town.calls import Call
from tests.faults.forked import Forked
from tests.faults.killing import PATIENCE, TOKEN
from tracker import occasions
from tracker.clock import SystemClock
from tracker.db import Database
from tracker.desk import Desk
from tracker.models import Card, Clock, Inbox, Lease, Outbox, Place, Slot, Ticket

MATTERS = ("路灯", "门禁", "井盖", "围墙", "座椅", "信箱", "充电桩", "健身器材")  # each party's own
BACKLOG = 40  # things that wait whenever the program starts: more than it can do in a short life
AN_HOUR, A_DAY, A_WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
COMMUNITY = """
[community]
name = "西渚社区"
prefix = "XZ"

[calendar]
holidays = "none"
quiet = "none"

[[person]]
name = "陈主任"
user_id = {coordinator}
roles = ["coordinator"]
"""
GROUP = '[[group]]\nname = "{name}"\nkind = "{kind}"\nchat_id = {chat}'
PARTY = """
[[party]]
name = "{name}"
kind = "property"
group = "{name}工作群"

[[person]]
name = "{name}李师傅"
user_id = {liaison}
roles = ["liaison:{name}"]

[[category]]
name = "{matter}"
keywords = ["{matter}"]
lead = "{name}"
"""
COORDINATOR, RESIDENT, LIAISON = 7001, 2000, 5000


class CountingTown(Town):
    """Counts what the program asks of Telegram, without the menus it sets whenever it starts."""

    asked = 0

    def note(self, call: Call) -> None:
        self.asked += call.method != "setMyCommands"
        super().note(call)


@dataclass
class Quarter:
    """The town, the program that is killed, and what people have said."""

    bot: Forked
    books: Database
    groups: Sequence[int]
    yards: Sequence[int]  # a party's work group each
    chance: random.Random = field(default_factory=random.Random)
    reports: set[tuple[int, int]] = field(default_factory=set)  # (chat, message)
    questions: set[tuple[int, int]] = field(default_factory=set)
    others: list[Forked] = field(default_factory=list)  # on the same database

    @property
    def town(self) -> CountingTown:
        assert isinstance(self.bot.town, CountingTown)
        return self.bot.town

    def machine_beside(self, folder: Path) -> Forked:
        """Another machine, which has a folder of its own; it is ended with the quarter."""
        folder.mkdir()
        self.others.append(Forked(self.town, self.bot.url, self.bot.database_url, folder))
        return self.others[-1]

    def reports_something(self, group: int | None = None) -> int:
        """A resident reports; one of the parties is to see to it. The message's number."""
        number = self.chance.randrange(len(self.groups)) if group is None else group
        matter = self.chance.choice(MATTERS[: len(self.yards)])
        words = f"#报修 {len(self.reports) + 1}号楼的{matter}坏了"
        said = int(self.town.say(self.groups[number], RESIDENT + number, words)["message_id"])
        self.reports.add((self.groups[number], said))
        return said

    def asks(self, ticket: int, group: int | None = None) -> int:
        """Somebody asks how it stands: the answer is a notice. The question's number."""
        number = self.chance.randrange(len(self.groups)) if group is None else group
        said = int(self.town.say(self.groups[number], RESIDENT + number, f"/status XZ{ticket}")["message_id"])
        self.questions.add((self.groups[number], said))
        return said

    def falls_due(self, tickets: int) -> int:
        """Time is up for some tickets, oldest rung first: the next rung of each is to be told. Tells how many."""
        with self.books.writing() as session:
            now = datetime.now(UTC)
            waiting = select(Clock.ticket_id).where(Clock.due_at > now).order_by(Clock.rung, Clock.ticket_id)
            due = session.scalars(waiting.limit(tickets)).all()
            session.execute(update(Clock).where(Clock.ticket_id.in_(due)).values(due_at=now))
            return len(due)

    def nobody_runs_for_long(self) -> None:
        nobody_ran_for_long(self.books)

    def minutes_pass(self) -> None:
        """Twenty messages a minute and group are no limit here, also while the program runs."""
        with self.books.writing() as session:
            an_hour_ago(session)

    def in_flight(self) -> int:
        """How many notices were on their way when nobody ran any more: of each, nobody knows whether it arrived."""
        with self.books.reading() as session:
            return session.scalar(select(func.count()).where(Outbox.state == "sending")) or 0

    def waiting(self) -> int:
        """How much is still to be heard, decided, said and edited."""
        now = datetime.now(UTC)
        counts = (
            select(func.count()).where(Inbox.state == "waiting"),
            select(func.count()).where(Clock.due_at <= now),
            select(func.count()).where(Outbox.state.in_(("pending", "sending"))),
            select(func.count()).where(Card.shown_version < Card.wanted_version, Card.message.is_not(None)),
        )
        with self.books.reading() as session:
            return sum(session.scalar(count) or 0 for count in counts) + len(self.town.bot().queue.waiting)

    def open_tickets(self) -> int:
        with self.books.reading() as session:
            return session.scalar(select(func.count()).select_from(Ticket)) or 0

    async def settles(self) -> None:
        """All is heard, decided and said by the program's parts in this process: what was long before."""
        settings = Settings(
            bot_token=SecretStr(TOKEN), telegram_url=self.bot.url, database_url=self.bot.database_url, _env_file=None
        )
        app = App(settings, SystemClock())
        await app.open()
        while await asyncio.to_thread(self.waiting):
            await app.settle()
            self.minutes_pass()
        await app.close()

    async def comes_to_rest(self, within: float = PATIENCE * 4) -> None:
        """All is heard, decided and said; AssertionError with the program's log if it never is."""
        try:
            async with asyncio.timeout(within):
                while not self.bot.runs or await asyncio.to_thread(self.waiting) > 0:
                    assert self.bot.lives, self.bot.log[-5000:]
                    await asyncio.to_thread(self.minutes_pass)
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError(f"{self.waiting()} things still wait\n{await self.bot.says_where_it_is()}") from None


def a_minute_ago() -> datetime:
    """A lease is out then, and nobody has to be told of a day in which nobody ran."""
    return datetime.now(UTC) - timedelta(minutes=1)


def nobody_ran_for_long(books: Database) -> None:
    """What the database remembers of the last moments is longer ago: leases are out, everybody may be spoken to."""
    with books.writing() as session:
        session.execute(update(Outbox).where(Outbox.state == "sending").values(lease_until=LONG_AGO))
        session.execute(update(Card).where(Card.next_at.is_not(None)).values(next_at=LONG_AGO))
        session.execute(update(Lease).values(expires_at=a_minute_ago()))
        an_hour_ago(session)


def an_hour_ago(session: Session) -> None:
    """What was put off is due, and nobody was spoken to lately. Never waits for a row the program holds: it would wait
    for ours, too."""
    put_off = select(Outbox).where(Outbox.state == "pending", Outbox.not_before > datetime.now(UTC))
    for row in session.scalars(put_off.with_for_update(skip_locked=True)):
        row.not_before -= AN_HOUR
    for place in session.scalars(select(Place).where(Place.slot_at.is_not(None)).with_for_update(skip_locked=True)):
        place.slot_at, place.urgent_at, place.recent = None, None, []
        place.led = place.led and {kind: at - AN_HOUR.total_seconds() for kind, at in place.led.items()}


def more_happens(there: Quarter) -> None:
    """People report, ask and are late, until enough waits."""
    opened = there.open_tickets()
    missing = BACKLOG - there.waiting()
    while missing > 0:
        there.reports_something()
        missing -= 2
        if opened:
            there.asks(there.chance.randint(1, opened))
            missing -= 1 + there.falls_due(2)


@asynccontextmanager
async def quarter(database_url: str, folder: Path, *, groups: int = 1, parties: int = 1) -> AsyncIterator[Quarter]:
    """The quarter, in which everybody is known and nothing has been said yet; the program is not running."""
    town = CountingTown()
    town.add_bot(TOKEN, "linliban_bot", "社区小助手", reads_all=True)
    file = folder / "community.toml"
    file.write_text("\n\n".join(_settle_in(town, groups, parties)), encoding="utf-8")
    town.bot().queue.waiting.clear()  # it came into the groups long ago, and has said its welcome
    desk = Desk(database_url, SystemClock())
    await asyncio.to_thread(desk.apply, file)
    desk.close()
    async with Serving(make_app(town)) as served:
        bot, books = Forked(town, served.url, database_url, folder), Database(database_url)
        _rings_nothing(books)
        there = Quarter(bot, books, [_square(n) for n in range(groups)], [_yard(n) for n in range(parties)])
        try:
            yield there
        finally:  # one that lived on would work on the next test's messages
            for machine in (bot, *there.others):
                await machine.close()
            books.close()


def _rings_nothing(books: Database) -> None:
    """The calendar has rung all that is near: else there would be a digest, on the mornings of working days only."""
    now = datetime.now(UTC)
    with books.writing() as session:
        for name, at in occasions.between(session, now - A_WEEK, now + A_DAY):
            session.add(Slot(name=name, at=at))


def _square(number: int) -> int:
    return -1001000000100 - number


def _yard(number: int) -> int:
    return -1001000000500 - number


def _settle_in(town: Town, groups: int, parties: int) -> list[str]:
    """Everybody comes to live in the town; the community file that tells of them."""
    lines = [COMMUNITY.format(coordinator=COORDINATOR)]
    town.add_user(COORDINATOR, "陈主任")
    town.start(COORDINATOR)
    for number in range(groups):
        town.add_user(RESIDENT + number, f"邻居{number}")
        lines.append(_group(town, _square(number), f"{number}号院议事群", RESIDENT + number, "residents"))
    for number, matter in enumerate(MATTERS[:parties]):
        town.add_user(LIAISON + number, f"李师傅{number}")
        lines.append(_group(town, _yard(number), f"{matter}公司工作群", LIAISON + number, "work"))
        lines.append(PARTY.format(name=f"{matter}公司", matter=matter, liaison=LIAISON + number))
    return lines


def _group(town: Town, chat: int, name: str, member: int, kind: str) -> str:
    town.add_group(chat, name, [member])
    town.add_bot_to(chat)
    return GROUP.format(name=name, kind=kind, chat=chat)
