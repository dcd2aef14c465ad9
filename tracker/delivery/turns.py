"""Whose turn it is to be spoken to: read by index and without a lock, so that it costs the same however much waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker.db import UtcDateTime
from tracker.models import Community, Outbox, Place
from tracker.outbox import Priority

FEW, MANY = 12, 500  # places looked at in one statement: as a rule the first few do
Whose = int | None  # a community; None: a chat that belongs to none yet
_PENDING = literal("pending", literal_execute=True)  # word for word, else a partial index is not known to serve
_SENDING = literal("sending", literal_execute=True)
_NOW = bindparam("now", type_=UtcDateTime)


@dataclass
class Turns:
    """Urgent before routine, then one community after the other, and in each one place after the other.

    It remembers who was served last; forgotten with the program, which costs nobody more than one turn.
    """

    _served: dict[Whose, int] = field(default_factory=dict)
    _reached: dict[tuple[Whose, int], int] = field(default_factory=dict)  # the place at which a round stopped
    _count: int = 0

    def next(self, session: Session, *, now: datetime, limit: int, only_urgent: bool = False) -> list[int]:
        """The notices to be said next, at most one a place: those first in their places, and due."""
        chosen: dict[int, int] = {}  # place, notice
        by_priority: dict[int, list[Whose]] = {}
        for priority, community in waiting(session, now):
            if only_urgent and priority > Priority.CRITICAL:
                continue
            by_priority.setdefault(priority, []).append(community)
        for priority in sorted(by_priority):
            least_served = sorted(by_priority[priority], key=lambda whose: self._served.get(whose, -1))
            self._round(session, least_served, priority, chosen, now, limit)
            if len(chosen) >= limit:
                break
        return list(chosen.values())

    def _round(
        self, session: Session, communities: Sequence[Whose], priority: int, chosen: dict[int, int], now: datetime,
        limit: int,
    ) -> None:  # fmt: skip
        queues: dict[Whose, list[tuple[int, int]]] = {}
        for whose in communities:
            if len(queues) >= limit - len(chosen):
                break  # each of these gives one at least
            if found := self._places(session, whose, priority, now, limit - len(chosen)):
                queues[whose] = found
        while queues and len(chosen) < limit:
            whose = min(queues, key=lambda each: self._served.get(each, -1))
            place, notice = queues[whose].pop(0)
            chosen.setdefault(place, notice)
            self._count += 1
            self._served[whose], self._reached[whose, priority] = self._count, place
            if not queues[whose]:
                del queues[whose]

    def _places(
        self, session: Session, whose: Whose, priority: int, now: datetime, limit: int
    ) -> list[tuple[int, int]]:
        """(place, notice) from where the last round stopped, once around."""
        start = self._reached.get((whose, priority), 0)
        found = self._walk(session, whose, priority, now, limit, start, None)
        if start and len(found) < limit:
            found += self._walk(session, whose, priority, now, limit - len(found), 0, start)
        return found

    def _walk(
        self, session: Session, whose: Whose, priority: int, now: datetime, limit: int, after: int, to: int | None
    ) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        most = FEW
        while len(found) < limit:
            given = {"whose": whose, "priority": priority, "after": after, "now": now, "most": most}
            rows = session.execute(steps(whose is None, priority <= Priority.CRITICAL), given).all()
            found += [
                (row.place, row.notice) for row in rows if row.notice is not None and (to is None or row.place <= to)
            ]
            if len(rows) < most or (to is not None and rows[-1].place >= to):
                break
            after, most = rows[-1].place, MANY
        return found[:limit]


def waiting(session: Session, now: datetime) -> list[tuple[int, Whose]]:
    """(priority, community) wherever something is due, whether or not it may be said now."""
    return [(row.priority, row.whose) for row in session.execute(_waiting(), {"now": now})]


# The statements are made once: to put one together takes longer than to ask it.


@cache
def _waiting() -> CompoundSelect[Any]:
    due = (Outbox.state == _PENDING, Outbox.not_before <= _NOW)
    kinds: list[Any] = []
    for priority in Priority:
        value: ColumnElement[int] = literal(int(priority), literal_execute=True)
        of = (*due, Outbox.priority == value)
        owned = select(value.label("priority"), Community.id.label("whose"))
        nobodys = select(value.label("priority"), null().label("whose"))
        kinds.append(owned.where(exists().where(*of, Outbox.community_id == Community.id)))
        kinds.append(nobodys.where(exists().where(*of, Outbox.community_id.is_(None))))
    return union_all(*kinds)


@cache
def steps(nobodys: bool, urgent: bool) -> Select[Any]:
    """The next places for which something waits, each with what is first in it if it may be said now.

    From place to place by index: each costs one step, however many notices wait for it.
    """
    walk = select(_next_place(nobodys, bindparam("after", type_=BigInteger)).label("place"), literal(1).label("step"))
    walked = walk.cte("walk", recursive=True)
    walked = walked.union_all(
        select(_next_place(nobodys, walked.c.place), walked.c.step + 1).where(
            walked.c.place.is_not(None), walked.c.step < bindparam("most", type_=Integer)
        )
    )
    due, other = aliased(Outbox), aliased(Outbox)
    is_due = one_by_one(*_of(due, nobodys), due.place_id == walked.c.place, due.not_before <= _NOW)
    in_flight = one_by_one(other.place_id == walked.c.place, other.state == _SENDING)
    open_ = one_by_one(Place.id == walked.c.place, speakable(Place.urgent_at if urgent else Place.slot_at, _NOW))
    return (
        select(walked.c.place, case((and_(is_due, open_, ~in_flight), _first_of(walked.c.place))).label("notice"))
        .where(walked.c.place.is_not(None))
        .order_by(walked.c.step)
    )


def one_by_one(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """As EXISTS, but asked for one place after the other: PostgreSQL would rather read all there is at once."""
    return select(literal(1)).where(*where).limit(1).scalar_subquery().is_not(None)


def _next_place(nobodys: bool, after: ColumnElement[Any]) -> ScalarSelect[Any]:
    row = aliased(Outbox)
    behind = select(row.place_id).where(*_of(row, nobodys), row.place_id > after)
    return behind.order_by(row.place_id).limit(1).scalar_subquery()


def _of(row: type[Outbox], nobodys: bool) -> tuple[ColumnElement[bool], ...]:
    mine = row.community_id.is_(None) if nobodys else row.community_id == bindparam("whose", type_=BigInteger)
    return row.state == _PENDING, mine, row.priority == bindparam("priority", type_=Integer)


def _first_of(place: ColumnElement[int]) -> ScalarSelect[Any]:
    """What is due first in a place, by priority, then as it was posted; what is put off stalls nobody."""
    row = aliased(Outbox)
    mine = (row.place_id == place, in_the_outbox(row.state), row.state == _PENDING, row.not_before <= _NOW)
    return select(row.id).where(*mine).order_by(row.priority, row.id).limit(1).scalar_subquery()


def speakable(slot_at: InstrumentedAttribute[datetime | None], now: Any) -> ColumnElement[bool]:
    may = or_(slot_at.is_(None), slot_at <= now)
    return may & Place.blocked_at.is_(None) & Place.address.is_not(None)


def in_the_outbox(state: Any) -> ColumnElement[bool]:
    """Not said yet; written as in ix_outbox_place, else it would not serve."""
    return state.in_([_PENDING, _SENDING])  # type: ignore[no-any-return]


def anything_lost(session: Session, now: datetime) -> bool:
    """Whether somebody died with a letter in his hand."""
    return session.scalar(_lost(), {"now": now}) is not None


@cache
def _lost() -> Select[Any]:
    return select(Outbox.id).where(Outbox.state == _SENDING, Outbox.lease_until < _NOW).limit(1)
