"""Desk: opens the transactions. Everything the bot, the board and the command line want goes through here."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tracker import cards, delivery, faults, inviting, occasions, people, sweep
from tracker.clock import Clock
from tracker.db import Database, migrate, require_current
from tracker.desk.intake import Intake
from tracker.desk.post import Post
from tracker.desk.tidy import Tidy
from tracker.desk.visit import Visit
from tracker.desk.watch import Watch
from tracker.models import Community, Person, Place
from tracker.outcomes import CardGone, Outcome
from tracker.sweep import Decision
from tracker.tickets import showing
from tracker.views import CardView, CommunityView, Letter, PlaceView, Somebody
from tracker.writers import Courtesy

log = logging.getLogger(__name__)
T = TypeVar("T")

COURTESY = 0.05  # seconds for which a batch of what is due waits for those who have just said something
LOOKS = 50  # at what may be said, while all that is found turns out to be over, put off, or somebody else's


class Desk(Intake, Post, Watch, Tidy):
    """One per process. `clock` is read once a transaction."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.url = url
        self.clock = clock
        self._db = Database(url)
        self._courtesy = Courtesy()
        self._turns, self._rounds = delivery.Turns(), delivery.Rounds()
        self.expired = 0  # notices that this process dropped because their time was over

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

    # --- what goes out

    def claim(self, limit: int, *, only_urgent: bool = False) -> list[Letter]:
        """What may be said now, leased: looked up without a lock, taken in a short transaction, then read."""
        for _ in range(LOOKS):
            now = self.clock.now()
            with self._db.reading() as session:
                lost = delivery.anything_lost(session, now)
                notices = self._turns.next(session, now=now, limit=limit, only_urgent=only_urgent)
            if lost:
                with self._db.writing() as session:
                    delivery.take_back(session, now=now)
            elif not notices:
                break
            elif letters := self._leased(notices, now):
                return letters
        return []

    def _leased(self, notices: list[int], now: datetime) -> list[Letter]:
        try:
            with self._db.writing() as session:
                leased = delivery.claim(session, notices, now=now)
            self.expired += session.info.get("expired", 0)
        except IntegrityError:  # another machine speaks in one of these places: the next look sees it
            return []
        if not leased:
            return []
        with self._db.reading() as session:
            letters, unreadable = delivery.letters(session, leased, now=now)
        if unreadable:
            with self._db.writing() as session:
                delivery.drop(session, unreadable, now=now)
        return letters

    def settle(self, letter: Letter, outcome: Outcome) -> None:
        with self._db.writing() as session:
            delivery.settle(session, letter, outcome, now=self.clock.now())

    def behind_cards(self, limit: int) -> list[CardView]:
        now = self.clock.now()
        with self._db.reading() as session:
            behind = self._rounds.next(session, now=now, limit=limit)
        if not behind:
            return []
        with self._db.writing() as session:
            taken = cards.take(session, behind, now=now)
        with self._db.reading() as session:
            views, unreadable = delivery.card_views(session, taken, now=now)
        if unreadable:
            with self._db.writing() as session:
                delivery.give_up(session, unreadable)
        return views

    def settle_card(self, card: CardView, outcome: Outcome | CardGone) -> None:
        with self._db.writing() as session:
            delivery.settle_card(session, card, outcome, now=self.clock.now())

    def next_send_at(self) -> datetime | None:
        with self._db.reading() as session:
            return delivery.next_send_at(session, now=self.clock.now())

    # --- what is due

    def sweep(
        self, limit: int = sweep.AHEAD, *, now: datetime | None = None, late: Callable[[float], object] | None = None
    ) -> int:
        """Decide what is due; how many clocks that was. An idle pass takes no write lock.

        `now`: the moment by which it is due, else the clock's. `late` is told of each how many seconds after its
        moment it was decided.
        """
        now = now or self.clock.now()
        with self._db.reading() as session:
            decided = sweep.decide(session, now=now, limit=limit)
        most = sweep.MOST if self._db.is_sqlite else sweep.MORE
        done = self._carry_out([*sweep.batches(decided, most)], now)
        if late is not None:
            for each in done:
                late((now - each.due.due_at).total_seconds())
        return len(done)

    def _carry_out(self, batches: Sequence[Sequence[Decision]], now: datetime) -> list[Decision]:
        """Each in a transaction of its own; on a server two at a time, so that one is made while the other waits.

        On SQLite whoever has just said something has his turn in the queue for the one lock.
        """

        def one(batch: Sequence[Decision]) -> list[Decision]:
            with self._db.writing() as session:
                done = sweep.carry_out(session, batch, now=now)
                faults.reached("deciding")
            faults.reached("decided")
            return done

        if self._db.is_sqlite or len(batches) < 2:
            return [each for batch in batches for each in one(batch)]

        def in_turn(batch: Sequence[Decision]) -> list[Decision]:
            self._courtesy.lets_pass(COURTESY)
            return one(batch)

        with ThreadPoolExecutor(max_workers=2) as pool:
            return [each for done in pool.map(in_turn, batches) for each in done]

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
        now = self.clock.now()
        with self._db.reading() as session:
            prepared = occasions.prepare(session, occasion, at, now=now)
        with self._db.writing() as session:
            return occasions.ring(session, occasion, at, prepared, now=now)

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

    def open_chats(self) -> set[str]:
        """The addresses of those registered who have spoken to us in private and hear us there."""
        with self._db.reading() as session:
            return people.open_chats(session)

    def menus(self) -> dict[str, str]:
        """The addresses of the private chats that have a menu of their own, and which."""
        with self._db.reading() as session:
            return people.menus(session)

    def note_menu(self, address: str, menu: str | None) -> None:
        """This one is set there now; None: no other than everybody's."""
        with self._db.writing() as session:
            people.note_menu(session, address, menu)

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
            return inviting.invite(session, row.id, role, name, now=self.clock.now()) if row else None
