"""A neighbourhood's desk without any chat: tickets are opened and rows are spoilt by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from tests.world import XIZHU
from tracker.clock import TurnedClock
from tracker.db import Base, Database
from tracker.desk import Desk
from tracker.facts import Help, Reminder
from tracker.models import Outbox, Ticket
from tracker.outcomes import Delivered, Outcome
from tracker.states import Urgency
from tracker.views import File, NewReport

SOUTH, CHEN, LI = "telegram:-1001000000001", "telegram:2001", "telegram:2002"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in the morning there

__all__ = ["CHEN", "LI", "MONDAY", "SOUTH", "Help", "Office", "Reminder"]


@dataclass
class Office:
    """`spoil` changes rows as no part of the program would."""

    url: str
    clock: TurnedClock = field(default_factory=lambda: TurnedClock(MONDAY, frozen=True))
    reports: int = 0

    def __post_init__(self) -> None:
        self.desk = Desk(self.url, self.clock)
        self.database = Database(self.url)
        self.desk.apply(XIZHU)

    def close(self) -> None:
        self.desk.close()
        self.database.close()

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def passes(self, **how_long: float) -> None:
        self.clock.turn(timedelta(**how_long))

    def report(self, words: str = "3号楼2单元的路灯不亮了", urgency: Urgency = Urgency.NORMAL) -> int:
        """A resident's sentence is a ticket now; its id."""
        self.reports += 1
        new = NewReport(
            source=f"{SOUTH}:{self.reports}", message=self.reports, reporter="telegram:2101", at=self.now, words=words,
            masked=words, title=words[:20], tag="报修", category="公共设施维修", urgency=urgency, tier="group",
            place_text="3号楼2单元", building="3", unit="2", files=tuple[File, ...](()),
        )  # fmt: skip

        def work(visit: Any) -> int:
            ticket: int = visit.cases.open(visit.register.place(SOUTH), new, None)[0]
            return ticket

        return self.desk.visit(f"report {self.reports}", work)

    def act(self, ticket: int, what: str, *words: str, who: str = LI) -> None:
        def work(visit: Any) -> None:
            getattr(visit.cases, what)(ticket, visit.register.somebody(who, 1), *words)

        self.desk.visit(f"{what} {ticket} {self.now}", work)

    def sends(self, outcome: Callable[[Any], Outcome] = lambda letter: Delivered(letter.id + 1000)) -> int:
        """All that may be said is, second after second, and the cards are made true; how many letters."""
        count = 0
        for _ in range(100):
            at = self.desk.next_send_at()
            if at is None or at > self.now + timedelta(minutes=1):
                return count
            self.clock.turn_to(at + timedelta(milliseconds=1))
            for letter in self.desk.claim(8):
                self.desk.settle(letter, outcome(letter))
                count += 1
            for card in self.desk.behind_cards(8):
                self.desk.settle_card(card, Delivered(card.message))
        raise AssertionError("it never comes to an end")

    def spoil(self, work: Callable[[Session], Any]) -> None:
        with self.database.writing() as session:
            work(session)

    def rows(self, table: type[Base], *where: Any) -> list[Any]:
        with self.database.reading() as session:
            return list(session.scalars(select(table).where(*where).order_by(*inspect(table).primary_key)).all())

    def row(self, table: type[Base], *where: Any) -> Any:
        (row,) = self.rows(table, *where)
        return row

    def number(self, ticket: int) -> str:
        return f"#XZ{self.row(Ticket, Ticket.id == ticket).number}"

    def alarms(self) -> list[tuple[str, dict[str, Any]]]:
        """What the coordinators are told of the machine, in its order: code and fields."""
        facts = [row.fact for row in self.rows(Outbox) if row.fact["kind"] == "alarm"]
        return [(fact["code"], fact["data"]) for fact in facts]
