"""The statements that run each second or with each message, on a crowded database: which index, and how many rows.

They are not copied here: whatever the desk asks the database while it does its work is caught, and explained.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests import conftest
from tests.tracker.crowded import A_PLACE, BEHIND, HOT, OPEN, PLACES, ROWS, crowd
from tests.world import A_MONDAY
from tracker import figures
from tracker.audit import look_at_everything
from tracker.desk import Desk, Visit
from tracker.models import Community
from tracker.states import RoleKind
from tracker.views import Role, Somebody

WALK = 450  # places and their notices that a fair turn looks at, however many wait
ROUND = 400 * A_PLACE // 2  # places that a look for a card goes to, and what waits for each but is not due yet
CONSTANT = 200  # rows that do not grow: a community's people, a chat's last few
STEPS_A_ROW = 60  # of SQLite's machine, about; a row that is joined, filtered and sorted takes as many


@dataclass(frozen=True)
class Work:
    """What the desk does, how many rows it is about, and the indexes it is to use (of two with | between, one)."""

    do: Callable[[Desk], object]
    batch: int
    indexes: tuple[str, ...] = ()


def nothing(visit: Visit, raw: dict[str, Any]) -> None:
    """An update that is about nothing."""


def asked(work: Callable[[Visit], object]) -> Callable[[Desk], object]:
    return lambda desk: desk.visit(f"plans {datetime.now(UTC)}", work)


def about(message: int) -> Callable[[Desk], object]:
    def look(visit: Visit) -> object:
        place = visit.register.place("telegram:900001")
        assert place is not None
        return visit.cases.about(place, message)

    return asked(look)


def todo(visit: Visit) -> object:
    roles = Role(RoleKind.LIAISON, party="物业"), Role(RoleKind.COORDINATOR)
    return visit.cases.todo(1, Somebody("telegram:900003", "刘师傅", roles))


def count_a_day(desk: Desk) -> object:
    with desk._db.reading() as session:
        return figures.digest(session, session.get_one(Community, 1), A_MONDAY.date(), now=desk.clock.now())


HOUR = A_MONDAY.astimezone(UTC) + timedelta(hours=1)
HOT_WORK = {
    "decide what is due": Work(lambda desk: desk.sweep(100), 100, ("ix_clock_due",)),
    "take what is to be said": Work(lambda desk: desk.claim(8), WALK, ("ix_outbox_due|ix_outbox_turn",)),
    "take the next update": Work(lambda desk: desk.take(nothing, most=20), 20, ("ix_inbox_",)),
    "keep an update": Work(lambda desk: desk.store_updates("1000@x", [(10**6, "-7", {})], 10**6 + 1), 1),
    "take cards that are behind": Work(lambda desk: desk.behind_cards(8), ROUND, ("ix_card_turn",)),
    "ask when something is due": Work(lambda desk: desk.next_moment(), 1, ("ix_clock_due",)),
    "look for what is late": Work(lambda desk: desk.audit(speaking=True), 100, ("ix_clock_due",)),
    "find what a message is about": Work(about(ROWS + 7), 1, ("ix_outbox_message",)),
    "find what nothing is about": Work(about(7), 1),
    "show a ticket": Work(asked(lambda visit: visit.cases.view(77)), 10, ("ix_outbox_ticket",)),
    "find a ticket by its number": Work(asked(lambda visit: visit.cases.numbered("XZ4711", 1)), 1),
    "list what somebody reported": Work(
        asked(lambda visit: visit.cases.mine("telegram:900007")), 100, ("ix_ticket_reporter",)
    ),
    "list what is late": Work(asked(lambda visit: visit.cases.overdue(1)), OPEN, ("ix_ticket_open",)),
    "list what waits for somebody": Work(asked(todo), OPEN, ("ix_ticket_open",)),
    "count a month": Work(
        asked(lambda visit: visit.cases.stats(1)), OPEN, ("ix_ticket_open", "ix_ticket_closed", "ix_ticket_created")
    ),
    "count a day": Work(count_a_day, OPEN, ("ix_ticket_open", "ix_ticket_closed", "ix_ticket_created")),
    "find nothing that is old": Work(lambda desk: list(desk.tidying()), 100, ("ix_ticket_ended",)),
    "hold the lease": Work(lambda desk: desk.hold_engine("me", "polling"), 1),
}


@pytest.fixture(scope="module")
def crowded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    if conftest.POSTGRES:
        url = conftest._create(f"linliban_crowded_{request.getfixturevalue('worker_id')}")
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('crowded') / 'linliban.db'}"
    conftest._migrate(url)
    desk = crowd(url)
    yield desk
    desk.close()


@dataclass
class Caught:
    """A statement as the driver got it, and what the database did for it."""

    statement: str
    plan: str
    rows: float

    @property
    def is_hot(self) -> bool:
        return any(re.search(rf"\b{table}\b", self.statement) for table in HOT)


class Catcher:
    """Explains each statement at the moment at which it is about to run, within its own transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.caught: list[Caught] = []
        self._busy = False

    def __enter__(self) -> "Catcher":
        event.listen(self.engine, "before_cursor_execute", self._catch)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._catch)

    def _catch(
        self, connection: Any, cursor: Any, statement: str, parameters: Any, _context: object, many: bool
    ) -> None:
        if self._busy or statement.split()[0] not in ("SELECT", "UPDATE", "DELETE", "WITH"):
            return
        given = parameters[0] if many else parameters
        explain = self._on_sqlite if connection.dialect.name == "sqlite" else self._on_postgres
        self._busy = True
        try:
            self.caught.append(explain(cursor.connection, statement, given))
        finally:
            self._busy = False

    def _on_sqlite(self, driver: sqlite3.Connection, statement: str, given: Any) -> Caught:
        plan = "\n".join(str(row[3]) for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", given))
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        driver.execute("SAVEPOINT explained")
        driver.set_progress_handler(step, STEPS_A_ROW)
        driver.execute(statement, given).fetchall()
        driver.set_progress_handler(None, 0)
        driver.execute("ROLLBACK TO explained")
        driver.execute("RELEASE explained")
        return Caught(statement, plan, steps)

    def _on_postgres(self, driver: Any, statement: str, given: Any) -> Caught:
        with driver.transaction(force_rollback=True), driver.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", given)
            (found,) = cursor.fetchone()
        tree = found[0]["Plan"]
        return Caught(statement, json.dumps(tree), sum(_touched(tree)))


def _touched(node: dict[str, Any]) -> Iterator[float]:
    """Rows that were looked at in tables that grow, those thrown away included."""
    if node.get("Relation Name") in HOT:
        gone = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        yield (node["Actual Rows"] + gone) * node["Actual Loops"]
    for below in node.get("Plans", []):
        yield from _touched(below)


@pytest.mark.parametrize("name", HOT_WORK)
def test_no_statement_looks_at_more_than_it_needs(crowded: Desk, name: str) -> None:
    work = HOT_WORK[name]
    with Catcher(crowded._db.engine) as catcher:
        work.do(crowded)
    hot = [caught for caught in catcher.caught if caught.is_hot]
    plans = "\n".join(caught.plan for caught in hot)
    for wanted in work.indexes:
        assert re.search(wanted, plans), f"{wanted} is not used:\n{plans}"
    for caught in hot:
        assert caught.rows <= 2 * work.batch + CONSTANT, f"{caught.rows} rows:\n{caught.statement}\n{caught.plan}"


def test_the_audit_of_an_hour_reads_no_card_that_has_nothing_to_say(crowded: Desk) -> None:
    """Every ticket has a card; those that wait to be edited are found by an index of theirs."""
    with Catcher(crowded._db.engine) as catcher, crowded._db.reading() as session:
        look_at_everything(session, now=crowded.clock.now())
    about_edits = [caught for caught in catcher.caught if "card.shown_version <" in caught.statement]
    assert len(about_edits) == 1
    assert re.search("ix_card_behind|ix_card_turn", about_edits[0].plan), about_edits[0].plan
    assert about_edits[0].rows <= BEHIND + CONSTANT, about_edits[0].plan


def test_it_is_as_crowded_as_it_says(crowded: Desk) -> None:
    with crowded._db.reading() as session:
        for table in HOT:
            assert session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() >= ROWS
        assert session.connection().exec_driver_sql("SELECT count(*) FROM place").scalar_one() >= PLACES
