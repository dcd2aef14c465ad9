"""Desk: opens the transactions. Everything the bot, the board and the command line want goes through here."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select

from tracker import clocks, delivery, faults, inbox, occasions, people
from tracker.clock import Clock
from tracker.db import Database, migrate, require_current
from tracker.desk.visit import Visit
from tracker.errors import DatabaseAway
from tracker.models import Clock as ClockRow
from tracker.models import Community, Inbox, Outbox, Person, Place
from tracker.outcomes import CardGone, Outcome
from tracker.tickets import ending, showing
from tracker.views import CardView, CommunityView, Letter, PlaceView, Somebody

log = logging.getLogger(__name__)
T = TypeVar("T")


class Unparsable(Exception):
    """An update nobody can make sense of, now or later: parked at once. Its message holds nothing personal."""


@dataclass(frozen=True)
class Taken(Generic[T]):
    """What became of one update: `result` of the handler, or `error` and whether it is parked for good."""

    update_id: int
    result: T | None = None
    error: str | None = None
    parked: bool = False


@dataclass(frozen=True)
class Health:
    database: bool
    oldest_update: datetime | None = None
    oldest_letter: datetime | None = None
    overdue_clock: datetime | None = None
    waiting: int = 0
    parked: int = 0
    dead: int = 0
    unsure: int = 0
    calendar_certain_until: date | None = None


class Desk:
    """One per process. `clock` is read once a transaction."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.url = url
        self.clock = clock
        self._db = Database(url)

    def close(self) -> None:
        self._db.close()

    # --- the database itself

    def migrate(self) -> None:
        migrate(self.url)

    def check(self) -> None:
        """DatabaseAway or OldSchema, in one line, unless the database is there and current."""
        self._db.ping()
        require_current(self.url)

    @property
    def is_sqlite(self) -> bool:
        return self._db.is_sqlite

    # --- what comes in

    def cursor(self, bot: str) -> int | None:
        with self._db.reading() as session:
            return inbox.cursor(session, bot)

    def store_updates(self, bot: str, updates: Sequence[tuple[int, str, dict[str, Any]]], offset: int) -> int:
        """Updates and cursor in one commit, before anybody confirms them; tells how many were new."""
        with self._db.writing() as session:
            new = inbox.store(session, bot, updates, now=self.clock.now())
            inbox.move_cursor(session, bot, offset)
            return new

    def take_next(self, handle: Callable[[Visit, dict[str, Any]], T]) -> Taken[T] | None:
        """Handle the oldest waiting update: effect, event, notices and its `done` are one commit. None: none waits."""
        with self._db.reading() as session:
            if session.scalar(select(Inbox.id).where(Inbox.state == "waiting").limit(1)) is None:
                return None  # an idle bot takes no write lock
        row_id = update_id = -1
        try:
            with self._db.writing() as session:
                row = inbox.next_waiting(session)
                if row is None:
                    return None
                row_id, update_id = row.id, row.update_id
                visit = Visit(session, self.clock.now(), key=f"{row.bot}:{update_id}")
                result = handle(visit, row.raw or {})
                inbox.done(row)
                session.flush()
                faults.reached("update_handled")
            faults.reached("update_done")
            return Taken(update_id, result)
        except DatabaseAway:
            raise  # the database, not the update: nothing is counted against it
        except Unparsable as error:
            return self._failed(row_id, update_id, str(error), for_good=True)
        except Exception as error:
            log.exception("an update could not be handled", extra={"update_id": update_id})
            return self._failed(row_id, update_id, type(error).__name__, for_good=False)

    def _failed(self, row_id: int, update_id: int, error: str, *, for_good: bool) -> Taken[Any]:
        with self._db.writing() as session:
            parked = inbox.failed(session, row_id, error, for_good=for_good)
            if parked:
                log.warning("an update was parked", extra={"update_id": update_id, "reason": error})
                clocks.alarm(session, None, "parked_update", str(row_id), now=self.clock.now(), update_id=update_id)
        return Taken(update_id, error=error, parked=parked)

    # --- what goes out

    def claim(self, limit: int) -> list[Letter]:
        with self._db.writing() as session:
            return delivery.letters(session, now=self.clock.now(), limit=limit)

    def settle(self, letter: Letter, outcome: Outcome) -> None:
        with self._db.writing() as session:
            delivery.settle(session, letter, outcome, now=self.clock.now())

    def behind_cards(self, limit: int) -> list[CardView]:
        with self._db.writing() as session:
            return delivery.stale_cards(session, now=self.clock.now(), limit=limit)

    def settle_card(self, card: CardView, outcome: Outcome | CardGone) -> None:
        with self._db.writing() as session:
            delivery.settle_card(session, card, outcome, now=self.clock.now())

    def next_send_at(self) -> datetime | None:
        with self._db.reading() as session:
            return delivery.next_send_at(session, now=self.clock.now())

    # --- what is due

    def sweep(self, limit: int = 100) -> int:
        """Decide what is due; how many clocks that was. An idle pass takes no write lock."""
        now = self.clock.now()
        with self._db.reading() as session:
            due = session.scalar(select(ClockRow.ticket_id).where(ClockRow.due_at <= now).limit(1))
        if due is None:
            return 0
        with self._db.writing() as session:
            swept = clocks.sweep(session, now=now, limit=limit, lapse=ending.lapse)
            session.flush()
            faults.reached("deciding")
        faults.reached("decided")
        return swept

    def next_moment(self) -> datetime | None:
        """When the ladder next speaks to somebody."""
        with self._db.reading() as session:
            return delivery.next_due_at(session)

    def occasions(self, since: datetime, until: datetime) -> list[tuple[str, datetime]]:
        """What the calendar should have rung after `since` and not after `until`."""
        with self._db.reading() as session:
            return occasions.between(session, since, until)

    def ring(self, occasion: str, at: datetime) -> bool:
        """Do an occasion's work, once: false when somebody has already."""
        with self._db.writing() as session:
            return occasions.ring(session, occasion, at, now=self.clock.now())

    # --- the register

    def visit(self, key: str, work: Callable[[Visit], T]) -> T:
        """One transaction outside of any update: for the command line and the board."""
        with self._db.writing() as session:
            return work(Visit(session, self.clock.now(), key))

    def communities(self) -> list[CommunityView]:
        with self._db.reading() as session:
            rows = session.scalars(select(Community).order_by(Community.id)).all()
            return [showing.community_view(session, row) for row in rows]

    def places(self) -> list[PlaceView]:
        with self._db.reading() as session:
            rows = session.scalars(select(Place).where(Place.address.is_not(None)).order_by(Place.id)).all()
            return [showing.place_view(session, row) for row in rows]

    def people(self, community_id: int) -> list[Somebody]:
        """Everybody registered; the address is empty while nobody knows it."""
        with self._db.reading() as session:
            rows = session.scalars(select(Person).where(Person.community_id == community_id).order_by(Person.id)).all()
            return [people.described(session, row) for row in rows]

    def apply(self, path: Path, *, dry_run: bool = False) -> list[str]:
        """Bring the register in line with a community file; the changes, a line each. CommunityMistakes: none made."""
        from tracker.community import load
        from tracker.enrol import enrol, from_file

        wanted = from_file(load(path))
        with self._db.writing() as session:
            changes = enrol(session, wanted)
            if dry_run:
                session.rollback()
            return changes

    def invite(self, community: str | None, role: str, name: str) -> tuple[str, datetime] | None:
        """A one-time token and its end; None when no (or no single) community has that name."""
        with self._db.writing() as session:
            row = people.community_named(session, community)
            return people.invite(session, row.id, role, name, now=self.clock.now()) if row else None

    def health(self) -> Health:
        try:
            with self._db.reading() as session:
                count = select(func.count())
                ends = [clocks.calendar_of(c).certain_until() for c in session.scalars(select(Community)).all()]
                return Health(
                    database=True,
                    oldest_update=session.scalar(select(func.min(Inbox.at)).where(Inbox.state == "waiting")),
                    oldest_letter=session.scalar(
                        select(func.min(Outbox.not_before))
                        .join(Place, Place.id == Outbox.place_id)
                        .where(Outbox.state == "pending", Place.blocked_at.is_(None), Place.address.is_not(None))
                    ),
                    overdue_clock=delivery.next_due_at(session),
                    waiting=session.scalar(count.where(Inbox.state == "waiting")) or 0,
                    parked=session.scalar(count.where(Inbox.state == "dead")) or 0,
                    dead=session.scalar(count.where(Outbox.state == "dead")) or 0,
                    unsure=session.scalar(count.where(Outbox.state == "unsure")) or 0,
                    calendar_certain_until=min(ends, default=None),
                )
        except DatabaseAway:
            return Health(database=False)
