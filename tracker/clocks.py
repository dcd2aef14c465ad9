"""The clock of a ticket: armed by every act, swept when due. A ticket that is open always has a next moment."""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from json import dumps, loads
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import cards, ladders, outbox, routing
from tracker.calendar import Calendar
from tracker.facts import Alarm, FactBase, Overdue, Reminder, Unreachable
from tracker.ladders import Next, Rules, Rung, Times
from tracker.models import Clock, Community, Event, Ladder, Place, Ticket
from tracker.outbox import Priority
from tracker.states import Phase, Urgency

log = logging.getLogger(__name__)

DIGEST_AT = time(8, 30)  # community time; a ladder that has ended goes on as a line of the morning digest
_WORKERS = ("liaison", "deputy")  # told as those who do it; everybody else as those who see to it


def calendar_of(community: Community) -> Calendar:
    return _calendar(community.timezone, dumps(community.calendar, sort_keys=True))


@lru_cache(maxsize=256)
def _calendar(timezone: str, spec: str) -> Calendar:
    written: dict[str, Any] = loads(spec)
    quiet = written["quiet"]
    return Calendar(
        timezone=timezone,
        workdays=frozenset(written["workdays"]),
        hours=tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in written["hours"]),
        holidays=written["holidays"],
        quiet=(time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None,
        days={date.fromisoformat(day): work for day, work in written["days"].items()},
    )


def rules_of(session: Session, clock_or_community: Clock | Community) -> Rules:
    return Rules(session.get_one(Ladder, clock_or_community.ladder_id).spec)


def begin(session: Session, ticket: Ticket, community: Community, *, now: datetime) -> Clock:
    """The ticket's only clock row, under the newest revision of the community's ladder; arm or stop it next."""
    assert community.ladder_id is not None
    clock = Clock(
        ticket_id=ticket.id, phase=Phase.ACCEPT, epoch=0, rung=0, n=0, anchor_at=now, limit_at=now,
        ladder_id=community.ladder_id, due_at=now,
    )  # fmt: skip
    session.add(clock)
    session.flush()
    return clock


def arm(
    session: Session, ticket: Ticket, clock: Clock, community: Community, phase: Phase, *, now: datetime,
    limit_at: datetime | None = None, anchor_at: datetime | None = None,
) -> None:  # fmt: skip
    """A human act: a new epoch, the phase's ladder from its first rung ahead, older pages void."""
    rules, calendar = rules_of(session, clock), calendar_of(community)
    span = rules.limit(phase, Urgency(ticket.urgency))
    anchor = anchor_at or now
    clock.phase, clock.stopped, clock.fails = phase, None, 0
    clock.anchor_at, clock.limit_at = anchor, limit_at or calendar.add(anchor, span)
    step = ladders.first(
        rules.rungs(phase, Urgency(ticket.urgency)), Times(anchor, clock.limit_at, span, calendar), now
    )
    clock.rung, clock.n, clock.due_at = step.rung, step.n, step.due
    new_epoch(session, clock)


def stop(session: Session, clock: Clock, why: str) -> None:
    clock.due_at, clock.stopped = None, why
    new_epoch(session, clock)


def new_epoch(session: Session, clock: Clock) -> None:
    clock.epoch += 1
    session.flush()
    outbox.void(session, clock.ticket_id, before_epoch=clock.epoch)


def hurry(session: Session, ticket_id: int, *, now: datetime) -> None:
    """Somebody could not be reached: the next rung comes at once."""
    clock = session.get_one(Clock, ticket_id)
    if clock.due_at is not None:
        clock.due_at = now


def sweep(session: Session, *, now: datetime, limit: int, lapse: Callable[[Session, Ticket, datetime], None]) -> int:
    """Decide what is due, oldest first; one ticket that fails never holds up the others."""
    due = select(Clock).where(Clock.due_at <= now).order_by(Clock.due_at, Clock.ticket_id).limit(limit)
    clocks: Sequence[Clock] = session.scalars(due.with_for_update(skip_locked=True)).all()
    for clock in clocks:
        try:
            with session.begin_nested():
                ticket = session.get_one(Ticket, clock.ticket_id)
                if clock.phase == Phase.CONFIRM:
                    lapse(session, ticket, now)
                else:
                    _tell(session, ticket, clock, now)
        except Exception:
            log.exception("a decision failed", extra={"ticket_id": clock.ticket_id})
            _put_off(session, clock.ticket_id, now)
    return len(clocks)


def _put_off(session: Session, ticket_id: int, now: datetime) -> None:
    """Try again later, and tell a coordinator the third time: never dropped, never silent."""
    clock = session.get_one(Clock, ticket_id, populate_existing=True)
    clock.fails += 1
    clock.due_at = now + min(timedelta(minutes=2**clock.fails), timedelta(hours=1))
    if clock.fails == 3:
        ticket = session.get_one(Ticket, ticket_id)
        alarm(
            session, ticket.community_id, "decision_fails", f"{ticket_id}:{clock.epoch}", now=now, ticket_id=ticket_id
        )


def _tell(session: Session, ticket: Ticket, clock: Clock, now: datetime) -> None:
    community = session.get_one(Community, ticket.community_id)
    rules, calendar = rules_of(session, clock), calendar_of(community)
    rungs = rules.rungs(Phase(clock.phase), Urgency(ticket.urgency))
    if clock.rung >= len(rungs):
        clock.n += 1  # past the top: the ticket stays in every digest
        clock.due_at = calendar.next_workday_at(now, DIGEST_AT)
        return
    rung, told_rung, told_n = rungs[clock.rung], clock.rung, clock.n
    times = Times(clock.anchor_at, clock.limit_at, rules.limit(Phase(clock.phase), Urgency(ticket.urgency)), calendar)
    step = ladders.after(rungs, times, told_rung, told_n, now)
    onward = None if step else _onward(ticket, clock, rules, calendar, now)
    clock.rung, clock.n = (step.rung, step.n) if step else (len(rungs), 0)
    clock.due_at = step.due if step else onward.due if onward else calendar.next_workday_at(now, DIGEST_AT)
    reached, missed = _page(session, ticket, clock, rung, (told_rung, told_n), calendar, now)
    if missed and "liaison" in missed:
        unreachable(session, ticket, clock, now=now)
        clock.due_at = now if step else clock.due_at
    session.add(
        Event(ticket_id=ticket.id, at=now, actor="bot", kind="told", data={
            "phase": clock.phase, "rung": told_rung, "n": told_n, "places": reached, "unreachable": missed,
        })
    )  # fmt: skip
    if onward is not None and ticket.resolve_by is not None:
        clock.phase, clock.limit_at, clock.rung, clock.n = Phase.RESOLVE, ticket.resolve_by, onward.rung, onward.n
    cards.bump(session, ticket.id, now=now)


def _onward(ticket: Ticket, clock: Clock, rules: Rules, calendar: Calendar, now: datetime) -> Next | None:
    """Nobody accepted to the last rung: the resolve ladder goes on from here, at its own times."""
    if clock.phase != Phase.ACCEPT or ticket.resolve_by is None:
        return None
    urgency = Urgency(ticket.urgency)
    times = Times(clock.anchor_at, ticket.resolve_by, rules.limit(Phase.RESOLVE, urgency), calendar)
    return ladders.first(rules.rungs(Phase.RESOLVE, urgency), times, now)


def _page(
    session: Session, ticket: Ticket, clock: Clock, rung: Rung, told: tuple[int, int], calendar: Calendar, now: datetime
) -> tuple[list[int], list[str]]:
    """Post the rung's pages; the places told, and the words behind which nobody could be reached."""
    count = 1 + (session.scalar(
        select(func.count()).where(Event.ticket_id == ticket.id, Event.kind == "told")
    ) or 0)  # fmt: skip
    reached: dict[int, Place] = {}
    missed: list[str] = []
    for word in rung.tell:
        if word == "coordinator" and _watched(ticket, now):
            continue
        places = routing.told(session, ticket, word)
        if not places:
            missed.append(word)
        for place in places:
            if place.id in reached:
                continue
            reached[place.id] = place
            fact: Reminder | Overdue = (
                Reminder(phase=clock.phase, n=count, next_at=clock.due_at)
                if word in _WORKERS
                else Overdue(phase=clock.phase, n=count, to=word, next_at=clock.due_at)
            )
            page(session, ticket, clock, place.id, fact, calendar, now=now,
                 slot=f"{clock.phase}:{told[0]}:{told[1]}")  # fmt: skip
    return list(reached), missed


def _watched(ticket: Ticket, now: datetime) -> bool:
    return ticket.watched_until is not None and now < ticket.watched_until and ticket.urgency != Urgency.CRITICAL


def page(
    session: Session, ticket: Ticket, clock: Clock, place_id: int, fact: FactBase, calendar: Calendar, *,
    now: datetime, slot: str,
) -> None:  # fmt: skip
    """One page about a ticket: named by its slot, so it comes once; quiet hours put it off, never use it up."""
    critical = ticket.urgency == Urgency.CRITICAL
    outbox.post(
        session,
        place_id,
        fact,  # type: ignore[arg-type]  # every FactBase that gets here is a member of the union
        dedup=f"ping:{ticket.id}:{clock.epoch}:{slot}:{place_id}",
        now=now,
        priority=Priority.CRITICAL if critical else Priority.PAGE,
        ticket_id=ticket.id,
        epoch=clock.epoch,
        not_before=now if critical else calendar.out_of_quiet(now),
    )


def unreachable(session: Session, ticket: Ticket, clock: Clock, *, now: datetime) -> None:
    """The lead party has nobody who hears us: the coordinators are told once an epoch."""
    fact = Unreachable(who="liaison", why="no_liaison")
    for place in routing.coordinators(session, ticket.community_id):
        outbox.post(
            session, place.id, fact, dedup=f"unreachable:{ticket.id}:{clock.epoch}:{place.id}", now=now,
            priority=Priority.PAGE, ticket_id=ticket.id,
        )  # fmt: skip


def alarm(
    session: Session, community_id: int | None, code: str, key: str, *, now: datetime, ticket_id: int | None = None,
    **data: Any,
) -> None:  # fmt: skip
    """Tell every coordinator (of every community, when none is named) about the machine itself; once a key."""
    whose = select(Community.id) if community_id is None else select(Community.id).where(Community.id == community_id)
    for community in session.scalars(whose).all():
        for place in routing.coordinators(session, community):
            outbox.post(
                session, place.id, Alarm(code=code, data=data), dedup=f"alarm:{code}:{key}:{place.id}", now=now,
                priority=Priority.PAGE, ticket_id=ticket_id,
            )  # fmt: skip
