"""Ten groups that report to a program which is killed while it receives, by polling or by webhook, and the outcome."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select, update

from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.bot.delivery.test_process_webhook import free_port
from tests.faults.forked import Forked
from tests.faults.killing import PATIENCE, TOKEN
from tests.faults.quarter import a_minute_ago
from tracker.clock import SystemClock
from tracker.db import Database
from tracker.desk import Desk
from tracker.models import Inbox, Lease, Ticket

MANNERS = ("polling", "webhook")
GROUPS = [-1001000000100 - number for number in range(10)]
RETRIES = (0.0, 0.02, 0.05, 0.1)  # seconds; Telegram itself waits longer
COMMUNITY = """
[community]
name = "西渚社区"
prefix = "XZ"

[[party]]
name = "万科物业"
kind = "property"

[[person]]
name = "陈主任"
roles = ["coordinator"]
"""  # neither can be reached yet, so that only the groups are spoken to


@dataclass
class Hearer(Forked):
    """The program; with a port it listens there for what Telegram brings, else it polls."""

    port: int = 0
    reports: set[tuple[int, int]] = field(default_factory=set)  # (chat, message)

    @property
    def environment(self) -> dict[str, str]:
        address = f"127.0.0.1:{self.port}"
        hook = {"LINLIBAN_WEBHOOK_URL": f"http://{address}/hook", "LINLIBAN_LISTEN": address}
        return super().environment | (hook if self.port else {})

    def hears(self, count: int) -> None:
        """So many tagged messages at once, in all groups in turn."""
        for _ in range(count):
            number = len(self.reports) % len(GROUPS)
            said = self.town.say(GROUPS[number], 2000 + number, f"#报修 {len(self.reports) + 1}号楼的路灯不亮了")
            self.reports.add((GROUPS[number], said["message_id"]))

    async def ends(self, how: signal.Signals | None = signal.SIGTERM) -> int:
        """As ever; and whoever is started next need not wait until the dead one's lease is out."""
        code = await super().ends(how)
        books = Database(self.database_url)
        with books.writing() as session:
            session.execute(update(Lease).values(expires_at=a_minute_ago()))
        books.close()
        return code

    async def has_heard_all(self) -> None:
        """Each update has been confirmed and handled; AssertionError with the program's log if that never comes."""
        books = Database(self.database_url)
        try:
            async with asyncio.timeout(PATIENCE * 2):
                while await asyncio.to_thread(self._left, books):  # noqa: ASYNC110 - a database rings no bell
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(self.log[-5000:]) from None
        finally:
            books.close()

    def _left(self, books: Database) -> int:
        with books.reading() as session:
            waiting = session.scalar(select(func.count()).where(Inbox.state == "waiting")) or 0
        return waiting + len(self.town.bot().queue.waiting)

    def each_report_is_one_ticket(self) -> None:
        books = Database(self.database_url)
        with books.reading() as session:
            tickets = session.execute(select(Ticket.number, Ticket.source)).all()
            states = set(session.scalars(select(Inbox.state)))
        books.close()
        assert sorted(number for number, _ in tickets) == list(range(1, len(self.reports) + 1))
        assert {source for _, source in tickets} == {f"telegram:{chat}:{message}" for chat, message in self.reports}
        assert states == {"done"}


@asynccontextmanager
async def hearer(database_url: str, folder: Path, manner: str) -> AsyncIterator[Hearer]:
    """The groups, and the program that is not running yet."""
    town = Town()
    town.add_bot(TOKEN, "linliban_bot", "社区小助手", reads_all=True)
    lines = [COMMUNITY]
    for number, group in enumerate(GROUPS):
        town.add_user(2000 + number, f"邻居{number}")
        town.add_group(group, f"{number}号院议事群", [2000 + number])
        town.add_bot_to(group)
        lines.append(f'[[group]]\nname = "{number}号院议事群"\nkind = "residents"\nchat_id = {group}')
    town.bot().queue.waiting.clear()  # it came into the groups long ago
    file = folder / "community.toml"
    file.write_text("\n\n".join(lines), encoding="utf-8")
    desk = Desk(database_url, SystemClock())
    await asyncio.to_thread(desk.apply, file)
    desk.close()
    async with Serving(make_app(town, webhook_retries=RETRIES)) as served:
        port = free_port() if manner == "webhook" else 0
        program = Hearer(town, served.url, database_url, folder, port=port)
        try:
            yield program
        finally:
            await program.close()
