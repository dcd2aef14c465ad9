"""What is due, decided and written down in batches: the only place where time moves a ticket on."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tracker import cards, clocks, decisions, outbox, routing
from tracker.calendar import Calendar
from tracker.decisions import Plan, Standing
from tracker.facts import Overdue, Reminder, Unreachable
from tracker.ladders import Rules, Rung
from tracker.models import Clock, Community, Event, Ticket
from tracker.outbox import Priority
from tracker.states import Phase, Urgency
from tracker.tickets import ending

log = logging.getLogger(__name__)

BATCH = 50  # clocks a transaction: the write lock is held for some ten milliseconds, and others get their turn
_WORKERS = ("liaison", "deputy")  # told as those who do it; everybody else as those who see to it

Due = Row[Any]


def sweep(session: Session, *, now: datetime, limit: int) -> list[datetime]:
    """Decide what is due, oldest first; since when each was.

    The whole batch is written with a handful of statements. When one ticket of it cannot be decided, each is decided
    by itself: one that fails never holds up the others.
    """
    due = session.execute(_due(now).limit(limit)).all()
    try:
        with session.begin_nested():
            _decide(session, due, now)
    except OperationalError:
        raise  # the database, not a ticket
    except Exception:
        for each in due:
            _decide_alone(session, each, now)
    return [row.due_at for row in due]


def _due(now: datetime) -> Select[*tuple[Any, ...]]:
    told = select(func.count()).where(Event.ticket_id == Clock.ticket_id, Event.kind == "told").scalar_subquery()
    return (
        select(
            Clock.ticket_id, Clock.phase, Clock.epoch, Clock.rung, Clock.n, Clock.anchor_at, Clock.limit_at,
            Clock.due_at, Clock.ladder_id, Ticket.community_id, Ticket.lead_id, Ticket.grid_id, Ticket.urgency,
            Ticket.resolve_by, Ticket.watched_until, told.label("told"),
        )
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .where(Clock.due_at <= now)
        .order_by(Clock.due_at, Clock.ticket_id)
        .with_for_update(of=Clock, skip_locked=True)
    )  # fmt: skip


def _decide(session: Session, due: Sequence[Due], now: datetime) -> None:
    batch = _Batch(session, now)
    for row in due:
        if row.phase == Phase.CONFIRM:
            ending.lapse(session, session.get_one(Ticket, row.ticket_id), now)
        else:
            batch.tell(row)
    batch.write()


def _decide_alone(session: Session, row: Due, now: datetime) -> None:
    try:
        with session.begin_nested():
            _decide(session, [row], now)
    except OperationalError:
        raise
    except Exception:
        log.exception("a decision failed", extra={"ticket": clocks.number(session, row.ticket_id)})
        clocks.put_off(session, row.ticket_id, now=now)


@dataclass
class _Batch:
    """What a batch of decisions writes; what they have in common is read once."""

    session: Session
    now: datetime
    notices: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    clocks: list[dict[str, Any]] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)  # tickets whose cards say more now
    _rules: dict[int, Rules] = field(default_factory=dict)
    _calendars: dict[int, Calendar] = field(default_factory=dict)
    _awake: dict[int, datetime] = field(default_factory=dict)
    _places: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)

    def tell(self, row: Due) -> None:
        """Decide one ticket, and note down what follows."""
        plan = decisions.decide(_standing(row), self._rules_of(row), self._calendar(row.community_id), self.now)
        if plan.rung is None:
            self._clock(row, plan)
            if plan.held is not None:
                self._held(row, plan, plan.held)
            return
        reached, missed = self._pages(row, plan)
        if "liaison" in missed:
            self._nobody_to_do_it(row)
            plan = plan.at_once(self.now)
        self._clock(row, plan)
        self._event(row, plan, reached, missed)
        self.changed.append(row.ticket_id)

    def write(self) -> None:
        """Notices first: were a clock moved on without them, nobody would ever be told."""
        outbox.post_all(self.session, self.notices)
        connection = self.session.connection()
        if self.clocks:
            connection.execute(_MOVE_ON, self.clocks)
        if self.events:
            connection.execute(insert(Event.__table__), self.events)  # type: ignore[arg-type]  # a Table, typed as less
        if self.changed:
            cards.bump(self.session, *self.changed, now=self.now)

    def _pages(self, row: Due, plan: Plan) -> tuple[list[int], list[str]]:
        """Page the rung's people, each place once; the places told, and the words behind which nobody was reached."""
        assert plan.rung is not None
        reached: dict[int, str] = {}
        missed = []
        for word in plan.rung.tell:
            if word == "coordinator" and self._is_watched(row):
                continue
            places = self._told(row, word)
            if not places:
                missed.append(word)
            for place in places:
                reached.setdefault(place, word)
        for place, word in reached.items():
            self._page(row, plan, place, word)
        return list(reached), missed

    def _page(self, row: Due, plan: Plan, place: int, word: str) -> None:
        critical = row.urgency == Urgency.CRITICAL
        fact: Reminder | Overdue = (
            Reminder(phase=row.phase, n=row.told + 1, next_at=plan.due_at)
            if word in _WORKERS
            else Overdue(phase=row.phase, n=row.told + 1, to=word, next_at=plan.due_at)
        )
        rung, n = plan.told
        self.notices.append(
            outbox.row(
                place, fact, now=self.now, community_id=row.community_id, ticket_id=row.ticket_id, epoch=row.epoch,
                dedup=clocks.page_key(row.ticket_id, row.epoch, f"{row.phase}:{rung}:{n}", place),
                priority=Priority.CRITICAL if critical else Priority.PAGE,
                not_before=self.now if critical else self._out_of_quiet(row.community_id),
            )
        )  # fmt: skip

    def _nobody_to_do_it(self, row: Due) -> None:
        for place in self._told(row, "coordinator"):
            self.notices.append(
                outbox.row(
                    place, Unreachable(who="liaison", why="no_liaison"), now=self.now, priority=Priority.PAGE,
                    community_id=row.community_id, ticket_id=row.ticket_id,
                    dedup=clocks.unreachable_key(row.ticket_id, row.epoch, place),
                )
            )  # fmt: skip

    def _clock(self, row: Due, plan: Plan) -> None:
        self.clocks.append({
            "was_ticket": row.ticket_id, "was_epoch": row.epoch, "was_rung": row.rung, "was_n": row.n,
            "phase": plan.phase, "limit_at": plan.limit_at, "rung": plan.next_rung, "n": plan.next_n,
            "due_at": plan.due_at, "fails": 0,
        })  # fmt: skip

    def _event(self, row: Due, plan: Plan, reached: list[int], missed: list[str]) -> None:
        """Who was told by which rule of the ladder, why now, and until when a night put it off."""
        assert plan.rung is not None
        rung, n = plan.told
        data = {"phase": row.phase, "rung": rung, "n": n, "rule": str(plan.rung), "due_at": row.due_at.isoformat(),
                "places": reached, "unreachable": missed}  # fmt: skip
        held = self._out_of_quiet(row.community_id)
        if reached and held > self.now and row.urgency != Urgency.CRITICAL:
            data["quiet_until"] = held.isoformat()
        self.events.append({"ticket_id": row.ticket_id, "at": self.now, "actor": "bot", "kind": "told", "data": data})

    def _held(self, row: Due, plan: Plan, rung: Rung) -> None:
        """Nobody was told, nothing was used up: why not now, and until when."""
        data = {"phase": row.phase, "rung": row.rung, "n": row.n, "rule": str(rung), "due_at": row.due_at.isoformat(),
                "quiet_until": plan.due_at.isoformat()}  # fmt: skip
        self.events.append({"ticket_id": row.ticket_id, "at": self.now, "actor": "bot", "kind": "held", "data": data})

    def _is_watched(self, row: Due) -> bool:
        watched = row.watched_until is not None and self.now < row.watched_until
        return watched and row.urgency != Urgency.CRITICAL

    def _told(self, row: Due, word: str) -> list[int]:
        whose = row.community_id, row.lead_id, row.grid_id
        if (word, *whose) not in self._places:
            places = routing.behind(self.session, word, community_id=whose[0], lead_id=whose[1], grid_id=whose[2])
            self._places[word, *whose] = [place.id for place in places]
        return self._places[word, *whose]

    def _rules_of(self, row: Due) -> Rules:
        if row.ladder_id not in self._rules:
            self._rules[row.ladder_id] = clocks.rules(self.session, row.ladder_id)
        return self._rules[row.ladder_id]

    def _calendar(self, community_id: int) -> Calendar:
        if community_id not in self._calendars:
            self._calendars[community_id] = clocks.calendar_of(self.session.get_one(Community, community_id))
        return self._calendars[community_id]

    def _out_of_quiet(self, community_id: int) -> datetime:
        if community_id not in self._awake:
            self._awake[community_id] = self._calendar(community_id).out_of_quiet(self.now)
        return self._awake[community_id]


def _standing(row: Due) -> Standing:
    return Standing(
        ticket_id=row.ticket_id, phase=Phase(row.phase), epoch=row.epoch, rung=row.rung, n=row.n,
        anchor_at=row.anchor_at, limit_at=row.limit_at, due_at=row.due_at, urgency=Urgency(row.urgency),
        resolve_by=row.resolve_by,
    )  # fmt: skip


# The clock moves on from where it was read, and from nowhere else: two sweeps never both move it.
_MOVE_ON = (
    update(Clock.__table__)  # type: ignore[arg-type]  # a Table, typed as less
    .where(
        Clock.ticket_id == bindparam("was_ticket"),
        Clock.epoch == bindparam("was_epoch"),
        Clock.rung == bindparam("was_rung"),
        Clock.n == bindparam("was_n"),
    )
    .values({name: bindparam(name) for name in ("phase", "limit_at", "rung", "n", "due_at", "fails")})
)
