"""A line to PostgreSQL that never waits for ever: the only place for patience with a server that has gone silent."""

from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

RV = TypeVar("RV")

ANSWER_WITHIN = 25.0
"""Seconds one answer may take. Within the 30 s that a notice on its way is ours, so that its outcome is still recorded
over the next line; more than the server's own limit, so that the server refuses a slow statement before we hang up."""

LIMITS = {
    "statement_timeout": "20s",
    # Ours never wait for the network, so one that idles belongs to a machine that is frozen or gone: its locks, and
    # with them the engine's lease, must be free before a standby has waited 20 s.
    "idle_in_transaction_session_timeout": "10s",
}

HEARTBEATS: dict[str, Any] = {
    "connect_timeout": 5,
    # Nobody at the other end: an idle line is known to be dead after 10 + 3 · 5 s (the system's own: two hours), and
    # one that has something to say after 15 s (a quarter of an hour).
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


class Connection(psycopg.Connection[Any]):
    """Its network may acknowledge every byte while nobody answers: a proxy, a frozen server. Then it hangs up."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return super().wait(gen, interval, timeout or ANSWER_WITHIN)
        except psycopg.errors.IdleInTransactionSessionTimeout as error:
            raise psycopg.OperationalError(str(error)) from None  # an outage like any other, and no mistake of ours
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:  # still no answer: it will not come
                self.pgconn.finish()
            raise


RESTED = 1.0
"""Seconds after which a line is tried before it is used again. To try it each time would cost a small transaction a
fifth; what breaks in between is an outage like any other."""


def try_what_rested(engine: Engine) -> None:
    """A line that has idled may be dead: a new one then takes its place, and nobody notices."""

    @event.listens_for(engine, "checkin")
    def _rests(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _try(connection: Any, record: Any, _proxy: Any) -> None:
        if monotonic() - record.info.get("rests_since", monotonic()) < RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError(str(error)) from None  # the pool makes new ones


def keep_patience_short(engine: Engine) -> None:
    """For transactions of the running program; a migration may take its time."""

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, given: Any, named: Any) -> psycopg.Connection[Any]:
        return Connection.connect(*given, **named)

    @event.listens_for(engine, "connect")
    def _limit(connection: psycopg.Connection[Any], _record: object) -> None:
        # SET, since a pooler between us and the server refuses options in the connection's address.
        connection.execute("; ".join(f"SET {name} = '{value}'" for name, value in LIMITS.items()))
        connection.commit()
