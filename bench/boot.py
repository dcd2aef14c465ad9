"""Back after a day: a million tickets open, a hundred thousand of them due meanwhile, and when the first is told of."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import sleep, time

from sqlalchemy import bindparam, create_engine, text

from bench.accepted import open_one_each
from bench.crowd import grow
from bench.databases import Databases
from bench.figures import Figure
from bench.hamlet import Hamlet, community
from bench.program import running
from bench.quarter import TOKEN
from bench.storm import settle
from tracker.db import UtcDateTime

HOUSES = 500
OPEN, DUE = 1_000_000, 100_000
FIRST = 5.0  # seconds from its start to the first page: the bar
IDLE = 3.0  # seconds after which memory is read
LONGEST = 900.0  # seconds until all is decided
FELL_DUE = text(
    "UPDATE clock SET anchor_at = :anchor, limit_at = :moment, due_at = :moment"
    " WHERE ticket_id <= :last AND ticket_id % 24 = :hour"
).bindparams(bindparam("anchor", type_=UtcDateTime()), bindparam("moment", type_=UtcDateTime()))
STILL_DUE = text("SELECT count(*) FROM clock WHERE due_at <= :now").bindparams(bindparam("now", type_=UtcDateTime()))


def boot(databases: Databases) -> Iterator[Figure]:
    """Against a house in which one ticket fell due."""
    first, rss, decided = _back(databases, "away", OPEN, DUE)
    alone, idle, _ = _back(databases, "away_alone", HOUSES, 1)
    kind, meanwhile = databases.kind, f"{OPEN:,} open tickets, {DUE:,} due"
    yield Figure(
        f"from start to the first page: {meanwhile}", kind, "s", f"one of {HOUSES} due", [first], [alone],
        more={"most": FIRST, "within": first <= FIRST, "all_decided_after": round(decided, 1)},
    )  # fmt: skip
    yield Figure(
        f"memory after all are decided: {meanwhile}", kind, "MiB", f"one of {HOUSES} due", [rss], [idle],
    )  # fmt: skip


def _back(databases: Databases, name: str, count: int, due: int) -> tuple[float, float, float]:
    """Seconds from its start to the first page accepted, MiB when all is decided, and seconds until it is."""
    url = databases.new(name)
    settle(url, [community(HOUSES)])
    open_one_each(url, HOUSES)
    _all_said(url)
    grow(url, HOUSES, count)
    _fell_due(url, due)
    with Hamlet(HOUSES) as hamlet:
        began = time()
        with running(TOKEN, hamlet.url, url, late=True) as program:
            decided = _until_decided(url, began)
            sleep(IDLE)
            accepted = hamlet.ask(do="accepted", since=0)["accepted"]
            assert accepted, program.log()[-2000:]
            return min(at for at, _, _ in accepted) - began, program.rss(), decided


def _all_said(url: str) -> None:
    """Nothing waits but what falls due."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE outbox SET state = 'sent'"))
    engine.dispose()


def _fell_due(url: str, due: int) -> None:
    """So many, over the hours of a day that ends now."""
    now, engine = datetime.now(UTC), create_engine(url)
    with engine.begin() as connection:
        for hour in range(24):
            moment = now - timedelta(hours=hour, minutes=1)
            given = {"moment": moment, "anchor": moment - timedelta(days=2), "last": due, "hour": hour}
            connection.execute(FELL_DUE, given)
    engine.dispose()


def _until_decided(url: str, began: float) -> float:
    engine = create_engine(url)
    try:
        while time() < began + LONGEST:
            with engine.connect() as connection:
                if connection.scalar(STILL_DUE, {"now": datetime.now(UTC)}) == 0:
                    return time() - began
            sleep(0.2)
        raise AssertionError("not all was decided")
    finally:
        engine.dispose()
