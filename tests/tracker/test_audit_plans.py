"""What is asked each minute, and at each look at /readyz and /metrics, an index answers, however much there is."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event

from tests.tracker.office import Office
from tracker.db import Database

GROWING = ("ticket", "clock", "card", "event", "outbox", "inbox")  # the others are as small as a community is


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    office = Office(database_url)
    for _ in range(30):
        office.report()
    yield office
    office.close()


@contextmanager
def asked(office: Office) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that the desk sends meanwhile, with its parameters."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        statements.append((statement, parameters))

    engine = office.desk._db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def plan(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """Its steps. A PostgreSQL that has few rows reads them all unless it is asked to do so only where it must."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[3] for row in rows]
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]


def reads_all(step: str) -> bool:
    """Whether a step goes through a growing table from its first row to its last."""
    found = re.search(r"Seq Scan on (\w+)", step) or re.search(r"SCAN (\w+)(?! .*USING .*INDEX)", step)
    return found is not None and re.sub(r"_\d+$", "", found[1]) in GROWING


def steps_of(statements: list[tuple[str, Any]], database: Database) -> list[str]:
    selects = [each for each in statements if each[0].lstrip().startswith(("SELECT", "WITH"))]
    assert selects
    with database.engine.execution_options(reading=True).connect() as connection:
        return [f"{step}  ← {sql}" for sql, given in selects for step in plan(connection, sql, given)]


@pytest.mark.parametrize("waits", [False, True])
def test_the_audit_of_a_minute(office: Office, waits: bool) -> None:
    office.passes(minutes=6 if waits else 1)
    with asked(office) as statements:
        assert office.desk.audit().clean is not waits
    looked = statements[: next((n for n, (sql, _) in enumerate(statements) if "INSERT" in sql), len(statements))]
    assert not [step for step in steps_of(looked, office.database) if reads_all(step)]


def test_an_audit_that_finds_nothing_takes_no_write_lock(office: Office) -> None:
    with asked(office) as statements:
        office.desk.audit()
    assert {sql.split()[0] for sql, _ in statements} <= {"SELECT", "WITH", "BEGIN"}
    assert not any("IMMEDIATE" in sql or "FOR UPDATE" in sql for sql, _ in statements)


def test_the_health_of_the_house(office: Office) -> None:
    with asked(office) as statements:
        office.desk.health()
    assert not [step for step in steps_of(statements, office.database) if reads_all(step)]


def test_this_test_would_see_a_table_read_as_a_whole(office: Office) -> None:
    steps = steps_of([("SELECT * FROM outbox WHERE error = 'x'", ())], office.database)
    assert [step for step in steps if reads_all(step)]
