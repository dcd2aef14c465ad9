"""A database with a past: the only place that makes up what a year of tickets leaves behind (SQLite)."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from bench.crowd import COPY, MORNING, careless, multiply, open_tickets
from tracker import privacy
from tracker.clock import TurnedClock
from tracker.desk import Desk, Visit
from tracker.errors import Refused
from tracker.models import Ticket
from tracker.states import Score

SEEDS = 200  # of each age, as people opened and ended them; the rest are copies
FAR = 10_000_000  # the first message's number: those that are heard later begin at 1
LIAISON, COORDINATOR = "telegram:9001", "telegram:9002"
KEPT = privacy.KEEP.days
FIRST = "SELECT coalesce(max(id), 0) FROM ticket"

# As if all had been said long ago.
TOLD = (
    "UPDATE outbox SET state = 'sent', message = id, sent_at = not_before, audited = true",
    "UPDATE card SET message = id, shown_version = wanted_version, next_at = NULL",
)
_AT = "strftime('%Y-%m-%d %H:%M:%S.000000', :morning, '-' || (:days + (:last - id) / :a_day) || ' days')"
AGED = (
    f"UPDATE ticket SET created_at = {_AT}, closed_at = {_AT} WHERE id > :after",  # noqa: S608 - our own words
    "UPDATE event SET at = (SELECT closed_at FROM ticket WHERE id = ticket_id) WHERE ticket_id > :after",
    "UPDATE rating SET at = (SELECT closed_at FROM ticket WHERE id = ticket_id) WHERE ticket_id > :after",
    "UPDATE outbox SET (created_at, not_before, sent_at) = (SELECT closed_at, closed_at, closed_at FROM ticket"
    " WHERE id = ticket_id) WHERE ticket_id > :after",
)


def lived(url: str, a_day: int, days: int, opened: int) -> int:
    """`days` of so many tickets a day, ended and after ninety days forgotten; and the open ones. How many in all."""
    old, young = a_day * max(days - KEPT, 0) - opened, a_day * min(days, KEPT)
    if days:
        _ended(url, FAR, old, a_day, KEPT + 1, forgotten=True)
        _ended(url, 2 * FAR, young, a_day, 0, forgotten=False)
    open_tickets(url, SEEDS, 3 * FAR)
    _copied(url, opened)
    return opened + (old + young if days else 0)


def open_ones(url: str) -> list[int]:
    """Whose clocks run."""
    engine = create_engine(url)
    with engine.connect() as connection:
        ids = list(
            connection.execute(text("SELECT ticket_id FROM clock WHERE due_at IS NOT NULL ORDER BY 1")).scalars()
        )
    engine.dispose()
    return ids


def elsewhere(url: str) -> int:
    """What is heard next is about other messages, though their numbers begin anew. How many tickets there are."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE ticket SET source = 'elsewhere:' || id || ':' || source WHERE closed_at IS NULL")
        )
        count = connection.execute(text("SELECT count(*) FROM ticket")).scalar_one()
    engine.dispose()
    return int(count)


def _ended(url: str, first: int, count: int, a_day: int, days: int, *, forgotten: bool) -> None:
    """So many that ended, the newest of them `days` ago."""
    open_tickets(url, SEEDS, first)
    desk = Desk(url, TurnedClock(MORNING, frozen=True))
    for ticket in open_ones(url):
        desk.visit(f"end {ticket}", partial(_end, ticket))
    desk.close()
    say_all(url)
    if forgotten:
        desk = Desk(url, TurnedClock(MORNING + privacy.KEEP + timedelta(days=1), frozen=True))
        assert sum(desk.tidying()) > SEEDS
        desk.close()
    _copied(url, count, AGED, morning=f"{MORNING:%Y-%m-%d %H:%M:%S}", days=days, a_day=a_day)


def _end(ticket: int, visit: Visit) -> None:
    """Taken, done and rated; where it stands otherwise, a coordinator ends it."""
    liaison, coordinator = (visit.register.somebody(who, 1) for who in (LIAISON, COORDINATOR))
    try:
        visit.cases.accept(ticket, liaison)
        visit.cases.finish(ticket, liaison, "换了新的,已经好了")
        reporter = visit.register.somebody(visit.session.get_one(Ticket, ticket).reporter, 1)
        visit.cases.rate(ticket, reporter, Score.SATISFIED)
    except Refused:
        visit.cases.close(ticket, coordinator, "已经好了")


def say_all(url: str) -> None:
    """As if everything that waits had been said, and every card were true."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in TOLD:
            connection.execute(text(statement))
    engine.dispose()


def _copied(url: str, count: int, then: tuple[str, ...] = (), **given: object) -> None:
    """The last of the tickets become `count`, with all that is theirs."""
    say_all(url)
    engine = careless(create_engine(url))
    with engine.begin() as connection:
        last = _last(connection)
        after = last - SEEDS
        multiply(connection, SEEDS, count, tuple(COPY), after)
        for statement in then:
            connection.execute(text(statement), {"after": after, "last": after + count, **given})
        connection.execute(text("UPDATE community SET last_number = :last"), {"last": _last(connection)})
        assert _last(connection) == after + count
    engine.dispose()


def _last(connection: Connection) -> int:
    return int(connection.scalar(text(FIRST)) or 0)


def megabytes(url: str) -> float:
    """Of the file, which nobody has open."""
    return Path(str(make_url(url).database)).stat().st_size / 1e6
