"""What we forget, and when: words, photos and people of a ticket, ninety days after it ended (docs/rules.md)."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tracker.models import Attachment, Event, Inbox, Outbox, Supporter, Ticket

KEEP = timedelta(days=90)  # what /privacy promises
BATCH = 100  # tickets a pass, so that nobody waits for the write lock
FORGOTTEN = "forgotten"


def forget_old(session: Session, *, now: datetime) -> int:
    """De-identify what ended long ago; category, place, dates and outcome stay for the figures. How many tickets."""
    _forget_the_post(session, now - KEEP)
    old = select(Ticket.id).where(Ticket.closed_at < now - KEEP, Ticket.reporter != FORGOTTEN).limit(BATCH)
    ids = list(session.scalars(old))
    if not ids:
        return 0
    nothing = {"words": "", "masked": "", "done_words": None, "note": None, "handled_by": None, "taken_by": None}
    session.execute(update(Ticket).where(Ticket.id.in_(ids)).values(reporter=FORGOTTEN, **nothing))
    session.execute(update(Event).where(Event.ticket_id.in_(ids)).values(actor=FORGOTTEN, data={}))
    for table in (Attachment, Supporter, Outbox):
        session.execute(delete(table).where(table.ticket_id.in_(ids)))
    return len(ids)


def _forget_the_post(session: Session, before: datetime) -> None:
    """Answers that were about no ticket, and updates that nobody could read."""
    ended = ("sent", "void", "dead", "unsure")
    loose = (Outbox.ticket_id.is_(None), Outbox.created_at < before, Outbox.state.in_(ended))
    session.execute(delete(Outbox).where(*loose))
    session.execute(update(Inbox).where(Inbox.state == "dead", Inbox.at < before).values(raw=None))
