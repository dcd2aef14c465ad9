"""One machine of several leads: its lease over the desk, and what only the machine itself can tell of itself."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from tracker import clocks, leases
from tracker.clock import Clock, SystemClock
from tracker.db import Database, UtcDateTime
from tracker.leases import Held, Rival

ENGINE = "engine"


class Leading:
    """A part of Desk."""

    clock: Clock
    _db: Database

    def hold_engine(
        self, holder: str, mode: str, *, term: int | None = None, unmoved: Rival | None = None
    ) -> Held | Rival:
        """Take or renew the engine's lease (tracker/leases.py). On SQLite a rival is dead: we alone hold the lock."""
        with self._db.writing() as session:
            return leases.hold(
                session, ENGINE, holder, mode, now=self._agreed(session), term=term, unmoved=unmoved,
                rival_is_gone=self._db.is_sqlite,
            )  # fmt: skip

    def engine_rival(self) -> Rival | None:
        """Who leads now; on SQLite nobody but us can."""
        if self._db.is_sqlite:
            return None
        with self._db.reading() as session:
            return leases.held_by(session, ENGINE, now=self._agreed(session))

    def release_engine(self, holder: str, term: int) -> bool:
        with self._db.writing() as session:
            return leases.release(session, ENGINE, holder, term, now=self._agreed(session))

    def _agreed(self, session: Session) -> datetime:
        """The one clock that all machines share is the database's; a turned clock is shared by whoever turned it."""
        if self._db.is_sqlite or not isinstance(self.clock, SystemClock):
            return self.clock.now()
        moment: datetime = session.scalars(select(func.clock_timestamp(type_=UtcDateTime()))).one()
        return moment

    def tell_coordinators(self, code: str, key: str, **data: Any) -> None:
        """An alarm about the machine itself, to the coordinators of every community; once a key."""
        with self._db.writing() as session:
            clocks.alarm(session, None, code, key, now=self.clock.now(), **data)


def sqlite_file(url: str) -> Path | None:
    """The file behind a database address; None where a server keeps the data, or nobody does."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(parsed.database or "")
