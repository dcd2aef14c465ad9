"""How Alembic reaches the database: the URL comes from whoever calls, never from a file."""

from typing import Any, Literal

from alembic import context

from tracker.db import UtcDateTime, open_engine
from tracker.models import Base


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name only the database's own types, so that they run whatever becomes of our classes."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


engine = open_engine(context.config.attributes["url"])
try:
    with engine.begin() as connection:
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
