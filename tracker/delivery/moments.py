"""The next moments at which something can be said, or is due: for whoever turns the clock from one to the next."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, exists, func, literal, select, union_all
from sqlalchemy.orm import Session

from tracker.delivery.turns import Turns, in_the_outbox, speakable
from tracker.models import Card, Clock, Community, Outbox, Place
from tracker.outbox import Priority

_PENDING = literal("pending", literal_execute=True)


def next_send_at(session: Session, *, now: datetime) -> datetime | None:
    """The earliest moment at which anything that waits may be said: now or later. None: nothing waits."""
    if Turns().next(session, now=now, limit=1):
        return now
    moments = (_a_slot(session, now), _an_urgent_slot(session, now), _a_later_one(session, now), _an_edit(session))
    return min((at for at in moments if at is not None), default=None)


def _a_slot(session: Session, now: datetime) -> datetime | None:
    """When the first place that rests now may be spoken to, and has something due by then."""
    due = exists().where(
        Outbox.place_id == Place.id, in_the_outbox(Outbox.state), Outbox.state == _PENDING,
        Outbox.not_before <= Place.slot_at,
    )  # fmt: skip
    rests = (Place.slot_at > now, Place.blocked_at.is_(None), Place.address.is_not(None))
    return session.scalar(select(func.min(Place.slot_at)).where(*rests, due))


def _an_urgent_slot(session: Session, now: datetime) -> datetime | None:
    due = exists().where(
        Outbox.place_id == Place.id, in_the_outbox(Outbox.state), Outbox.state == _PENDING,
        Outbox.priority <= int(Priority.CRITICAL), Outbox.not_before <= Place.urgent_at,
    )  # fmt: skip
    rests = (Place.urgent_at > now, Place.blocked_at.is_(None), Place.address.is_not(None))
    return session.scalar(select(func.min(Place.urgent_at)).where(*rests, due))


def _a_later_one(session: Session, now: datetime) -> datetime | None:
    """When the first of those that were put off is due, in a place that does not rest then.

    Asked for each community and priority in turn, as the index is sorted: a night's pages cost one step.
    """
    firsts: list[Select[Any]] = []
    for priority in Priority:
        later = (
            select(Outbox.not_before)
            .join(Place, Place.id == Outbox.place_id)
            .where(
                Outbox.state == _PENDING,
                Outbox.priority == literal(int(priority), literal_execute=True),
                Outbox.not_before > now,
                speakable(Place.slot_at, Outbox.not_before),
            )
            .order_by(Outbox.not_before)
            .limit(1)
        )
        of_community = later.where(Outbox.community_id == Community.id).correlate(Community).scalar_subquery()
        of_nobody = later.where(Outbox.community_id.is_(None)).scalar_subquery()
        firsts += [select(of_community.label("at")).select_from(Community), select(of_nobody.label("at"))]
    each = union_all(*firsts).subquery()
    found: datetime | None = session.scalar(select(func.min(each.c.at)))
    return found


def _an_edit(session: Session) -> datetime | None:
    at = case((Place.slot_at > Card.next_at, Place.slot_at), else_=Card.next_at)
    behind = (Card.shown_version < Card.wanted_version, Card.message.is_not(None), Place.blocked_at.is_(None))
    found: datetime | None = session.scalar(
        select(func.min(at)).select_from(Card).join(Place, Place.id == Card.place_id).where(*behind)
    )
    return found


def next_due_at(session: Session) -> datetime | None:
    return session.scalar(select(func.min(Clock.due_at)).where(Clock.due_at.is_not(None)))
