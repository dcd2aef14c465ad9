"""Decisions → rows: a batch a transaction, with a handful of statements, so that the write lock is held for little."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tracker import cards, clocks, outbox
from tracker.db import UtcDateTime
from tracker.models import Clock, Event, Ticket
from tracker.statements import insert_rows, straight, table, update_rows
from tracker.sweep.decision import Decision
from tracker.tickets import ending

log = logging.getLogger(__name__)

MOST = 50  # clocks a transaction: some ten milliseconds, and others get their turn
MORE = 100  # on a server, where only who acts on one of these very tickets waits
MOST_ENDS = 4  # tickets that end in silence: an act each, which takes as long as a dozen reminders


def batches(decided: Sequence[Decision], most: int = MOST) -> Iterator[Sequence[Decision]]:
    """As they are to be written, oldest first, each batch in a transaction of its own."""
    batch: list[Decision] = []
    ends = 0
    for each in decided:
        batch.append(each)
        ends += each.clock is None
        if len(batch) == most or ends == MOST_ENDS:
            yield batch
            batch, ends = [], 0
    if batch:
        yield batch


def carry_out(session: Session, batch: Sequence[Decision], *, now: datetime) -> list[Decision]:
    """Write down what still is as it was decided; that much of the batch.

    When one of them cannot be written, each is by itself: one that fails never holds up the others.
    """
    standing = _standing(session, batch, now)
    still = [each for each in batch if standing.get(each.due.ticket_id) == (each.due.epoch, each.due.rung, each.due.n)]
    try:
        with session.begin_nested():
            _write(session, still, now)
    except OperationalError:
        raise  # the database, not a ticket
    except Exception:
        for each in still:
            _alone(session, each, now)
    return still


def _standing(session: Session, batch: Sequence[Decision], now: datetime) -> dict[int, tuple[int, int, int]]:
    """(epoch, rung, n) of each that is due; ours until we have committed. One that somebody works on is not there."""
    rows = straight(session).execute(_STILL_DUE, {"tickets": [each.due.ticket_id for each in batch], "now": now})
    return {row.ticket_id: (row.epoch, row.rung, row.n) for row in rows}


def _alone(session: Session, each: Decision, now: datetime) -> None:
    try:
        with session.begin_nested():
            _write(session, [each], now)
    except OperationalError:
        raise
    except Exception:
        log.exception("a decision failed", extra={"ticket": clocks.number(session, each.due.ticket_id)})
        clocks.put_off(session, each.due.ticket_id, now=now)


def _write(session: Session, batch: Sequence[Decision], now: datetime) -> None:
    """Notices first: were a clock moved on without them, nobody would ever be told."""
    outbox.post_all(session, [notice for each in batch for notice in each.notices])
    update_rows(session, Clock, [each.clock for each in batch if each.clock is not None])
    insert_rows(session, Event, [each.event for each in batch if each.event is not None])
    cards.fall_behind(session, [each.due.ticket_id for each in batch if each.told], now=now)
    for each in batch:
        if each.failed:
            clocks.put_off(session, each.due.ticket_id, now=now)
        elif each.clock is None:
            ending.lapse(session, session.get_one(Ticket, each.due.ticket_id), now)
    session.flush()


_CLOCK = table(Clock)
_STILL_DUE = (
    select(_CLOCK.c.ticket_id, _CLOCK.c.epoch, _CLOCK.c.rung, _CLOCK.c.n)
    .where(
        _CLOCK.c.ticket_id.in_(bindparam("tickets", expanding=True)),
        _CLOCK.c.due_at <= bindparam("now", type_=UtcDateTime),
    )
    .with_for_update(skip_locked=True)
)
