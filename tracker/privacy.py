"""What we forget, and when: words, photos and people of a ticket, ninety days after it ended (docs/rules.md)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, text, update
from sqlalchemy.orm import Session

from tracker.models import Approval, Attachment, Event, Outbox, Supporter, Ticket
from tracker.models.case import FORGOTTEN
from tracker.statements import delete_rows, straight, table

KEEP = timedelta(days=90)  # what /privacy promises
TICKETS = 5  # forgotten together

# What is said or given up. One that went wrong has to have been noticed (tracker/audit) before it may go.
HAS_ENDED = or_(
    Outbox.state.in_(("sent", "void")),
    and_(Outbox.state.in_(("unsure", "dead")), Outbox.audited),
)
# Spelt out, as the index has it (ix_ticket_ended).
_REMEMBERED = text(f"ticket.closed_at IS NOT NULL AND ticket.reporter <> '{FORGOTTEN}'")


def to_forget(session: Session, *, now: datetime) -> Sequence[int]:
    """The next few tickets that ended long ago, the oldest first."""
    old = select(Ticket.id).where(_REMEMBERED, Ticket.closed_at < now - KEEP)
    return session.scalars(old.order_by(Ticket.closed_at).limit(TICKETS)).all()


def forget(session: Session, tickets: Sequence[int], *, most: int, now: datetime) -> int:
    """De-identify these; category, place, dates and outcome stay for the figures. How many rows that changed.

    At most `most` rows of what belongs to them, and then they themselves: until all of it is gone, `to_forget` finds
    them again. A letter that still waits stays until it is said (tracker/tidying.py).
    """
    still = select(Ticket.id).where(Ticket.id.in_(tickets), _REMEMBERED, Ticket.closed_at < now - KEEP)
    ids = session.scalars(still.order_by(Ticket.id).with_for_update()).all()  # one may have been opened again
    room = most
    for part in _PARTS:
        room -= part(session, ids, room)
        if room <= 0:
            return most
    nothing = {"words": "", "masked": "", "done_words": None, "note": None, "handled_by": None, "taken_by": None,
               "watched_by": None}  # fmt: skip
    straight(session).execute(update(table(Ticket)).where(Ticket.id.in_(ids)).values(reporter=FORGOTTEN, **nothing))
    return most - room + len(ids)


Part = Callable[[Session, Sequence[int], int], int]


def _deleted(model: type[Any], *which: ColumnElement[bool]) -> Part:
    def part(session: Session, tickets: Sequence[int], most: int) -> int:
        keys = table(model).primary_key.columns
        found = select(*keys).where(model.ticket_id.in_(tickets), *which).limit(most)
        return delete_rows(session, model, session.execute(found).all())

    return part


def _emptied(model: type[Any], who: str, **nothing: Any) -> Part:
    """`who`: the column that says FORGOTTEN from then on."""

    def part(session: Session, tickets: Sequence[int], most: int) -> int:
        column = table(model).c[who]
        ids = session.scalars(select(model.id).where(model.ticket_id.in_(tickets), column != FORGOTTEN).limit(most))
        found = ids.all()
        if found:
            empty = update(table(model)).where(model.id.in_(found)).values({who: FORGOTTEN, **nothing})
            straight(session).execute(empty)
        return len(found)

    return part


_PARTS = (
    _deleted(Attachment),
    _deleted(Supporter),
    _deleted(Outbox, HAS_ENDED),
    _emptied(Event, "actor", data={}),
    _emptied(Approval, "asked_by", asked_name="", why="", decided_by=None),
)
