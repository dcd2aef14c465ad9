"""How the house stands, over the desk: what waits and since when, and the audits that put right and tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from shutil import disk_usage

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tracker import audit, clocks
from tracker.audit import Trouble
from tracker.desk.leading import ENGINE, Leading, sqlite_file
from tracker.errors import DatabaseAway
from tracker.models import Clock as ClockRow
from tracker.models import Community, Inbox, Lease, Outbox, Slot
from tracker.statements import insert_once
from tracker.views import Audited, Finding


@dataclass(frozen=True)
class Waiting:
    """So many, the first of them since then."""

    count: int
    since: datetime | None


@dataclass(frozen=True)
class Health:
    database: bool
    oldest_update: datetime | None = None
    late_letter: datetime | None = None  # since when one waits that nothing holds back; only when that is long
    overdue_clock: datetime | None = None
    waiting: int = 0
    parked: int = 0
    dead: int = 0
    unsure: int = 0
    letters: Mapping[str, Waiting] = field(default_factory=dict)  # by kind: page, notice, card
    engine_term: int = 0
    engine_left: float | None = None  # seconds until the engine's lease ends; None: nobody has ever held it
    bytes: int | None = None  # the size of the database
    disk_free: int | None = None  # bytes; None where a server keeps the database
    calendar_certain_until: date | None = None


class Watch(Leading):
    """A part of Desk."""

    url: str

    def audit(self, *, now: datetime | None = None, full: datetime | None = None, speaking: bool = False) -> Audited:
        """Look at what is due, or, once for the hour `full`, at everything; put right what is safe, and tell.

        `now`: the moment by which it is late, else the clock's. `speaking`: something has been said in the last
        minute. Nothing found takes no write lock.
        """
        now = now or self.clock.now()
        if full is not None and not self._first_to("audit", full):
            return Audited(now)
        with self._db.reading() as session:
            if full is None:
                troubles = audit.look_at_what_is_due(session, now=now, speaking=speaking)
            else:
                troubles = audit.look_at_everything(session, now=now)
        for trouble in troubles:
            self._put_right(trouble, now)
        return Audited(now, tuple(Finding(each.code, len(each.seen)) for each in troubles if each.told))

    def _first_to(self, occasion: str, at: datetime) -> bool:
        with self._db.writing() as session:
            return insert_once(session, Slot, {"name": occasion, "at": at}, on=("name", "at"))

    def _put_right(self, trouble: Trouble, now: datetime) -> None:
        """In small transactions; who dies between them tells of the rest at the next look."""
        for start in range(0, len(trouble.rows), audit.AT_ONCE):
            with self._db.writing() as session:
                if start == 0:
                    audit.tell(session, trouble, now=now)
                audit.mend(session, trouble, trouble.rows[start : start + audit.AT_ONCE], now=now)

    def health(self) -> Health:
        """Asked often: every number comes from an index of what waits or went wrong."""
        try:
            with self._db.reading() as session:
                return self._health(session)
        except DatabaseAway:
            return Health(database=False)

    def _health(self, session: Session) -> Health:
        count = select(func.count())
        wrong = select(Outbox.state, func.count()).where(audit.GONE_WRONG).group_by(Outbox.state)
        oldest = select(Inbox.at).where(Inbox.state == "waiting").order_by(Inbox.id).limit(1)
        lease = session.execute(select(Lease.term, Lease.expires_at).where(Lease.name == ENGINE)).one_or_none()
        ends = [clocks.calendar_of(each).certain_until() for each in session.scalars(select(Community)).all()]
        return Health(
            database=self._db.takes_writes,
            oldest_update=session.scalar(oldest),
            late_letter=audit.late_letter(session, now=self.clock.now()),
            overdue_clock=session.scalar(select(func.min(ClockRow.due_at)).where(ClockRow.due_at.is_not(None))),
            waiting=session.scalar(count.where(Inbox.state == "waiting")) or 0,
            parked=session.scalar(count.where(Inbox.state == "dead")) or 0,
            letters=_letters(session),
            engine_term=lease.term if lease else 0,
            engine_left=(lease.expires_at - self._agreed(session)).total_seconds() if lease else None,
            bytes=self._bytes(session),
            disk_free=self._disk_free(),
            calendar_certain_until=min(ends, default=None),
            **{row[0]: row[1] for row in session.execute(wrong)},
        )

    def _bytes(self, session: Session) -> int | None:
        file = sqlite_file(self.url)
        if file is None:
            return None if self._db.is_sqlite else session.scalar(text("SELECT pg_database_size(current_database())"))
        return sum(part.stat().st_size for part in (file, Path(f"{file}-wal")) if part.exists())

    def _disk_free(self) -> int | None:
        file = sqlite_file(self.url)
        return disk_usage(file.parent).free if file and file.parent.exists() else None


def _letters(session: Session) -> dict[str, Waiting]:
    pending = select(Outbox.kind, func.count(), func.min(Outbox.not_before)).where(text("outbox.state = 'pending'"))
    return {kind: Waiting(count, since) for kind, count, since in session.execute(pending.group_by(Outbox.kind))}
