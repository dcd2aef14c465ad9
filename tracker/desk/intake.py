"""What comes in, over the desk: kept before it is confirmed; handled a chat at a time, several in a commit."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any, Generic, TypeVar

from sqlalchemy import Row
from sqlalchemy.orm import Session

from tracker import clocks, faults, inbox, trail
from tracker.clock import Clock
from tracker.db import Database
from tracker.desk.visit import Visit
from tracker.errors import DatabaseAway
from tracker.inbox import Arrival
from tracker.writers import Courtesy

MOST = 20  # updates in one commit
FEW = 4  # read at a time: as a rule no more are handled before the time is up
HOLD = 0.012  # seconds after which no further update is begun: on SQLite nobody else can write meanwhile
LONGER = 0.05  # on a server only this chat waits, and who needs a number of the same community

log = logging.getLogger(__name__)
T = TypeVar("T")
Handle = Callable[[Visit, dict[str, Any]], T]


class Unparsable(Exception):
    """An update nobody can make sense of, now or later: parked at once. Its message holds nothing personal."""


@dataclass(frozen=True)
class Taken(Generic[T]):
    """What became of one update: `result` of the handler, or `error` and whether it is parked for good."""

    update_id: int
    raw: dict[str, Any]
    chat: str
    ticket: str | None = None  # the one it was about
    result: T | None = None
    error: str | None = None
    parked: bool = False


class Intake:
    """A part of Desk."""

    clock: Clock
    _db: Database
    _courtesy: Courtesy
    _busy = False  # something waited when this process last looked: most likely more does

    def cursor(self, bot: str) -> int | None:
        with self._db.reading() as session:
            return inbox.cursor(session, bot)

    def heard_at(self, bot: str) -> datetime | None:
        """When an update of this bot was last kept."""
        with self._db.reading() as session:
            return inbox.newest_at(session, bot)

    def store_updates(
        self, bot: str, updates: Sequence[tuple[int, str, dict[str, Any]] | Arrival], offset: int | None
    ) -> int:
        """Updates and cursor in one commit, before anybody confirms them; tells how many were new.

        Without `offset` the cursor stays: what a webhook brings comes in no order, and confirms nothing else.
        """
        with self._courtesy.goes_first(), self._db.writing() as session:
            new = inbox.store(session, bot, [Arrival(*each) for each in updates], now=self.clock.now())
            if offset is not None:
                inbox.move_cursor(session, bot, offset)
            return new

    def take(self, handle: Handle[T], most: int = MOST, hold: float | None = None) -> list[Taken[T]]:
        """Handle what waits in a chat that nobody else works on: all effects and their `done` are one commit.

        `hold`: seconds after which no further update is begun (HOLD, LONGER). Each update has a savepoint: one that
        fails is undone, counted, and ends the batch, so that the chat's next one never overtakes it. Empty: nothing
        waits, or others are at work on all of it.
        """
        if self._db.is_sqlite and not self._busy and not self._any_waiting():
            return []  # an idle bot takes no write lock; on a server, to look takes none
        if hold is None:
            hold = HOLD if self._db.is_sqlite else LONGER
        with self._courtesy.goes_first(), self._db.writing() as session:
            taken = self._work_off(session, handle, most, perf_counter() + hold)
            faults.reached("update_handled")
        faults.reached("update_done")
        self._busy = bool(taken)
        return taken

    def _any_waiting(self) -> bool:
        with self._db.reading() as session:
            return inbox.any_waiting(session)

    def take_next(self, handle: Handle[T]) -> Taken[T] | None:
        """Handle one update, in a commit of its own. None: none waits."""
        taken = self.take(handle, most=1)
        return taken[0] if taken else None

    def _work_off(self, session: Session, handle: Handle[T], most: int, until: float) -> list[Taken[T]]:
        """A chat, as far as the time goes; on SQLite, where nobody can work beside us, one chat after the other."""
        taken: list[Taken[T]] = []
        while (chat := inbox.claim(session)) is not None:
            while rows := inbox.waiting(session, chat, min(FEW, most - len(taken))):
                handled = self._in_turn(session, rows, handle, until)
                taken += handled
                if handled[-1].error is not None or len(taken) == most or perf_counter() > until:
                    return taken
            if not self._db.is_sqlite:
                break
        return taken

    def _in_turn(
        self, session: Session, rows: Sequence[Row[*tuple[Any, ...]]], handle: Handle[T], until: float
    ) -> list[Taken[T]]:
        """These as far as the time goes, but one at least; nothing after one that failed."""
        taken: list[Taken[T]] = []
        for row in rows:
            taken.append(self._handle(session, row, handle))
            if taken[-1].error is not None or perf_counter() > until:
                break
        inbox.done(session, [row.id for row, each in zip(rows, taken, strict=False) if each.error is None])
        return taken

    def _handle(self, session: Session, row: Row[*tuple[Any, ...]], handle: Handle[T]) -> Taken[T]:
        raw = row.raw or {}
        trail.begin(row.chat, update=row.update_id)
        try:
            with self._db.within(session) as inner:
                result = handle(Visit(inner, self.clock.now(), key=f"{row.bot}:{row.update_id}"), raw)
        except DatabaseAway:
            raise  # the database, not the update: nothing is counted against anybody
        except Unparsable as error:
            return self._failed(session, row, raw, str(error), for_good=True)
        except Exception as error:
            log.exception("an update could not be handled")
            return self._failed(session, row, raw, type(error).__name__, for_good=False)
        return Taken(row.update_id, raw, row.chat, trail.ticket(), result)

    def _failed(
        self, session: Session, row: Row[*tuple[Any, ...]], raw: dict[str, Any], error: str, *, for_good: bool
    ) -> Taken[T]:
        parked = inbox.failed(session, row.id, row.tries, error, for_good=for_good)
        if parked:
            log.warning("an update was parked", extra={"why": error})
            key, now = str(row.id), self.clock.now()
            clocks.alarm(session, None, "parked_update", key, now=now, update_id=row.update_id)
        return Taken(row.update_id, raw, row.chat, trail.ticket(), error=error, parked=parked)
