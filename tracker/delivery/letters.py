"""A claimed notice with the state of the world it is rendered from, read after the claim so that no lock is held."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker import cards
from tracker.delivery.bundles import told_by
from tracker.delivery.lines import about
from tracker.delivery.surroundings import CardRow, Surroundings, around
from tracker.facts import FACT, Bundle, Fact
from tracker.models import Clock, Outbox, Ticket
from tracker.statements import straight, table
from tracker.tickets import showing
from tracker.views import LOOK_AHEAD, CommunityView, Letter

log = logging.getLogger(__name__)

_OUT = table(Outbox)
_NOTICES = select(_OUT).where(_OUT.c.id.in_(bindparam("notices", expanding=True)))

Notice = Row[*tuple[Any, ...]]


def letters(session: Session, notices: Sequence[int], *, now: datetime) -> tuple[list[Letter], dict[int, str]]:
    """The letters, and which notices nobody understands any more (an older program may have left them), and why."""
    rows = {row.id: row for row in straight(session).execute(_NOTICES, {"notices": list(notices)})}
    tickets = [row.ticket_id for row in rows.values() if row.ticket_id is not None]
    world = around(session, [row.place_id for row in rows.values()], tickets)
    found: list[Letter] = []
    unreadable: dict[int, str] = {}
    for notice in notices:
        try:
            found.append(_letter(session, rows[notice], world, now))
        except SQLAlchemyError:
            raise  # the database, not the row
        except Exception as error:
            log.error("a notice cannot be read", extra={
                "outbox": notice, "why": type(error).__name__, **about(session, rows[notice])
            })  # fmt: skip
            unreadable[notice] = f"the fact cannot be read: {type(error).__name__}"
    return found, unreadable


def _letter(session: Session, row: Notice, world: Surroundings, now: datetime) -> Letter:
    ticket = world.tickets[row.ticket_id] if row.ticket_id is not None else None
    card = _card(row, world) if row.kind == "card" else None
    after = row.after if card and row.resends else None
    community = ticket.community if ticket else row.community_id or world.places[row.place_id].community
    return Letter(
        id=row.id,
        attempt=row.attempt,
        place=world.place(row.place_id, row.ticket_id),
        kind=row.kind,
        fact=_fact(session, row, now),
        ticket=ticket,
        reply_to=row.reply_to or _task_message(row, world),
        topic=row.topic,
        repeat=row.resends > 0 and after is None,  # a card that is looked for is not said twice
        card_version=card.wanted_version if card else None,
        now=now,
        since=row.not_before,
        community=_words_of(session, community),
        adopt_after=after,
        rivals=after is not None and _has_rivals(session, row),
    )


def _words_of(session: Session, community_id: int | None) -> CommunityView | None:
    return showing.words_of(session, community_id) if community_id else None


def _fact(session: Session, row: Notice, now: datetime) -> Fact:
    """A list says what its tickets are now."""
    fact = FACT.validate_python(row.fact)
    if not isinstance(fact, Bundle):
        return fact
    ids = [told.ticket_id for told in told_by(session, row.id)]
    tickets = session.scalars(select(Ticket).where(Ticket.id.in_(ids))).all()
    session.scalars(select(Clock).where(Clock.ticket_id.in_(ids))).all()  # at once, for the lines ask one by one
    return fact.model_copy(update={"lines": showing.lines(session, tickets, now=now)})


def _card(row: Notice, world: Surroundings) -> CardRow | None:
    """The card that this notice posts. KeyError where nobody knows what it tells any more."""
    return world.cards.get((row.ticket_id, row.place_id, cards.ROLES[row.fact["kind"]]))


def _task_message(row: Notice, world: Surroundings) -> int | None:
    """A page answers the task it is about, so that buttons and history stay in one thread."""
    task = world.cards.get((row.ticket_id, row.place_id, "task")) if row.kind != "card" else None
    return task.message if task else None


def _has_rivals(session: Session, row: Notice) -> bool:
    """Whether something else of ours may stand there whose id nobody recorded: it was said before the lost card.

    It may have been said when we had heard less of the chat, so that it stands behind what we know by now.
    """
    lost = or_(Outbox.state == "unsure", Outbox.resends > 0)
    near = Outbox.after.between(row.after - LOOK_AHEAD, row.after)
    same = and_(Outbox.place_id == row.place_id, near, Outbox.id != row.id)
    return session.scalar(select(Outbox.id).where(same, lost).limit(1)) is not None
