"""Our clock row a ticket against one APScheduler job a ticket, kept in its SQLAlchemyJobStore."""

import pickle
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, create_engine, event

from bench.crowd import MORNING, Crowds
from bench.figures import Figure
from bench.sweep import idle_desk
from tracker.desk import Desk, Visit
from tracker.models import Ticket
from tracker.states import Phase
from tracker.tickets.case import Case

SIZES = 1_000, 10_000, 100_000
ROUNDS, ADDED, PASSES = 9, 50, 50
DUE_IN = timedelta(days=2)
ROWS = 10_000  # written at once when their table is filled


def remind(ticket: int) -> None:
    """What a job of theirs would call; nothing is due, so nobody does."""


def against_apscheduler(crowds: Crowds) -> Iterator[Figure]:
    """Adding a ticket's deadline, and looking whether any is due, among ever more of them."""
    for size in SIZES:
        theirs_at = crowds.databases.new(f"jobs_{size}")
        with closing(idle_desk(crowds.of(size))) as desk, _scheduler(theirs_at, size) as scheduler:
            ours, theirs = _Ours(desk, size), _Theirs(scheduler, size)
            yield _figure(crowds, "a ticket's deadline added", size, "ms a deadline", ours.add, theirs.add)
            yield _figure(crowds, "a wake-up with nothing due", size, "ms a wake-up", ours.wake, theirs.wake)


class _Ours:
    def __init__(self, desk: Desk, size: int) -> None:
        self._desk, self._size, self._chance = desk, size, Random(1)

    def add(self) -> float:
        """The clock armed within an act's transaction, whose commit the act pays anyway."""
        return self._desk.visit("bench", self._arm)

    def _arm(self, visit: Visit) -> float:
        tickets = self._chance.sample(range(1, self._size + 1), ADDED)
        cases = [Case.of(visit.session, visit.session.get_one(Ticket, number), visit.now) for number in tickets]
        began = perf_counter()
        for case in cases:
            case.arm(Phase.ACCEPT)
        visit.session.flush()
        return (perf_counter() - began) * 1000 / ADDED

    def wake(self) -> float:
        return _pass(lambda: self._desk.sweep() == 0)


class _Theirs:
    def __init__(self, scheduler: BackgroundScheduler, size: int) -> None:
        self._scheduler, self._next = scheduler, size
        self._store: SQLAlchemyJobStore = scheduler._jobstores["default"]

    def add(self) -> float:
        began = perf_counter()
        for _ in range(ADDED):
            self._next += 1
            add_job(self._scheduler, self._next)
        return (perf_counter() - began) * 1000 / ADDED

    def wake(self) -> float:
        return _pass(lambda: self._store.get_due_jobs(MORNING) == [] and self._store.get_next_run_time() > MORNING)


def add_job(scheduler: BackgroundScheduler, number: int) -> Any:
    return scheduler.add_job(
        "bench.scheduled:remind", "date", run_date=MORNING + DUE_IN, args=[number], id=f"ticket-{number}",
        coalesce=True, misfire_grace_time=None,
    )  # fmt: skip


def _pass(idle: Callable[[], bool]) -> float:
    times = []
    for _ in range(PASSES):
        began = perf_counter()
        assert idle(), "something was due"
        times.append((perf_counter() - began) * 1000)
    return median(times)


def _figure(
    crowds: Crowds, what: str, size: int, unit: str, ours: Callable[[], float], theirs: Callable[[], float]
) -> Figure:
    pairs = [(ours(), theirs()) for _ in range(ROUNDS + 1)][1:]
    return Figure(
        measure=f"{what}: {size:,} open tickets",
        database=crowds.databases.kind,
        unit=unit,
        baseline_is="APScheduler 3, one job a ticket in its SQLAlchemyJobStore",
        ours=[a for a, _ in pairs],
        baseline=[b for _, b in pairs],
        more={"a_round": ADDED if "added" in what else PASSES},
    )


@contextmanager
def _scheduler(url: str, size: int) -> Iterator[BackgroundScheduler]:
    """Running as far as its store is concerned, but it never wakes by itself: we do, and look at the time."""
    engine = _as_durable(create_engine(url))
    scheduler = BackgroundScheduler(jobstores={"default": SQLAlchemyJobStore(engine=engine)}, timezone="UTC")
    scheduler.start(paused=True)
    try:
        _fill(engine, scheduler, size)
        yield scheduler
    finally:
        scheduler.shutdown(wait=False)
        engine.dispose()


def _as_durable(engine: Engine) -> Engine:
    """As ours: a write-ahead log, and each commit on the disk."""
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: object) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
                connection.execute(f"PRAGMA {pragma}")

    return engine


def _fill(engine: Engine, scheduler: BackgroundScheduler, size: int) -> None:
    """The rows that so many `add_job` would leave, written together; made from the state of one that was added."""
    job = add_job(scheduler, 1)
    store: SQLAlchemyJobStore = scheduler._jobstores["default"]
    state, due = job.__getstate__(), job.next_run_time.timestamp()
    for first in range(2, size + 1, ROWS):
        rows = [_row(state, number, due, store.pickle_protocol) for number in range(first, min(first + ROWS, size + 1))]
        with engine.begin() as connection:
            connection.execute(store.jobs_t.insert(), rows)
    if engine.dialect.name == "postgresql":  # as autovacuum would within minutes
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE apscheduler_jobs")


def _row(state: dict[str, Any], number: int, due: float, protocol: int) -> dict[str, Any]:
    name = f"ticket-{number}"
    kept = pickle.dumps({**state, "id": name, "args": (number,)}, protocol)
    return {"id": name, "next_run_time": due, "job_state": kept}
