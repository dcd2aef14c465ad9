"""Updates as they came: stored before they are confirmed, handled once, in the order of their arrival."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tracker.db import insert_once
from tracker.models import Cursor, Inbox

KEEP = timedelta(days=3)  # longer than the platform's 24 h, shorter than the week after which ids start anew
TRIES = 3


def store(session: Session, bot: str, updates: Sequence[tuple[int, str, dict[str, Any]]], *, now: datetime) -> int:
    """Keep (update_id, chat, raw) rows, each once; tells how many were new."""
    rows = ({"bot": bot, "update_id": i, "chat": chat, "raw": raw, "at": now, "state": "waiting", "tries": 0}
            for i, chat, raw in updates)  # fmt: skip
    return sum(insert_once(session, Inbox, row, on=("bot", "update_id")) for row in rows)


def move_cursor(session: Session, bot: str, offset: int) -> None:
    if not insert_once(session, Cursor, {"bot": bot, "next_offset": offset}, on=("bot",)):
        session.execute(update(Cursor).where(Cursor.bot == bot).values(next_offset=offset))


def cursor(session: Session, bot: str) -> int | None:
    return session.scalar(select(Cursor.next_offset).where(Cursor.bot == bot))


def next_waiting(session: Session) -> Inbox | None:
    waiting = select(Inbox).where(Inbox.state == "waiting").order_by(Inbox.id).limit(1)
    return session.scalars(waiting.with_for_update(skip_locked=True)).one_or_none()


def done(row: Inbox) -> None:
    """Handled. What was said stays only where it became part of a ticket."""
    row.state, row.raw = "done", None


def failed(session: Session, row_id: int, error: str, *, for_good: bool) -> bool:
    """Count a failed try; tells whether the update is parked now, its raw text kept for whoever looks into it."""
    row = session.get_one(Inbox, row_id)
    row.tries += 1
    row.error = error
    if for_good or row.tries >= TRIES:
        row.state = "dead"
    return row.state == "dead"


def prune(session: Session, *, now: datetime) -> None:
    session.execute(delete(Inbox).where(Inbox.state == "done", Inbox.at < now - KEEP))
