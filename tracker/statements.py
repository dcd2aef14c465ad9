"""Statements that go straight to the database, past the unit of work: the only place that knows how they are made."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Insert,
    Table,
    Text,
    Update,
    bindparam,
    delete,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy import column as sql_column
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.selectable import TableValuedAlias

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


def insert_rows(
    session: Session, model: type[Base], rows: Sequence[dict[str, Any]], *, unless: tuple[str, ...] = ()
) -> None:
    """Insert rows that all name the same columns; where one with the same `unless` columns is there, it stays as it is.

    On a server they are one statement with one value, their JSON: to bind each column of each row takes twice as long.
    """
    if not rows:
        return
    connection = straight(session)
    if connection.dialect.name == "sqlite":
        connection.execute(_insert("sqlite", model, unless), list(rows))
    else:
        connection.execute(_insert_given(model, tuple(rows[0]), unless), _given(rows))


def update_rows(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Set the columns that all these rows name, each row found by its primary key, which is one column."""
    if not rows:
        return
    connection = straight(session)
    if connection.dialect.name == "sqlite":
        key = _key(model)
        found = [{_FOUND_BY if name == key else name: value for name, value in row.items()} for row in rows]
        connection.execute(_update(model, tuple(rows[0])), found)
    else:
        connection.execute(_update_given(model, tuple(rows[0])), _given(rows))


_FOUND_BY = "found_by"


def _key(model: type[Base]) -> str:
    (column,) = table(model).primary_key.columns
    return column.name


@cache
def _update(model: type[Base], names: tuple[str, ...]) -> Update:
    of, key = table(model), _key(model)
    return update(of).where(of.c[key] == bindparam(_FOUND_BY)).values({n: bindparam(n) for n in names if n != key})


@cache
def _insert_given(model: type[Base], names: tuple[str, ...], unless: tuple[str, ...]) -> Insert:
    rows = _rows_given(model, names)
    return _insert("postgresql", model, unless).from_select(names, select(*(rows.c[name] for name in names)))


@cache
def _update_given(model: type[Base], names: tuple[str, ...]) -> Update:
    of, rows, key = table(model), _rows_given(model, names), _key(model)
    return update(of).where(of.c[key] == rows.c[key]).values({name: rows.c[name] for name in names if name != key})


def _rows_given(model: type[Base], names: tuple[str, ...]) -> TableValuedAlias:
    """What `_given` gives, as rows with the column types of the model."""
    columns = (sql_column(name, table(model).c[name].type) for name in names)
    rows = func.json_to_recordset(sql_cast(bindparam("rows", type_=Text), JSON))
    return rows.table_valued(*columns).render_derived(name="given", with_types=True)


def _given(rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {"rows": json.dumps(list(rows), default=_moment, ensure_ascii=False)}


def _moment(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"a {type(value).__name__} has no place in a row")
    if value.tzinfo is None:
        raise ValueError("a naive datetime was about to be stored")  # as tracker/db.py refuses it
    return value.isoformat()


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
def _insert(dialect: str, model: type[Base], unless: tuple[str, ...]) -> Insert:
    """Made once: to build a statement costs more than to carry it out."""
    insert = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(table(model))
    return insert.on_conflict_do_nothing(index_elements=list(unless)) if unless else insert


@cache
def _insert_once(dialect: str, model: type[Base], on: tuple[str, ...]) -> ReturningInsert[Any]:
    # RETURNING, since a driver may answer an insert that did nothing with a row count of -1.
    return _insert(dialect, model, on).returning(*(table(model).c[name] for name in on))


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
