"""What is counted, each figure with its list behind it: `/stats`, the lists people ask for, the morning digest."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session

from tracker import clocks
from tracker.facts import Digest, StatsTold
from tracker.models import Approval, Community, Party, Rating, Ticket
from tracker.states import CHASED, OPEN, Status
from tracker.tickets.showing import lines
from tracker.views import Somebody, Stats, TicketLine

_LIST = 20  # lines a message can bear
_WARN_AHEAD = timedelta(
    days=30
)  # the notice for the next year comes in November; an upgrade in time, and nobody is told


# The same as tickets.showing.promised says of one ticket, for the database to sort and count by.
_promised = case(
    (Ticket.status.in_([Status.CAPTURED, Status.DISPATCHED]), Ticket.accept_by),
    (Ticket.status == Status.IN_PROGRESS, Ticket.resolve_by),
)
_ASKED = Ticket.id.in_(select(Approval.ticket_id).where(Approval.decided_at.is_(None)))


def _is_late(now: datetime) -> ColumnElement[bool]:
    return and_(Ticket.status.in_([*CHASED]), _promised <= now)


def _open(community_id: int, statuses: tuple[Status, ...] = OPEN) -> tuple[ColumnElement[bool], ...]:
    """Of all that a community ever had, found by an index of what is open; for which both have to be said."""
    return Ticket.community_id == community_id, Ticket.status.in_([*statuses]), Ticket.closed_at.is_(None)


def _first(*where: ColumnElement[bool]) -> Select[Ticket]:
    """The most pressing of those tickets, as many as a message can bear."""
    return select(Ticket).where(*where).order_by(_promised.asc().nulls_last(), Ticket.id).limit(_LIST)


def stats(session: Session, community: Community, *, now: datetime) -> StatsTold:
    """Open and overdue now; opened, closed and rated since the first of the month, community time."""
    local = now.astimezone(ZoneInfo(community.timezone))
    since = datetime.combine(local.date().replace(day=1), time(0), local.tzinfo)
    standing = select(Ticket.status, func.count().label("tickets")).where(*_open(community.id)).group_by(Ticket.status)
    by_status: dict[str, int] = {row.status: row.tickets for row in session.execute(standing)}
    mine = Ticket.community_id == community.id
    closed = session.execute(
        select(Ticket.outcome, func.count()).where(mine, Ticket.closed_at >= since).group_by(Ticket.outcome)
    ).all()
    ended = {outcome: count for outcome, count in closed if outcome != "rejected"}
    stands = exists().where(  # not a join: SQLite would begin with every ticket that ever ended
        Ticket.id == Rating.ticket_id, mine, Ticket.reopened == Rating.round, Ticket.closed_at.is_not(None)
    )
    scores = session.execute(
        select(Rating.score, func.count()).where(Rating.at >= since, stands).group_by(Rating.score)
    ).all()
    return StatsTold(
        since=since.date(),
        stats=Stats(
            open=sum(by_status.values()),
            overdue=_count(session, *_open(community.id), _is_late(now)),
            closed=sum(ended.values()),
            rated=sum(count for _, count in scores),
            scores=dict(scores),
            lapsed=ended.get("lapsed", 0),
            opened=session.scalar(select(func.count()).where(mine, Ticket.created_at >= since)) or 0,
            by_status=by_status,
        ),
    )


def overdue(session: Session, community_id: int, *, now: datetime) -> tuple[TicketLine, ...]:
    return lines(session, session.scalars(_first(*_open(community_id), _is_late(now))), now=now)


def mine(session: Session, address: str, *, now: datetime) -> tuple[TicketLine, ...]:
    """What this person reported, newest last, the open ones first."""
    newest = select(Ticket).where(Ticket.reporter == address).order_by(Ticket.id.desc()).limit(_LIST)
    return lines(session, session.scalars(newest).all(), now=now)


def todo(session: Session, community_id: int, who: Somebody, *, now: datetime) -> tuple[TicketLine, ...]:
    """What waits for this person: his party's tickets, his grid's checks, a coordinator's namings and decisions."""
    parties = [role.party for role in who.roles if role.party]
    theirs = select(Party.id).where(Party.community_id == community_id, Party.name.in_(parties))
    works = and_(Ticket.lead_id.in_(theirs), Ticket.status.in_([Status.DISPATCHED, Status.IN_PROGRESS]))
    checks = Ticket.status.in_([Status.CAPTURED, Status.HANDLED]) if who.has_dispatch else false()
    decides = _ASKED if who.is_coordinator else false()
    waiting = _first(*_open(community_id), or_(works, checks, decides))
    return lines(session, session.scalars(waiting), now=now)


def digest(session: Session, community: Community, day: date, *, now: datetime) -> Digest | None:
    """The coordinators' morning: late, due today, undecided, yesterday's count; None when there is nothing to say."""
    zone = ZoneInfo(community.timezone)
    tonight = datetime.combine(day + timedelta(days=1), time(0), zone)
    standing = _open(community.id, CHASED)
    late = _first(*standing, _is_late(now))
    today = _first(*standing, _promised > now, _promised < tonight)
    undecided = _first(*standing, or_(_ASKED, Ticket.status == Status.CAPTURED))
    yesterday = datetime.combine(day - timedelta(days=1), time(0), zone)
    midnight = datetime.combine(day, time(0), zone)
    mine = Ticket.community_id == community.id
    found = Digest(
        day=day,
        overdue=lines(session, session.scalars(late), now=now),
        today=lines(session, session.scalars(today), now=now),
        undecided=lines(session, session.scalars(undecided), now=now),
        opened=_count(session, mine, Ticket.created_at >= yesterday, Ticket.created_at < midnight),
        closed=_count(session, mine, Ticket.closed_at >= yesterday, Ticket.closed_at < midnight),
        calendar_ends=calendar_end(community, day),
    )
    return found if found != Digest(day=day, calendar_ends=found.calendar_ends) else None


def calendar_end(community: Community, day: date) -> date | None:
    """The last day whose make-up days are known, once that is near."""
    ends = clocks.calendar_of(community).certain_until()
    return ends if ends < day + _WARN_AHEAD else None


def _count(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Ticket).where(*where)) or 0
