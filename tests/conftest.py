"""What every test stands on: a database of its own, a clean environment, and loggers that are listened to."""

import gc
import logging
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from shutil import copyfile

# Said before anything imports telegram, which asks once.
os.environ["PTB_TIMEDELTA"] = "1"

import hypothesis
import psycopg
import pytest
import structlog
from psycopg import sql
from sqlalchemy.engine import URL, make_url

POSTGRES = os.environ.get("LINLIBAN_TEST_DATABASE_URL")
FOR_TESTS = {"LINLIBAN_TEST_DATABASE_URL", "LINLIBAN_CHROMIUM", "LINLIBAN_REQUIRE_ALL"}
OUR_LOGGERS = ("bot", "tracker", "board", "sandbox")

# The developer's own settings must not decide a test.
for _name in [name for name in os.environ if name.startswith("LINLIBAN_") and name not in FOR_TESTS]:
    del os.environ[_name]

# Two busy cores make any single example slow now and then.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=300, stateful_step_count=50)
hypothesis.settings.load_profile("house")

# Unconfigured, structlog prints past the standard loggers, and the guard below would hear nothing.
structlog.configure(logger_factory=structlog.stdlib.LoggerFactory(), wrapper_class=structlog.stdlib.BoundLogger)

ON_A_DATABASE = {"database_url", "bare_database_url", "_postgres_with_schema"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What no database can change is proved once, on SQLite."""
    if POSTGRES and (alike := [item for item in items if _on_any_database(item)]):
        config.hook.pytest_deselected(items=alike)
        items[:] = [item for item in items if not _on_any_database(item)]


def pytest_collection_finish() -> None:
    """What is loaded by now stays; looking through it again and again took a fifth of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _on_any_database(item: pytest.Item) -> bool:
    """It asks neither for a database nor which one it is: its file does not so much as speak of either.

    Should it come by one all the same, while it runs, it fails: on SQLite, where it does run.
    """
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return ON_A_DATABASE.isdisjoint(fixtures) and not any(
        word in _source(item.path) for word in ("POSTGRES", "conftest")
    )


@cache
def _source(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _must_have_asked(item: pytest.Item) -> None:
    if _on_any_database(item):
        pytest.fail(f"{item.name} came by a database without naming its fixture: on PostgreSQL it would be left out")


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database with the newest schema, on the server under test or in a file of this test's own."""
    _must_have_asked(request.node)
    if POSTGRES:
        url: str = request.getfixturevalue("_postgres_with_schema")
        _empty(url)
        return url
    file = request.getfixturevalue("tmp_path") / "linliban.db"
    copyfile(request.getfixturevalue("_sqlite_with_schema"), file)
    return f"sqlite:///{file}"


@pytest.fixture
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> str:
    """A database without any table, for tests of the migrations themselves."""
    _must_have_asked(request.node)
    return _create(f"linliban_bare_{worker_id}") if POSTGRES else f"sqlite:///{tmp_path / 'bare.db'}"


@pytest.fixture(scope="session")
def _sqlite_with_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once a worker; a test gets a copy of the file, which takes no time."""
    file = tmp_path_factory.mktemp("schema") / "linliban.db"
    _migrate(f"sqlite:///{file}")
    assert not file.with_name("linliban.db-wal").exists(), "migrate() left a connection open"
    return file


@pytest.fixture(scope="session")
def _postgres_with_schema(worker_id: str) -> str:
    """Migrated once a worker; before a test it is emptied."""
    url = _create(f"linliban_test_{worker_id}")
    _migrate(url)
    return url


def _create(name: str) -> str:
    """Make the database anew beside the one of LINLIBAN_TEST_DATABASE_URL, which itself is never touched."""
    base = make_url(POSTGRES or "")
    database = sql.Identifier(name)
    with psycopg.connect(_conninfo(base), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(database))
    return base.set(database=name).render_as_string(hide_password=False)


def _empty(url: str) -> None:
    """Delete every row of ours and start the numbers at 1.

    One statement, since foreign keys look only at its end; TRUNCATE would cost a tenth of a second a test.
    """
    with psycopg.connect(_conninfo(make_url(url))) as connection:
        # Where the test before left a transaction open: say so, don't hang.
        connection.execute("SET lock_timeout = '10s'")
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        )
        deletes = [
            sql.SQL("{} AS (DELETE FROM {})").format(sql.Identifier(f"emptied_{name}"), sql.Identifier(name))
            for (name,) in names
        ]
        restart = sql.SQL("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")
        if deletes:
            connection.execute(sql.SQL("WITH {} {}").format(sql.SQL(", ").join(deletes), restart))


def _migrate(url: str) -> None:
    from tracker.db import migrate  # here, since the practice Telegram's tests need no tracker

    migrate(url)


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _nothing_went_wrong_quietly(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test in which our loggers spoke of an error fails, unless it is marked `expects_errors`."""
    listener = _Listener()
    for name in OUR_LOGGERS:
        logging.getLogger(name).addHandler(listener)
    yield
    for name in OUR_LOGGERS:
        logging.getLogger(name).removeHandler(listener)
    if listener.heard and not request.node.get_closest_marker("expects_errors"):
        pytest.fail("errors were logged:\n" + "\n".join(listener.heard))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is asked for, a skipped test is a failure: it proved nothing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("LINLIBAN_REQUIRE_ALL") == "1" and reporter and reporter.stats.get("skipped"):
        reporter.ensure_newline()
        reporter.write_line("A test was skipped where none may be.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
