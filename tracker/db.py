"""The database itself: engine, column types, naming convention, transactions, schema version."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from tracker.errors import DatabaseAway, OldSchema
from tracker.writers import Writers

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


_AWAY = (OperationalError, DatabaseError)  # the second, exactly: "file is not a database"; its kinds are our mistakes


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite forgets the zone: a naive one is refused going in and mended coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own protocol
        datetime: UtcDateTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…`; DatabaseAway with one line if the URL makes no sense."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _open_sqlite(url, parsed.database)
        from tracker import server  # who runs on SQLite need not wait for psycopg to be imported

        return create_engine(url, pool_size=8, hide_parameters=True, connect_args=server.HEARTBEATS)
    except (ArgumentError, NoSuchModuleError):
        raise DatabaseAway(
            "LINLIBAN_DATABASE_URL is no database address: write sqlite:///data/linliban.db"
            " or postgresql+psycopg://user:password@host/name"
        ) from None


def _open_sqlite(url: str, file: str | None) -> Engine:
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 10, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: a deferred read-then-write fails at once with BUSY
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _hold(session: Session, row: object) -> None:
    """A session forgets rows nobody holds; a transaction of ours is short and asks for the same few again and again."""
    session.info.setdefault("held", []).append(row)


class Database:
    """Transactions over one engine. Reading ones never wait for a writer on SQLite."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = open_engine(url)
        self.takes_writes = True  # the last one that was tried; a disk that is full can still be read
        self._writers = Writers()
        if not self.is_sqlite:
            from tracker import server

            server.keep_patience_short(self.engine)
            server.try_what_rested(self.engine)
        self._write = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        # On a server each statement sees what is committed by then, in a transaction or not; without one it costs less.
        looks: dict[str, Any] = {"reading": True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._read = sessionmaker(self.engine.execution_options(**looks), expire_on_commit=False, autoflush=False)
        for sessions in (self._write, self._read):
            event.listen(sessions, "loaded_as_persistent", _hold)
            event.listen(sessions, "pending_to_persistent", _hold)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        try:
            with self._answering(), self._queue(), self._write.begin() as session:
                yield session
        except DatabaseAway:
            self.takes_writes = False
            raise
        self.takes_writes = True

    def _queue(self) -> AbstractContextManager[None]:
        return self._writers.one_at_a_time() if self.is_sqlite else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """On a server without a transaction: a statement that fails leaves the others as they are."""
        with self._answering(), self._read.begin() as session:
            yield session

    @contextmanager
    def within(self, session: Session) -> Iterator[Session]:
        """A session of its own in a savepoint of the other's transaction: done whole, or undone."""
        joined = {"bind": session.connection(), "join_transaction_mode": "create_savepoint"}
        with self._answering(), self._write(**joined) as inner:
            inner.info["revisions"] = session.info.setdefault("revisions", {})  # a transaction asks once (revisions.py)
            try:
                yield inner
            except BaseException:
                inner.rollback()
                raise
            inner.commit()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """A database that is away, locked or full is one kind of trouble to everybody outside: try again later."""
        try:
            yield
        except DatabaseError as error:
            if type(error) not in _AWAY and not error.connection_invalidated:
                raise  # a constraint or a value, not the database
            raise DatabaseAway(_one_line(error, self.engine)) from error

    def ping(self) -> None:
        """Raises DatabaseAway, without credentials, when the database does not answer."""
        with self._answering(), self.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        self.engine.dispose()


def _one_line(error: DBAPIError, engine: Engine) -> str:
    where = engine.url.render_as_string(hide_password=True)
    reason = str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
    if engine.url.password:
        reason = reason.replace(str(engine.url.password), "***")
    return f"the database does not answer: {where} ({reason}). Start it, or set LINLIBAN_DATABASE_URL"


def migrate(url: str) -> None:
    """Bring the database to the current schema."""
    _alembic(url, lambda command, config: command.upgrade(config, "head"))


def require_current(url: str) -> None:
    """Raise OldSchema unless the database has the schema this program was written for."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise DatabaseAway(_one_line(error, engine)) from None
    finally:
        engine.dispose()
    wanted = ScriptDirectory.from_config(alembic_config(url)).get_current_head()
    if current != wanted:
        raise OldSchema(current=current or "empty", wanted=wanted or "none")


def alembic_config(url: str) -> Any:
    """Alembic's configuration for this database; the scripts travel with the program."""
    from alembic.config import Config

    import migrations

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def _alembic(url: str, work: Callable[[Any, Any], None]) -> None:
    from alembic import command

    try:
        work(command, alembic_config(url))
    except OperationalError as error:
        engine = open_engine(url)
        raise DatabaseAway(_one_line(error, engine)) from None
