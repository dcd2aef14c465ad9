"""What we forget, and when: words, photos and people of a ticket, ninety days after it ended (docs/rules.md).

Nothing of it leads to a person from then on: not the message that reported it, nor the private chat it was said or
worked in. What is added to it later is forgotten at the next round (tracker/tickets/case.py).
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_, select, text, update
from sqlalchemy.orm import Session

from tracker.models import Approval, Attachment, Card, Event, Outbox, Person, Place, Supporter, Ticket
from tracker.models.case import FORGOTTEN
from tracker.statements import delete_rows, straight, table

KEEP = timedelta(days=90)  # what /privacy promises
TICKETS = 5  # forgotten together

# What is said or given up. One that went wrong has to have been noticed (tracker/audit) before it may go.
HAS_ENDED = or_(
    Outbox.state.in_(("sent", "void")),
    and_(Outbox.state.in_(("unsure", "dead")), Outbox.audited),
)
_PRIVATE = select(Place.id).where(Place.kind == "private")
# In a private chat that nobody hears, for as long as whatever is to be forgotten is remembered.
_UNHEARD = and_(
    Outbox.state.in_(("pending", "bundled")), Outbox.place_id.in_(_PRIVATE.where(Place.blocked_at.is_not(None)))
)
MAY_GO = or_(HAS_ENDED, _UNHEARD)
# Spelt out, as the index has it (ix_ticket_ended).
_REMEMBERED = text(f"ticket.closed_at IS NOT NULL AND ticket.reporter <> '{FORGOTTEN}'")


def to_forget(session: Session, *, now: datetime) -> Sequence[int]:
    """The next few tickets that ended long ago, the oldest first."""
    old = select(Ticket.id).where(_REMEMBERED, Ticket.closed_at < now - KEEP)
    return session.scalars(old.order_by(Ticket.closed_at).limit(TICKETS)).all()


def forget(session: Session, tickets: Sequence[int], *, most: int, now: datetime) -> int:
    """De-identify these; category, grid, dates and outcome stay for the figures. How many rows that changed.

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
    straight(session).execute(update(table(Ticket)).where(Ticket.id.in_(ids)).values(reporter=FORGOTTEN, **_NOTHING))
    return most - room + len(ids)


_IS_PRIVATE = table(Ticket).c.place_id.in_(_PRIVATE)
_NOTHING: dict[str, Any] = {
    "words": "", "masked": "", "done_words": None, "note": None, "reason": None,
    "handled_by": None, "taken_by": None, "watched_by": None,
    "source": None, "message": None,  # Telegram still shows who wrote it
    "place_id": case((_IS_PRIVATE, None), else_=table(Ticket).c.place_id),
    "topic": case((_IS_PRIVATE, None), else_=table(Ticket).c.topic),
}  # fmt: skip


_A_CHAT = text("place.kind = 'private' AND place.address IS NOT NULL")  # as the index has it (ix_place_seen)
_IS_NEEDED = or_(
    exists().where(Person.address == Place.address),
    exists().where(Ticket.reporter == Place.address),
    exists().where(Outbox.place_id == Place.id, text("outbox.state IN ('pending', 'sending')")),  # as ix_outbox_place
)


def silent_chats(session: Session, *, most: int, now: datetime) -> Sequence[int]:
    """Private chats of people without a part or a ticket, who said nothing for so long, and for whom nothing waits."""
    silent = select(Place.id).where(_A_CHAT, Place.seen_at < now - KEEP, ~_IS_NEEDED)
    return session.scalars(silent.order_by(Place.seen_at).limit(most)).all()


def forget_chats(session: Session, places: Sequence[int], *, now: datetime) -> int:
    """Whose these were; what was said there goes in its own time. Who comes back is somebody new."""
    still = select(Place.id).where(Place.id.in_(places), _A_CHAT, Place.seen_at < now - KEEP, ~_IS_NEEDED)
    ids = session.scalars(still.order_by(Place.id).with_for_update()).all()
    nobodys = {"address": None, "language": None, "seen_at": None, "menu": None}
    return straight(session).execute(update(table(Place)).where(Place.id.in_(ids)).values(nobodys)).rowcount


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
    _deleted(Outbox, MAY_GO),
    _deleted(Card, Card.place_id.in_(_PRIVATE)),
    _emptied(Event, "actor", data={}),
    _emptied(Approval, "asked_by", asked_name="", why="", decided_by=None),
)
