"""Statements that go straight to the database, past the unit of work: the only place that knows how they are made."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Insert, Table, delete, tuple_
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from tracker.db import Base


def table(model: type[Base]) -> Table:
    """The table of a model, for statements without the unit of work: a third of the time, and nothing to flush."""
    return cast(Table, model.__table__)


def straight(session: Session) -> Connection:
    """The connection of a session in its transaction, asked for once: to ask costs as much as a small statement.

    What goes this way neither flushes nor refreshes what the session holds.
    """
    connection: Connection | None = session.info.get("straight")
    if connection is None:
        connection = session.info["straight"] = session.connection()
    return connection


def forget_connection(session: Session) -> None:
    """After a rollback: whoever asks for the connection next begins anew, with a savepoint if there was one."""
    session.info.pop("straight", None)


def insert_or_leave(session: Session, model: type[Base], *, on: tuple[str, ...]) -> Insert:
    """An INSERT for rows given with it; where a row with the same `on` columns is there, nothing happens."""
    return _insert_or_leave(session.get_bind().dialect.name, model, on)


def insert_once(session: Session, model: type[Base], values: dict[str, Any], *, on: tuple[str, ...]) -> bool:
    """Insert a row unless one with the same `on` columns is there; tells whether it was inserted."""
    statement = _insert_once(session.get_bind().dialect.name, model, on)
    return straight(session).execute(statement, values).first() is not None


def insert_new(session: Session, model: type[Base], rows: Sequence[dict[str, Any]], *, on: tuple[str, ...]) -> int:
    """Insert the rows of which none with the same `on` columns is there, in a few statements; how many that were."""
    if not rows:
        return 0
    statement = _insert_once(session.get_bind().dialect.name, model, on)
    return len(straight(session).execute(statement, rows).all())


@cache
def _insert_or_leave(dialect: str, model: type[Base], on: tuple[str, ...]) -> Insert:
    """Made once: to build a statement costs more than to carry it out."""
    insert = sqlite_insert if dialect == "sqlite" else postgresql_insert
    return insert(table(model)).on_conflict_do_nothing(index_elements=list(on))


@cache
def _insert_once(dialect: str, model: type[Base], on: tuple[str, ...]) -> ReturningInsert[Any]:
    # RETURNING, since a driver may answer an insert that did nothing with a row count of -1.
    return _insert_or_leave(dialect, model, on).returning(*(table(model).c[name] for name in on))


def delete_rows(session: Session, model: type[Base], rows: Sequence[Any], *still: ColumnElement[bool]) -> int:
    """Delete these rows, named by their primary keys, as far as they are `still` so; how many that were."""
    if not rows:
        return 0
    keys = list(table(model).primary_key.columns)
    if len(keys) > 1:
        named = tuple_(*keys).in_([tuple(row) for row in rows])
    else:
        named = keys[0].in_([row if isinstance(row, int) else row[0] for row in rows])
    return straight(session).execute(delete(table(model)).where(named, *still)).rowcount
