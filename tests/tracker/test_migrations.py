"""The schema can be built, is the one the tables speak of, and can be taken down again."""

import pytest
from alembic import command
from sqlalchemy import inspect

from tracker.db import alembic_config, migrate, open_engine, require_current
from tracker.errors import OldSchema
from tracker.models import Base


def tables(url: str) -> set[str]:
    engine = open_engine(url)
    try:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


def test_up_check_down_up(bare_database_url: str) -> None:
    migrate(bare_database_url)
    assert tables(bare_database_url) == set(Base.metadata.tables)
    command.check(alembic_config(bare_database_url))  # raises where the tables and the migrations disagree

    command.downgrade(alembic_config(bare_database_url), "base")
    assert tables(bare_database_url) == set()

    migrate(bare_database_url)
    assert tables(bare_database_url) == set(Base.metadata.tables)


def test_an_old_schema_is_named(bare_database_url: str) -> None:
    with pytest.raises(OldSchema) as old:
        require_current(bare_database_url)
    assert old.value.current == "empty"

    migrate(bare_database_url)
    require_current(bare_database_url)
