"""Updates as they came: stored before they are confirmed, handled once, a chat in the order of its arrivals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, Row, bindparam, func, literal_column, null, select, text, update
from sqlalchemy.orm import Session

from tracker.models import Cursor, Inbox
from tracker.statements import insert_new, insert_once, straight, table

TRIES = 3


class Arrival(NamedTuple):
    """An update to keep; `urgent`: it may speak of danger, so its chat goes before the others."""

    update_id: int
    chat: str
    raw: dict[str, Any]
    urgent: bool = False


def store(session: Session, bot: str, updates: Sequence[Arrival], *, now: datetime) -> int:
    """Keep updates, each once; tells how many were new."""
    rows = [{"bot": bot, **each._asdict(), "at": now, "state": "waiting", "tries": 0} for each in updates]
    return insert_new(session, Inbox, rows, on=("bot", "update_id"))


def move_cursor(session: Session, bot: str, offset: int) -> None:
    if not insert_once(session, Cursor, {"bot": bot, "next_offset": offset}, on=("bot",)):
        session.execute(update(Cursor).where(Cursor.bot == bot).values(next_offset=offset))


def cursor(session: Session, bot: str) -> int | None:
    return session.scalar(select(Cursor.next_offset).where(Cursor.bot == bot))


def newest_at(session: Session, bot: str) -> datetime | None:
    """When anything of this bot was last kept."""
    return session.scalar(select(Inbox.at).where(Inbox.bot == bot).order_by(Inbox.id.desc()).limit(1))


# Spelt out, not bound: only then do all plans of both databases use the partial indexes of what waits.
_WAITING, _URGENT = text("inbox.state = 'waiting'"), text("inbox.state = 'waiting' AND inbox.urgent")


# Whoever has a chat's first row locked has the chat: its next row is the first only when that one is done.
_inbox = table(Inbox)
_head = _inbox.alias("head")
_first = select(func.min(_inbox.c.id)).where(_inbox.c.chat == _head.c.chat, _WAITING).scalar_subquery()
_HEADS = (
    select(_head.c.chat)
    .where(_head.c.state == literal_column("'waiting'"), _head.c.id == _first)
    .order_by(_head.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_PRESSING = _HEADS.where(_head.c.chat.in_(select(_inbox.c.chat).where(_URGENT)))
_ANY = select(_inbox.c.id).where(_WAITING).limit(1)
_OF_CHAT = (
    select(_inbox.c.id, _inbox.c.bot, _inbox.c.update_id, _inbox.c.chat, _inbox.c.raw, _inbox.c.tries)
    .where(_inbox.c.chat == bindparam("of"), _WAITING)
    .order_by(_inbox.c.id)
    .limit(bindparam("most", type_=Integer))
)
_DONE = update(_inbox).where(_inbox.c.id.in_(bindparam("rows", expanding=True))).values(state="done", raw=null())


def any_waiting(session: Session) -> bool:
    return straight(session).scalar(_ANY) is not None


def claim(session: Session) -> str | None:
    """A chat in which something waits and that nobody else works on, for as long as this transaction lasts."""
    connection = straight(session)
    return connection.scalar(_PRESSING) or connection.scalar(_HEADS)


def waiting(session: Session, chat: str, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """What waits in a claimed chat, in its order."""
    return straight(session).execute(_OF_CHAT, {"of": chat, "most": limit}).all()


def done(session: Session, rows: Sequence[int]) -> None:
    """Handled. What was said stays only where it became part of a ticket."""
    if rows:
        straight(session).execute(_DONE, {"rows": list(rows)})


def failed(session: Session, row_id: int, tries: int, error: str, *, for_good: bool) -> bool:
    """Count a failed try; tells whether the update is parked now, its raw text kept for whoever looks into it."""
    parked = for_good or tries + 1 >= TRIES
    values = {"tries": tries + 1, "error": error, "state": "dead" if parked else "waiting"}
    session.execute(update(Inbox).where(Inbox.id == row_id).values(values))
    return parked
