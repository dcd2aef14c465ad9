"""Databases with very many open tickets: the only place that fills them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from bench.databases import Databases
from bench.intake import register
from bench.street import USERNAME, update
from bot.handlers import Handlers
from tracker.clock import TurnedClock
from tracker.desk import Desk
from tracker.inbox import Arrival

OPENED = 200  # as people open them; the rest are copies
TOKEN_ID = 1000


def _a_monday() -> datetime:
    """Ten o'clock of a Monday in Shanghai, so far ahead that nothing is due while we measure."""
    day = datetime.now(UTC).replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=60)
    return day + timedelta(days=-day.weekday() % 7)


MORNING = _a_monday()

# What is different in a copy of a row; everything else is copied as it is.
COPY = {
    "ticket": {"id": "id + :by", "number": "number + :by", "source": "source || '+' || CAST(:by AS VARCHAR)"},
    "clock": {"ticket_id": "ticket_id + :by"},
    "card": {"id": "id + (SELECT max(id) FROM card)", "ticket_id": "ticket_id + :by"},
    "event": {"id": "id + (SELECT max(id) FROM event)", "ticket_id": "ticket_id + :by"},
    "rating": {"ticket_id": "ticket_id + :by"},
    "outbox": {
        "id": "id + (SELECT max(id) FROM outbox)", "ticket_id": "ticket_id + :by",
        "dedup": "dedup || '+' || CAST(:by AS VARCHAR)",
    },
}  # fmt: skip
WAITING = ("ticket", "clock", "card")  # of an open ticket, what matters to the sweep
POSTED = "UPDATE card SET message = id, shown_version = wanted_version, next_at = NULL"  # as if the group had them


class Crowds:
    """One database of one kind for each number of open tickets; each larger one grows out of a smaller."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self._filled: dict[int, str] = {}

    def of(self, size: int) -> str:
        """The address of a database with so many open tickets; made once."""
        if size not in self._filled:
            smaller = max((each for each in self._filled if each < size), default=0)
            url = self._copy(smaller, size) if smaller else self._opened(size)
            grow(url, smaller or OPENED, size)
            self._filled[size] = url
        return self._filled[size]

    def _opened(self, size: int) -> str:
        url = self.databases.new(f"crowd_{size}")
        open_tickets(url, OPENED)
        return url

    def _copy(self, smaller: int, size: int) -> str:
        return self.databases.copy(self._filled[smaller], f"crowd_{size}")


def open_tickets(url: str, count: int, first: int = 0) -> None:
    """So many tickets as people open them, by way of inbox and handlers; from the `first` of all they could say."""
    desk = Desk(url, TurnedClock(MORNING, frozen=True))
    desk.migrate()
    register(desk)
    updates = [update(number) for number in range(first, first + count)]
    desk.store_updates("bench", [_arrival(each) for each in updates], first + count + 1)
    handlers = Handlers(bot_id=TOKEN_ID, username=USERNAME)
    while taken := desk.take_next(handlers.handle):
        assert taken.error is None, taken.error
    desk.close()


def _arrival(update: dict[str, Any]) -> Arrival:
    return Arrival(update["update_id"], str(update["message"]["chat"]["id"]), update)


def grow(url: str, count: int, to: int) -> None:
    """Double the tickets and their clocks until there are `to`; what they hold stays what people made."""
    engine = careless(create_engine(url))
    with engine.begin() as connection:
        connection.execute(text(POSTED))
        multiply(connection, count, to, WAITING)
        connection.execute(text("UPDATE community SET last_number = :count"), {"count": to})
        open_now = "SELECT count(*) FROM ticket JOIN clock ON ticket_id = id WHERE due_at IS NOT NULL"
        assert connection.scalar(text(open_now)) == to
    if engine.dialect.name == "postgresql":  # as autovacuum would within minutes
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in ("ticket", "card"):
                sequence = f"pg_get_serial_sequence('{table}', 'id')"
                connection.execute(text(f"SELECT setval({sequence}, max(id)) FROM {table}"))  # noqa: S608 - our own names
            connection.execute(text("VACUUM ANALYZE ticket, clock, card"))
    engine.dispose()


def multiply(connection: Connection, count: int, to: int, tables: Sequence[str], after: int = 0) -> None:
    """`to` tickets of `count`, whose ids follow `after`, each with its rows of these tables."""
    while count < to:
        by = min(count, to - count)
        for table in tables:
            connection.execute(text(_doubling(connection, table)), {"by": count, "after": after, "last": after + by})
        count += by


def careless(engine: Engine) -> Engine:
    """For a database that nobody would miss after a power cut: a million rows are written in one go."""
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: object) -> None:
            for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
                connection.execute(f"PRAGMA {pragma}")

    return engine


def _doubling(connection: Connection, table: str) -> str:
    quote = connection.dialect.identifier_preparer.quote
    names = [column["name"] for column in inspect(connection).get_columns(table)]
    key = "id" if table == "ticket" else "ticket_id"
    values = [COPY[table].get(name, quote(name)) for name in names]
    columns = ", ".join(map(quote, names))
    those = f"{key} > :after AND {key} <= :last"
    return f"INSERT INTO {table} ({columns}) SELECT {', '.join(values)} FROM {table} WHERE {those}"  # noqa: S608 - our own names
