"""Pages that wait for their time, or for somebody to hear them: the only place that tells which and why."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clocks, waiting
from tracker.models import Clock, Community, Party, Ticket
from tracker.states import Phase, Urgency
from tracker.views import PageLine

_MOST = 20  # lines a message can bear
_SOON = ("in_flight", "next", "turn")  # said before the coordinator has read that it waits


def pages(session: Session, community_id: int, *, now: datetime) -> tuple[PageLine, ...]:
    """What somebody has to act upon and has not been told yet, the soonest first."""
    found = [*_written(session, community_id, now), *_held(session, session.get_one(Community, community_id), now)]
    return tuple(sorted(found, key=lambda page: (page.until is None, page.until, page.number))[:_MOST])


def _written(session: Session, community_id: int, now: datetime) -> list[PageLine]:
    outgoing = waiting.outgoing(session, community_id, ["waiting"], limit=10 * _MOST, now=now)
    return [
        PageLine(number=number, to=line.place, why=line.wait.reason, until=line.wait.until)
        for line in outgoing.lines
        if (line.kind == "page" or line.tells == "task_card") and line.wait and line.wait.reason not in _SOON
        for number in line.tickets
    ]


def _held(session: Session, community: Community, now: datetime) -> list[PageLine]:
    """Rungs that come by night are told in the morning (tracker/decisions.py)."""
    awake = clocks.calendar_of(community).out_of_quiet(now)
    due = select(Ticket.number, Party.name).join(Clock, Clock.ticket_id == Ticket.id)
    due = due.outerjoin(Party, Party.id == Ticket.lead_id).where(
        Ticket.community_id == community.id,
        Ticket.urgency != Urgency.CRITICAL,
        Clock.phase != Phase.CONFIRM,
        Clock.due_at <= awake,
    )
    rows = session.execute(due.order_by(Ticket.id).limit(_MOST)).all() if awake > now else []
    return [PageLine(f"{community.prefix}{number}", party or "", "quiet", awake) for number, party in rows]
