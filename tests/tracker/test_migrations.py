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


def test_what_was_forgotten_before_leads_nowhere_either(bare_database_url: str) -> None:
    """And the table of tickets is made anew without losing what refers to it."""
    command.upgrade(alembic_config(bare_database_url), "0003")
    engine = open_engine(bare_database_url)
    with engine.begin() as connection:
        for statement in A_FORGOTTEN_TICKET:
            connection.exec_driver_sql(statement)
    command.upgrade(alembic_config(bare_database_url), "0004")
    look = "SELECT id, source, message, place_id, topic FROM ticket ORDER BY id"
    with engine.begin() as connection:
        assert [tuple(row) for row in connection.exec_driver_sql(look)] == [
            (1, None, None, None, None),
            (2, None, None, 1, 5),
            (3, "telegram:7:3", 3, 2, None),
        ]
        assert [tuple(row) for row in connection.exec_driver_sql("SELECT id, ticket_id FROM event")] == [(1, 1), (2, 3)]
        cards = connection.exec_driver_sql("SELECT ticket_id, place_id FROM card ORDER BY id")
        assert [tuple(row) for row in cards] == [(2, 1), (3, 2)]

    command.downgrade(alembic_config(bare_database_url), "0003")
    with engine.begin() as connection:
        assert [tuple(row) for row in connection.exec_driver_sql(look)] == [
            (1, "forgotten:1", 0, 1, None),
            (2, "forgotten:2", 0, 1, 5),
            (3, "telegram:7:3", 3, 2, None),
        ]
        assert connection.exec_driver_sql("SELECT count(*) FROM event").scalar() == 2
    engine.dispose()


_TICKET = (
    "INSERT INTO ticket (id, version, community_id, number, source, place_id, message, topic, reporter, status,"
    ' urgency, tier, category, place_text, building, unit, title, words, masked, praise, "check", created_at,'
    " assist, closed_at, reopened) VALUES ({0}, 1, 1, {0}, 'telegram:7:{0}', {1}, {0}, {2}, '{3}', 'closed',"
    " 'normal', 'group', '', '', '', '', '', '', '', false, false, '2026-01-01 00:00:00', '[]',"
    " '2026-01-01 00:00:00', 0)"
)
_CARD = (
    "INSERT INTO card (id, ticket_id, place_id, role, wanted_version, shown_version, has_photo, fails)"
    " VALUES ({0}, {0}, {1}, 'card', 1, 1, false, 0)"
)
_EVENT = (
    "INSERT INTO event (id, ticket_id, at, actor, kind, data) VALUES ({}, {}, '2026-01-01 00:00:00', 'x', 'y', '{{}}')"
)
A_FORGOTTEN_TICKET = (
    "INSERT INTO community (id, name, prefix, timezone, language, bot_name, emergency, calendar, last_number, revision)"
    " VALUES (1, 'a', 'A', 'Asia/Shanghai', 'zh', 'b', '{}', '{}', 3, 1)",
    "INSERT INTO place (id, kind, community_id, address, recent, welcomed) VALUES"
    " (1, 'residents', 1, 'telegram:-1', '[]', false), (2, 'private', 1, 'telegram:7', '[]', false)",
    _TICKET.format(1, 2, "NULL", "forgotten"),
    _TICKET.format(2, 1, 5, "forgotten"),
    _TICKET.format(3, 2, "NULL", "telegram:7"),
    *(_CARD.format(ticket, place) for ticket, place in ((1, 2), (2, 1), (3, 2))),
    _EVENT.format(1, 1),
    _EVENT.format(2, 3),
)
