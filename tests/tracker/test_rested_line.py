"""A line to PostgreSQL that died while it idled is noticed before anybody relies on it."""

from collections.abc import Iterator

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.conftest import POSTGRES
from tracker import server
from tracker.db import Database
from tracker.errors import DatabaseAway
from tracker.models import Place

__test__ = POSTGRES is not None  # a file of SQLite has no line that could die
OTHERS = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
              " AND pid <> pg_backend_pid()")  # fmt: skip


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def looks(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(1)) or 0


def all_lines_break(database: Database) -> None:
    administrator = Database(database.url)
    with administrator.writing() as session:
        session.execute(OTHERS)
    administrator.close()


def test_after_a_rest_nobody_notices(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    looks(database)
    all_lines_break(database)
    monkeypatch.setattr(server, "RESTED", 0.0)
    assert looks(database) == 1


def test_in_the_midst_of_work_it_is_an_outage_and_the_next_try_succeeds(database: Database) -> None:
    looks(database)
    all_lines_break(database)
    with pytest.raises(DatabaseAway):
        looks(database)
    assert looks(database) == 1


def test_who_only_looks_begins_no_transaction(database: Database) -> None:
    with database.reading() as session:
        assert session.scalar(select(1)) == 1
        assert status(session) == TransactionStatus.IDLE


def test_who_writes_on_the_same_line_afterwards_does(database: Database) -> None:
    looks(database)

    def fails() -> None:
        with database.writing() as session:
            session.add(Place(kind="new", address="telegram:1"))
            session.flush()
            assert status(session) == TransactionStatus.INTRANS
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with database.reading() as session:
        assert session.scalars(select(Place)).all() == []


def status(session: Session) -> TransactionStatus:
    line = session.connection().connection.driver_connection
    assert line is not None
    found: TransactionStatus = line.info.transaction_status
    return found
