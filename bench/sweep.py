"""The idle sweep: what a second costs in which nothing is due, with few tickets open and with very many."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from bench.databases import Databases
from bench.figures import Figure
from bench.intake import register
from bench.street import USERNAME, update
from bot.handlers import Handlers
from tracker.clock import TurnedClock
from tracker.desk import Desk

OPENED, FEW, MANY = 200, 1_000, 1_000_000
ROUNDS, PASSES = 12, 50
INDEX = "ix_clock_due"
MORNING = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)  # a Monday, ten o'clock in Shanghai

# What is different in a copy of a row; everything else is copied as it is.
COPY = {
    "ticket": {"id": "id + :by", "number": "number + :by", "source": "source || '+' || CAST(:by AS VARCHAR)"},
    "clock": {"ticket_id": "ticket_id + :by"},
}


def idle_sweep(databases: Databases) -> Figure:
    """A million open tickets against a thousand; the cost must not grow with them."""
    few = databases.new("few")
    open_tickets(few, OPENED)
    grow(few, OPENED, FEW)
    many = databases.copy(few, "many")
    grow(many, FEW, MANY)
    desks = [Desk(url, TurnedClock(MORNING, frozen=True)) for url in (few, many)]
    try:
        rounds = [_round(desks) for _ in range(ROUNDS + 1)][1:]
        with listened() as asked:
            assert desks[1].sweep() == 0
    finally:
        for desk in desks:
            desk.close()
    return Figure(
        measure="sweep with nothing due: a million open tickets",
        database=databases.kind,
        unit="ms a pass",
        baseline_is="the same with a thousand open tickets",
        ours=[many_ms for _, many_ms in rounds],
        baseline=[few_ms for few_ms, _ in rounds],
        limit=1.5,
        more={"passes": PASSES, "index": index_used(many, asked)},
    )


def _round(desks: list[Desk]) -> list[float]:
    """The median pass of each desk, pass by pass in turn."""
    spent: list[list[float]] = [[] for _ in desks]
    for _ in range(PASSES):
        for desk, times in zip(desks, spent, strict=True):
            began = perf_counter()
            assert desk.sweep() == 0
            times.append((perf_counter() - began) * 1000)
    return [median(times) for times in spent]


def open_tickets(url: str, count: int) -> None:
    """So many tickets as people open them, by way of inbox and handlers."""
    desk = Desk(url, TurnedClock(MORNING, frozen=True))
    desk.migrate()
    register(desk)
    updates = [update(number) for number in range(count)]
    rows = [(each["update_id"], str(each["message"]["chat"]["id"]), each) for each in updates]
    desk.store_updates("bench", rows, count + 1)
    handlers = Handlers(bot_id=1000, username=USERNAME)
    while taken := desk.take_next(handlers.handle):
        assert taken.error is None, taken.error
    desk.close()


def grow(url: str, count: int, to: int) -> None:
    """Double the tickets and their clocks until there are `to`; what they hold stays what people made."""
    engine = _careless(create_engine(url))
    with engine.begin() as connection:
        while count < to:
            by = min(count, to - count)
            for table in COPY:
                connection.execute(text(_doubling(connection, table)), {"by": count, "rest": by})
            count += by
        open_now = "SELECT count(*) FROM ticket JOIN clock ON ticket_id = id WHERE due_at IS NOT NULL"
        assert connection.scalar(text(open_now)) == to
    if engine.dialect.name == "postgresql":  # as autovacuum would within minutes
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE ticket, clock"))
    engine.dispose()


def _careless(engine: Engine) -> Engine:
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
    return f"INSERT INTO {table} ({columns}) SELECT {', '.join(values)} FROM {table} WHERE {key} <= :rest"  # noqa: S608 - our own names


Asked = list[tuple[str, Any]]


@contextmanager
def listened() -> Iterator[Asked]:
    """What is asked of the database meanwhile: statements with their parameters, as the driver gets them."""
    asked: Asked = []

    def hear(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def index_used(url: str, asked: Asked) -> str | None:
    """The index by which the database, by its own EXPLAIN, answers the sweep; None if it is not ours."""
    engine = create_engine(url)
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        plans = [
            str(connection.exec_driver_sql(explain + statement, parameters).all())
            for statement, parameters in asked
            if "FROM clock" in statement
        ]
    engine.dispose()
    assert plans, "the sweep asked nothing of the clock"
    return INDEX if all(INDEX in plan for plan in plans) else None
