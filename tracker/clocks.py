"""The clock of a ticket: armed and stopped by every act. A ticket that is open always has a next moment."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import alarms, ladders, outbox, rulebook
from tracker.calendar import Calendar
from tracker.facts import Alarm, FactBase, Unreachable
from tracker.ladders import Rules, Times
from tracker.models import Clock, Community, Ladder, Ticket
from tracker.outbox import Priority
from tracker.revisions import once_a_revision
from tracker.states import Phase, Urgency

log = logging.getLogger(__name__)


def calendar_of(community: Community) -> Calendar:
    return rulebook.calendar(community.timezone, community.calendar).value


def rules_of(session: Session, clock: Clock) -> Rules:
    return rules(session, clock.ladder_id)


def rules(session: Session, ladder_id: int) -> Rules:
    """Limits and rungs of one revision."""
    return rulebook.rules(session.get_one(Ladder, ladder_id).spec).value


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


@dataclass(frozen=True)
class Terms:
    """What a community promises by its file as it is now. A ticket keeps the ladder it began with."""

    ladder_id: int
    rules: Rules
    calendar: Calendar


@once_a_revision
def terms(session: Session, community_id: int) -> Terms:
    community = session.get_one(Community, community_id)
    assert community.ladder_id is not None
    return Terms(community.ladder_id, rules(session, community.ladder_id), calendar_of(community))


def standing(
    ladder: Rules, calendar: Calendar, phase: Phase, urgency: Urgency, *, now: datetime,
    limit_at: datetime | None = None, anchor_at: datetime | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Where a clock stands that begins this phase: on the first rung ahead. Columns of its row."""
    span, anchor = ladder.limit(phase, urgency), anchor_at or now
    limit = limit_at or calendar.add(anchor, span)
    step = ladders.first(ladder.rungs(phase, urgency), Times(anchor, limit, span, calendar), now)
    return {
        "phase": phase, "anchor_at": anchor, "limit_at": limit, "rung": step.rung, "n": step.n, "due_at": step.due,
        "stopped": None, "fails": 0,
    }  # fmt: skip


def arm(
    session: Session, ticket: Ticket, clock: Clock, community: Community, phase: Phase, *, now: datetime,
    limit_at: datetime | None = None, anchor_at: datetime | None = None,
) -> None:  # fmt: skip
    """A human act: a new epoch, the phase's ladder from its first rung ahead, older pages void."""
    stands = standing(
        rules_of(session, clock), calendar_of(community), phase, Urgency(ticket.urgency), now=now,
        limit_at=limit_at, anchor_at=anchor_at,
    )  # fmt: skip
    for name, value in stands.items():
        setattr(clock, name, value)
    new_epoch(session, clock)


def stop(session: Session, clock: Clock, why: str) -> None:
    clock.due_at, clock.stopped = None, why
    new_epoch(session, clock)


def new_epoch(session: Session, clock: Clock) -> None:
    clock.epoch += 1
    session.flush()
    outbox.void(session, clock.ticket_id, before_epoch=clock.epoch)


def epochs(session: Session, tickets: Iterable[int | None]) -> dict[int, int]:
    """The present epoch of each ticket: a page of an earlier one is void."""
    rows = session.execute(select(Clock.ticket_id, Clock.epoch).where(Clock.ticket_id.in_(tickets)))
    return {row.ticket_id: row.epoch for row in rows}


def hurry(session: Session, ticket_id: int, *, now: datetime) -> None:
    """Somebody could not be reached: the next rung comes at once."""
    clock = session.get_one(Clock, ticket_id)
    if clock.due_at is not None:
        clock.due_at = now


def put_off(session: Session, ticket_id: int, *, now: datetime) -> None:
    """It could not be decided. Try again later, and tell a coordinator the third time: never dropped, never silent."""
    clock = session.get_one(Clock, ticket_id, populate_existing=True)
    clock.fails += 1
    clock.due_at = now + min(timedelta(minutes=2**clock.fails), timedelta(hours=1))
    if clock.fails == 3:
        ticket = session.get_one(Ticket, ticket_id)
        alarm(
            session, ticket.community_id, "decision_fails", f"{ticket_id}:{clock.epoch}", now=now, ticket_id=ticket_id
        )
    session.flush()


def number(session: Session, ticket_id: int) -> str:
    """What people call the ticket."""
    called = select(Community.prefix, Ticket.number).join(Ticket, Ticket.community_id == Community.id)
    prefix, count = session.execute(called.where(Ticket.id == ticket_id)).one()
    return f"{prefix}{count}"


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
        dedup=page_key(ticket.id, clock.epoch, slot, place_id),
        now=now,
        priority=Priority.CRITICAL if critical else Priority.PAGE,
        ticket_id=ticket.id,
        epoch=clock.epoch,
        not_before=now if critical else calendar.out_of_quiet(now),
    )


def page_key(ticket_id: int, epoch: int, slot: str, place_id: int) -> str:
    """What names a page, so that it is posted once: its slot on the ladder, never the time of execution."""
    return f"ping:{ticket_id}:{epoch}:{slot}:{place_id}"


def unreachable_key(ticket_id: int, epoch: int, place_id: int) -> str:
    return f"unreachable:{ticket_id}:{epoch}:{place_id}"


def unreachable(session: Session, ticket: Ticket, clock: Clock, *, now: datetime) -> None:
    """The lead party has nobody who hears us: the coordinators are told once an epoch."""
    alarms.tell(
        session, ticket.community_id, Unreachable(who="liaison", why="no_liaison"),
        f"unreachable:{ticket.id}:{clock.epoch}", now=now, ticket_id=ticket.id, epoch=clock.epoch,
    )  # fmt: skip


def alarm(
    session: Session, community_id: int | None, code: str, key: str, *, now: datetime, ticket_id: int | None = None,
    **data: Any,
) -> None:  # fmt: skip
    """Tell every coordinator (of every community, when none is named) about the machine itself; once a key."""
    whose = select(Community.id) if community_id is None else select(Community.id).where(Community.id == community_id)
    for community in session.scalars(whose).all():
        fact = Alarm(code=code, data=data)
        alarms.tell(session, community, fact, f"alarm:{code}:{key}", now=now, ticket_id=ticket_id)
