"""The database itself, behind the program's back: what an older program left in it, and what stands there now."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from tracker.db import Base, Database

Row = TypeVar("Row", bound=Base)


class Books:
    def __init__(self, database_url: str) -> None:
        self._url = database_url

    @contextmanager
    def open(self) -> Iterator[Session]:
        """One transaction; no connection stays behind."""
        database = Database(self._url)
        try:
            with database.writing() as session:
                yield session
        finally:
            database.close()

    def all(self, table: type[Row]) -> Sequence[Row]:
        """In the order in which they came to be: without that, PostgreSQL promises none."""
        with self.open() as session:
            return session.scalars(select(table).order_by(*inspect(table).primary_key)).all()

    def count(self, table: type[Base]) -> int:
        with self.open() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0
