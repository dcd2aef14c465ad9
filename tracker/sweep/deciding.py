"""Clocks that are due → decisions: read only, so that it holds nobody up; what they share is read once."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tracker import clocks, decisions, outbox, routing
from tracker.calendar import Calendar
from tracker.db import UtcDateTime
from tracker.decisions import Plan, Standing
from tracker.facts import Overdue, Reminder, Unreachable
from tracker.ladders import Rules, Rung
from tracker.models import Clock, Community, Event, Ticket
from tracker.outbox import Priority
from tracker.states import Phase, Urgency
from tracker.sweep.decision import Decision, Due

log = logging.getLogger(__name__)

_WORKERS = ("liaison", "deputy")  # told as those who do it; everybody else as those who see to it


def decide(session: Session, *, now: datetime, limit: int) -> list[Decision]:
    """The oldest that are due, each decided. One that cannot be decided never holds up the others."""
    due = session.execute(_due(), {"now": now, "most": limit}).all()
    if not due:
        return []  # as in most seconds
    try:
        return _all(session, due, now)
    except OperationalError:
        raise  # the database, not a ticket
    except Exception:
        return [_alone(session, row, now) for row in due]


@cache
def _due() -> Select[*tuple[Any, ...]]:
    told = select(func.count()).where(Event.ticket_id == Clock.ticket_id, Event.kind == "told").scalar_subquery()
    return (
        select(
            Clock.ticket_id, Clock.phase, Clock.epoch, Clock.rung, Clock.n, Clock.anchor_at, Clock.limit_at,
            Clock.due_at, Clock.ladder_id, Ticket.community_id, Ticket.lead_id, Ticket.grid_id, Ticket.urgency,
            Ticket.resolve_by, Ticket.watched_until, told.label("told"),
        )
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .where(Clock.due_at <= bindparam("now", type_=UtcDateTime))
        .order_by(Clock.due_at, Clock.ticket_id)
        .limit(bindparam("most"))
    )  # fmt: skip


def _all(session: Session, due: Sequence[Due], now: datetime) -> list[Decision]:
    liaisons = defaultdict[int, list[int]](list)
    for ticket, place in sorted(routing.places_of_leads(session, [row.ticket_id for row in due])):
        liaisons[ticket].append(place)
    deciding = _Deciding(session, now, liaisons)
    return [deciding.of(row) for row in due]


def _alone(session: Session, row: Due, now: datetime) -> Decision:
    try:
        return _all(session, [row], now)[0]
    except OperationalError:
        raise
    except Exception:
        log.exception("a decision failed", extra={"ticket": clocks.number(session, row.ticket_id)})
        return Decision(row, failed=True)


@dataclass
class _Deciding:
    session: Session
    now: datetime
    liaisons: Mapping[int, Sequence[int]]  # the places where each ticket's lead party is told
    _rules: dict[int, Rules] = field(default_factory=dict)
    _calendars: dict[int, Calendar] = field(default_factory=dict)
    _awake: dict[int, datetime] = field(default_factory=dict)
    _places: dict[tuple[Any, ...], Sequence[int]] = field(default_factory=dict)

    def of(self, row: Due) -> Decision:
        if row.phase == Phase.CONFIRM:
            return Decision(row)
        plan = decisions.decide(_standing(row), self._rules_of(row), self._calendar(row.community_id), self.now)
        if plan.rung is None:
            return Decision(row, _clock(row, plan), event=self._held(row, plan, plan.held) if plan.held else None)
        reached, missed = self._reached(row, plan.rung)
        notices = [self._page(row, plan, place, word) for place, word in reached.items()]
        if "liaison" in missed:
            notices += self._nobody_to_do_it(row)
            plan = plan.at_once(self.now)
        return Decision(row, _clock(row, plan), notices, self._told(row, plan, [*reached], missed), told=True)

    def _reached(self, row: Due, rung: Rung) -> tuple[dict[int, str], list[str]]:
        """The rung's places, each once, by the word that leads there; and the words behind which nobody is."""
        reached: dict[int, str] = {}
        missed = []
        for word in rung.tell:
            if word == "coordinator" and self._is_watched(row):
                continue
            places = self._behind(row, word)
            if not places:
                missed.append(word)
            for place in places:
                reached.setdefault(place, word)
        return reached, missed

    def _page(self, row: Due, plan: Plan, place: int, word: str) -> dict[str, Any]:
        critical = row.urgency == Urgency.CRITICAL
        fact: Reminder | Overdue = (
            Reminder(phase=row.phase, n=row.told + 1, next_at=plan.due_at)
            if word in _WORKERS
            else Overdue(phase=row.phase, n=row.told + 1, to=word, next_at=plan.due_at)
        )
        rung, n = plan.told
        return outbox.row(
            place, fact, now=self.now, community_id=row.community_id, ticket_id=row.ticket_id, epoch=row.epoch,
            dedup=clocks.page_key(row.ticket_id, row.epoch, f"{row.phase}:{rung}:{n}", place),
            priority=Priority.CRITICAL if critical else Priority.PAGE,
            not_before=self.now if critical else self._out_of_quiet(row.community_id),
        )  # fmt: skip

    def _nobody_to_do_it(self, row: Due) -> list[dict[str, Any]]:
        return [
            outbox.row(
                place, Unreachable(who="liaison", why="no_liaison"), now=self.now, priority=Priority.PAGE,
                community_id=row.community_id, ticket_id=row.ticket_id,
                dedup=clocks.unreachable_key(row.ticket_id, row.epoch, place),
            )
            for place in self._behind(row, "coordinator")
        ]  # fmt: skip

    def _told(self, row: Due, plan: Plan, reached: list[int], missed: list[str]) -> dict[str, Any]:
        """Who was told by which rule of the ladder, why now, and until when a night put it off."""
        assert plan.rung is not None
        rung, n = plan.told
        data = {"phase": row.phase, "rung": rung, "n": n, "rule": str(plan.rung), "due_at": row.due_at.isoformat(),
                "places": reached, "unreachable": missed}  # fmt: skip
        held = self._out_of_quiet(row.community_id)
        if reached and held > self.now and row.urgency != Urgency.CRITICAL:
            data["quiet_until"] = held.isoformat()
        return self._event(row, "told", data)

    def _held(self, row: Due, plan: Plan, rung: Rung) -> dict[str, Any]:
        """Nobody was told, nothing was used up: why not now, and until when."""
        data = {"phase": row.phase, "rung": row.rung, "n": row.n, "rule": str(rung), "due_at": row.due_at.isoformat(),
                "quiet_until": plan.due_at.isoformat()}  # fmt: skip
        return self._event(row, "held", data)

    def _event(self, row: Due, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        return {"ticket_id": row.ticket_id, "at": self.now, "actor": "bot", "kind": kind, "data": data}

    def _is_watched(self, row: Due) -> bool:
        watched = row.watched_until is not None and self.now < row.watched_until
        return watched and row.urgency != Urgency.CRITICAL

    def _behind(self, row: Due, word: str) -> Sequence[int]:
        if word == "liaison":
            return self.liaisons.get(row.ticket_id, ())
        whose = word, row.community_id, *routing.whose(word, row.lead_id, row.grid_id)
        if whose not in self._places:
            places = routing.behind(
                self.session, word, community_id=row.community_id, lead_id=row.lead_id, grid_id=row.grid_id
            )
            self._places[whose] = [place.id for place in places]
        return self._places[whose]

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


def _clock(row: Due, plan: Plan) -> dict[str, Any]:
    return {
        "ticket_id": row.ticket_id, "phase": plan.phase, "limit_at": plan.limit_at, "rung": plan.next_rung,
        "n": plan.next_n, "due_at": plan.due_at, "fails": 0,
    }  # fmt: skip
