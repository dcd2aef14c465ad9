"""The auditor among very many open tickets: his minute's look at what is due, and his hour's look at everything."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from time import perf_counter

from sqlalchemy import create_engine, text

from bench.crowd import MORNING, Crowds
from bench.figures import Figure
from bench.sweep import idle_desk
from tracker.desk import Desk

FEW, MANY = 1_000, 1_000_000
MINUTES, HOURS = 100, 5
AN_HOUR = 3.0  # seconds: the bar
ORPHANS = "SELECT count(*) FROM ticket WHERE NOT EXISTS (SELECT 1 FROM clock WHERE ticket_id = ticket.id)"


def audits(crowds: Crowds) -> Iterator[Figure]:
    """The minute must not grow with the tickets; the hour is set against one question that reads as many rows."""
    kind, url = crowds.databases.kind, crowds.of(MANY)
    with ExitStack() as stack:
        few, many = (stack.enter_context(closing(idle_desk(crowds.of(size)))) for size in (FEW, MANY))
        minutes = [(_minute(many), _minute(few)) for _ in range(MINUTES + 1)][1:]
        hours = [(_hour(many, number), _orphans(url)) for number in range(HOURS)]
    slow, quick = zip(*minutes, strict=True)
    yield Figure(
        f"audit of a minute: {MANY:,} open tickets", kind, "ms", f"the same with {FEW:,}", slow, quick, limit=1.5
    )
    ours, bare = zip(*hours, strict=True)
    yield Figure(
        f"audit of an hour: {MANY:,} open tickets", kind, "s", "one bare question after tickets without a clock",
        ours, bare, more={"most": AN_HOUR, "within": max(ours) <= AN_HOUR},
    )  # fmt: skip


def _minute(desk: Desk) -> float:
    began = perf_counter()
    assert not desk.audit(speaking=True).findings
    return (perf_counter() - began) * 1000


def _hour(desk: Desk, number: int) -> float:
    began = perf_counter()
    found = desk.audit(full=MORNING + timedelta(hours=number)).findings
    assert not found, found
    return perf_counter() - began


def _orphans(url: str) -> float:
    engine = create_engine(url)
    began = perf_counter()
    with engine.connect() as connection:
        assert connection.scalar(text(ORPHANS)) == 0
    engine.dispose()
    return perf_counter() - began
