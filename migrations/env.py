"""How Alembic reaches the database: the URL comes from whoever calls, never from a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from tracker.db import UtcDateTime, open_engine
from tracker.models import Base


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name only the database's own types, so that they run whatever becomes of our classes."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def _children_kept(connection: Connection) -> Iterator[None]:
    """SQLite changes a column by making the table anew: to drop the old one would delete whatever refers to it.

    Its foreign keys can only be switched off before a transaction begins.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.execute("PRAGMA foreign_keys=OFF")
    yield


engine = open_engine(context.config.attributes["url"])
try:
    with engine.connect() as connection, _children_kept(connection), connection.begin():
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_server_default=True,
        )
        context.run_migrations()
finally:
    engine.dispose()
