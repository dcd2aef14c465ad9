"""What is counted, each figure with its list behind it: `/stats`, the lists people ask for, the morning digest."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tracker import clocks
from tracker.facts import Digest, StatsTold
from tracker.models import Approval, Community, Party, Rating, Ticket
from tracker.states import CHASED, OPEN, Status
from tracker.tickets.showing import is_overdue, lines, promised
from tracker.views import Somebody, Stats, TicketLine

_LIST = 20  # lines a message can bear
_WARN_AHEAD = timedelta(days=45)  # the State Council's notice for the next year comes in November


def _open(community_id: int) -> Select[Ticket]:
    return select(Ticket).where(Ticket.community_id == community_id, Ticket.status.in_([*OPEN])).order_by(Ticket.id)


def stats(session: Session, community: Community, *, now: datetime) -> StatsTold:
    """Open and overdue now; opened, closed and rated since the first of the month, community time."""
    local = now.astimezone(ZoneInfo(community.timezone))
    since = datetime.combine(local.date().replace(day=1), time(0), local.tzinfo)
    standing = session.scalars(_open(community.id)).all()
    mine = Ticket.community_id == community.id
    closed = session.execute(
        select(Ticket.outcome, func.count()).where(mine, Ticket.closed_at >= since).group_by(Ticket.outcome)
    ).all()
    ended = {outcome: count for outcome, count in closed if outcome != "rejected"}
    scores = session.execute(
        select(Rating.score, func.count())
        .join(Ticket, Ticket.id == Rating.ticket_id)
        .where(mine, Rating.at >= since, Rating.round == Ticket.reopened, Ticket.closed_at.is_not(None))
        .group_by(Rating.score)
    ).all()
    by_status: dict[str, int] = {}
    for ticket in standing:
        by_status[ticket.status] = by_status.get(ticket.status, 0) + 1
    return StatsTold(
        since=since.date(),
        stats=Stats(
            open=len(standing),
            overdue=sum(is_overdue(ticket, now) for ticket in standing),
            closed=sum(ended.values()),
            rated=sum(count for _, count in scores),
            scores=dict(scores),
            lapsed=ended.get("lapsed", 0),
            opened=session.scalar(select(func.count()).where(mine, Ticket.created_at >= since)) or 0,
            by_status=by_status,
        ),
    )


def overdue(session: Session, community_id: int, *, now: datetime) -> tuple[TicketLine, ...]:
    late = [ticket for ticket in session.scalars(_open(community_id)) if is_overdue(ticket, now)]
    return lines(session, late, now=now)[:_LIST]


def mine(session: Session, address: str, *, now: datetime) -> tuple[TicketLine, ...]:
    """What this person reported, newest last, the open ones first."""
    newest = select(Ticket).where(Ticket.reporter == address).order_by(Ticket.id.desc()).limit(_LIST)
    return lines(session, session.scalars(newest).all(), now=now)


def todo(session: Session, community_id: int, who: Somebody, *, now: datetime) -> tuple[TicketLine, ...]:
    """What waits for this person: his party's tickets, his grid's checks, a coordinator's namings and decisions."""
    parties = [role.party for role in who.roles if role.party]
    names = {p.id: p.name for p in session.scalars(select(Party).where(Party.community_id == community_id))}
    asked = set(session.scalars(select(Approval.ticket_id).where(Approval.decided_at.is_(None))).all())
    waiting = []
    for ticket in session.scalars(_open(community_id)):
        works = names.get(ticket.lead_id or 0) in parties and ticket.status in (Status.DISPATCHED, Status.IN_PROGRESS)
        checks = who.has_dispatch and ticket.status in (Status.CAPTURED, Status.HANDLED)
        decides = who.is_coordinator and ticket.id in asked
        if works or checks or decides:
            waiting.append(ticket)
    return lines(session, waiting, now=now)[:_LIST]


def digest(session: Session, community: Community, day: date, *, now: datetime) -> Digest | None:
    """The coordinators' morning: late, due today, undecided, yesterday's count; None when there is nothing to say."""
    zone = ZoneInfo(community.timezone)
    tonight = datetime.combine(day + timedelta(days=1), time(0), zone)
    standing: Sequence[Ticket] = [t for t in session.scalars(_open(community.id)) if t.status in CHASED]
    late = [t for t in standing if is_overdue(t, now)]
    today = [t for t in standing if t not in late and (by := promised(t)) is not None and by < tonight]
    asked = set(session.scalars(select(Approval.ticket_id).where(Approval.decided_at.is_(None))).all())
    yesterday = datetime.combine(day - timedelta(days=1), time(0), zone)
    midnight = datetime.combine(day, time(0), zone)
    mine = Ticket.community_id == community.id
    ends = clocks.calendar_of(community).certain_until()
    found = Digest(
        day=day,
        overdue=lines(session, late, now=now)[:_LIST],
        today=lines(session, today, now=now)[:_LIST],
        undecided=lines(session, [t for t in standing if t.id in asked or t.status == Status.CAPTURED], now=now)[
            :_LIST
        ],
        opened=_count(session, mine, Ticket.created_at >= yesterday, Ticket.created_at < midnight),
        closed=_count(session, mine, Ticket.closed_at >= yesterday, Ticket.closed_at < midnight),
        calendar_ends=ends if ends < day + _WARN_AHEAD else None,
    )
    return found if found != Digest(day=day) else None


def _count(session: Session, *where: object) -> int:
    return session.scalar(select(func.count()).select_from(Ticket).where(*where)) or 0  # type: ignore[arg-type]
