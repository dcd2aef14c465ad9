"""The idle sweep: what a second costs in which nothing is due, with few tickets open and with very many."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, create_engine, event

from bench.crowd import MORNING, Crowds
from bench.figures import Figure
from tracker.clock import TurnedClock
from tracker.desk import Desk

SIZES = FEW, *MORE = 1_000, 100_000, 1_000_000
ROUNDS, PASSES = 12, 50
INDEX = "ix_clock_due"


def idle_sweeps(crowds: Crowds) -> Iterator[Figure]:
    """Many open tickets against a thousand; the cost must not grow with them."""
    with ExitStack() as stack:
        desks = {size: stack.enter_context(closing(idle_desk(crowds.of(size)))) for size in sorted(SIZES)}
        rounds = [in_turn(desks) for _ in range(ROUNDS + 1)][1:]
        for size in MORE:
            with listened() as asked:
                assert desks[size].sweep() == 0
            yield Figure(
                measure=f"sweep with nothing due: {size:,} open tickets",
                database=crowds.databases.kind,
                unit="ms a pass",
                baseline_is=f"the same with {FEW:,} open tickets",
                ours=[each[size] for each in rounds],
                baseline=[each[FEW] for each in rounds],
                limit=1.5,
                more={"passes": PASSES, "index": index_used(crowds.of(size), asked)},
            )


def idle_desk(url: str) -> Desk:
    """At the moment at which the tickets were opened: nothing is due yet."""
    return Desk(url, TurnedClock(MORNING, frozen=True))


def in_turn(desks: dict[int, Desk]) -> dict[int, float]:
    """The median pass of each desk, pass by pass in turn."""
    spent: dict[int, list[float]] = {size: [] for size in desks}
    for _ in range(PASSES):
        for size, desk in desks.items():
            began = perf_counter()
            assert desk.sweep() == 0
            spent[size].append((perf_counter() - began) * 1000)
    return {size: median(times) for size, times in spent.items()}


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
