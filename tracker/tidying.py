"""What is old goes: the only place that lets go of rows, a few in each commit, for as long as there are any.

Nobody waits for it: what is to go is looked up without a lock, let go in a transaction of some milliseconds, and others
have their turn before the next. Whoever is ended in between goes on with whatever is left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tracker import alarms, privacy
from tracker.models import Alarm, Attachment, Inbox, Outbox, Slot, Ticket
from tracker.outbox import ANSWERS
from tracker.statements import delete_rows

MOST = 50  # rows a commit
UPDATES = timedelta(days=3)  # longer than the platform's 24 h, shorter than the week after which ids start anew
ALBUM_WAITS = timedelta(hours=1)  # for the caption that makes an album a report
SLOTS = timedelta(days=7)  # an occasion is made up for a day at most, and clocks are set back by less


class Old(NamedTuple):
    """What the next commit lets go; `upto`: the last id that was looked at, where ids are looked through in order."""

    rows: Sequence[Any]
    upto: int = 0


@dataclass(frozen=True)
class Kind:
    """`look(session, after, now)` finds the next few, None when there are no more; `let_go` tells how many went."""

    look: Callable[[Session, int, datetime], Old | None]
    let_go: Callable[[Session, Sequence[Any], datetime], int]


def _tickets(session: Session, _after: int, now: datetime) -> Old | None:
    found = privacy.to_forget(session, now=now)
    return Old(found) if found else None


def _forget(session: Session, tickets: Sequence[int], now: datetime) -> int:
    return privacy.forget(session, tickets, most=MOST, now=now)


def _chats(session: Session, _after: int, now: datetime) -> Old | None:
    found = privacy.silent_chats(session, most=MOST, now=now)
    return Old(found) if found else None


def _forget_chats(session: Session, places: Sequence[int], now: datetime) -> int:
    return privacy.forget_chats(session, places, now=now)


def _updates(session: Session, after: int, now: datetime) -> Old | None:
    """Handled ones; and those that nobody could read, once that has been noticed and they are no longer looked into."""
    upto = _span(session, Inbox.id, Inbox.at, after, now - UPDATES)
    if upto is None:
        return None
    handled = and_(Inbox.state == "done", Inbox.at < now - UPDATES)
    parked = and_(Inbox.state == "dead", Inbox.audited, Inbox.at < now - privacy.KEEP)
    found = select(Inbox.id).where(Inbox.id > after, Inbox.id <= upto, or_(handled, parked))
    return Old(session.scalars(found).all(), upto)


def _letters(session: Session, after: int, now: datetime) -> Old | None:
    """What was about no ticket, or about one that ended long ago. What waits stays, and so does a list as long as
    anything that it told."""
    before = now - privacy.KEEP
    upto = _span(session, Outbox.id, Outbox.created_at, after, before)
    if upto is None:
        return None
    told = aliased(Outbox)
    found = (
        select(Outbox.id)
        .outerjoin(Ticket, Ticket.id == Outbox.ticket_id)
        .where(
            Outbox.id > after,
            Outbox.id <= upto,
            Outbox.created_at < before,
            privacy.MAY_GO,
            or_(Outbox.ticket_id.is_(None), Ticket.closed_at < before),
            ~exists().where(told.bundle_id == Outbox.id),
        )
    )
    return Old(session.scalars(found).all(), upto)


def _answers(session: Session, _after: int, now: datetime) -> Old | None:
    """What could not be answered, or may have been: after some days nobody waits for it, and it may name a ticket that
    is forgotten meanwhile."""
    wrong = and_(text("outbox.state IN ('unsure', 'dead')"), Outbox.audited)  # as the index has it (ix_outbox_trouble)
    answers = and_(Outbox.ticket_id.is_(None), Outbox.dedup.startswith(ANSWERS), Outbox.created_at < now - UPDATES)
    rows = session.scalars(select(Outbox.id).where(wrong, answers).limit(MOST)).all()
    return Old(rows) if rows else None


def _span(
    session: Session, key: InstrumentedAttribute[int], at: InstrumentedAttribute[datetime], after: int, before: datetime
) -> int | None:
    """The last of the next ids; None when none of them is old: ids are given in the order of time."""
    span = select(key.label("id"), at.label("at")).where(key > after).order_by(key).limit(MOST).subquery()
    upto, oldest = session.execute(select(func.max(span.c.id), func.min(span.c.at))).one()
    return upto if oldest is not None and oldest < before else None


def _photos(session: Session, _after: int, now: datetime) -> Old | None:
    """Of albums that never became a report: they are talk, and talk is not stored."""
    found = select(Attachment.id).where(Attachment.ticket_id.is_(None), Attachment.at < now - ALBUM_WAITS).limit(MOST)
    rows = session.scalars(found).all()
    return Old(rows) if rows else None


def _alarms(session: Session, _after: int, now: datetime) -> Old | None:
    """What nobody will be told of any more (tracker/alarms.py)."""
    rows = session.scalars(select(Alarm.id).where(Alarm.at <= now - alarms.KEPT).limit(MOST)).all()
    return Old(rows) if rows else None


def _slots(session: Session, _after: int, now: datetime) -> Old | None:
    rows = session.execute(select(Slot.name, Slot.at).where(Slot.at < now - SLOTS).limit(MOST)).all()
    return Old(rows) if rows else None


def _deleting(model: type[Any], *still: ColumnElement[bool]) -> Callable[[Session, Sequence[Any], datetime], int]:
    """`still`: what somebody may have changed since it was looked up."""
    return lambda session, rows, _now: delete_rows(session, model, rows, *still)


KINDS = (  # people's words first
    Kind(_tickets, _forget),
    Kind(_chats, _forget_chats),
    Kind(_photos, _deleting(Attachment, Attachment.ticket_id.is_(None))),
    Kind(_answers, _deleting(Outbox, privacy.HAS_ENDED)),
    Kind(_letters, _deleting(Outbox, privacy.MAY_GO)),
    Kind(_updates, _deleting(Inbox, Inbox.state != "waiting")),
    Kind(_alarms, _deleting(Alarm)),
    Kind(_slots, _deleting(Slot)),
)
