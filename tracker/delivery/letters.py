"""A claimed notice with the state of the world it is rendered from, read after the claim so that no lock is held."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker import cards, routing
from tracker.delivery.bundles import told_by
from tracker.delivery.lines import about
from tracker.facts import FACT, Bundle, Fact
from tracker.models import Card, Clock, Community, Outbox, Party, Place, Ticket
from tracker.tickets import showing
from tracker.views import LOOK_AHEAD, Letter, PlaceView

log = logging.getLogger(__name__)

_ROLES = {fact.kind: role for role, fact in cards.FACTS.items()}


def letters(session: Session, notices: Sequence[int], *, now: datetime) -> tuple[list[Letter], dict[int, str]]:
    """The letters, and which notices nobody understands any more (an older program may have left them), and why."""
    rows = {row.id: row for row in session.scalars(select(Outbox).where(Outbox.id.in_(notices)))}
    found: list[Letter] = []
    unreadable: dict[int, str] = {}
    for notice in notices:
        try:
            found.append(_letter(session, rows[notice], now))
        except SQLAlchemyError:
            raise  # the database, not the row
        except Exception as error:
            log.error("a notice cannot be read", extra={
                "outbox": notice, "why": type(error).__name__, **about(session, rows[notice])
            })  # fmt: skip
            unreadable[notice] = f"the fact cannot be read: {type(error).__name__}"
    return found, unreadable


def _letter(session: Session, row: Outbox, now: datetime) -> Letter:
    place = session.get_one(Place, row.place_id)
    ticket = session.get(Ticket, row.ticket_id) if row.ticket_id else None
    card = card_of(session, row)
    after = row.after if card and row.resends else None
    community_id = ticket.community_id if ticket else row.community_id or place.community_id
    community = session.get(Community, community_id) if community_id else None
    return Letter(
        id=row.id,
        attempt=row.attempt,
        place=seen_from(session, place, ticket),
        kind=row.kind,
        fact=_fact(session, row, now),
        ticket=showing.ticket_view(session, ticket) if ticket else None,
        reply_to=row.reply_to or _task_message(session, row),
        topic=row.topic,
        repeat=row.resends > 0 and after is None,  # a card that is looked for is not said twice
        card_version=card.wanted_version if card else None,
        now=now,
        since=row.not_before,
        community=showing.community_view(session, community) if community else None,
        adopt_after=after,
        rivals=after is not None and _has_rivals(session, row),
    )


def _fact(session: Session, row: Outbox, now: datetime) -> Fact:
    """A list says what its tickets are now."""
    fact = FACT.validate_python(row.fact)
    if not isinstance(fact, Bundle):
        return fact
    ids = [told.ticket_id for told in told_by(session, row)]
    tickets = session.scalars(select(Ticket).where(Ticket.id.in_(ids))).all()
    session.scalars(select(Clock).where(Clock.ticket_id.in_(ids))).all()  # at once, for the lines ask one by one
    return fact.model_copy(update={"lines": showing.lines(session, tickets, now=now)})


def seen_from(session: Session, place: Place, ticket: Ticket | None) -> PlaceView:
    """The place, and for whom it stands with this ticket: a group may serve several parties, and lose this one's."""
    view = showing.place_view(session, place)
    if ticket is None or ticket.lead_id is None or place.kind not in ("work", "private"):
        return view
    with_lead = place in routing.party_places(session, ticket.lead_id)
    return replace(view, party=session.get_one(Party, ticket.lead_id).name if with_lead else view.party or "")


def card_of(session: Session, row: Outbox) -> Card | None:
    if row.kind != "card" or row.ticket_id is None:
        return None
    return cards.find(session, row.ticket_id, row.place_id, _ROLES[row.fact["kind"]])


def _task_message(session: Session, row: Outbox) -> int | None:
    """A page answers the task it is about, so that buttons and history stay in one thread."""
    if row.ticket_id is None or row.kind == "card":
        return None
    task = cards.find(session, row.ticket_id, row.place_id, "task")
    return task.message if task else None


def _has_rivals(session: Session, row: Outbox) -> bool:
    """Whether something else of ours may stand there whose id nobody recorded: it was said before the lost card.

    It may have been said when we had heard less of the chat, so that it stands behind what we know by now.
    """
    assert row.after is not None
    lost = or_(Outbox.state == "unsure", Outbox.resends > 0)
    near = Outbox.after.between(row.after - LOOK_AHEAD, row.after)
    same = and_(Outbox.place_id == row.place_id, near, Outbox.id != row.id)
    return session.scalar(select(Outbox.id).where(same, lost).limit(1)) is not None
