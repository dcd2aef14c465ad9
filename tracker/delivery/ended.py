"""What follows when nobody knows whether it arrived, when it never can, and when nobody hears us there."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from tracker import alarms, cards, clocks, outbox, routing, silence
from tracker.delivery import bundles
from tracker.delivery.lines import about
from tracker.models import Outbox, Place, Ticket
from tracker.outbox import Priority

log = logging.getLogger(__name__)

_TASKS = ("task_card", "reminder", "reworked")  # what tells the party to act


def after_unknown(session: Session, row: Outbox, why: str, now: datetime, *, most: int) -> None:
    """It goes again at most so often, or ends unsure; a page that ends so is told to the coordinators."""
    outbox.after_unknown(row, why, most=most)
    if row.state != "unsure":
        return
    bundles.settle(session, row, state="unsure", error=why)
    if row.kind == "page":
        clocks.alarm(session, community_of(session, row), "unsure_page", str(row.id), now=now, ticket_id=row.ticket_id)


def refused(session: Session, row: Outbox, why: str, now: datetime) -> None:
    """A message the platform will never take is a fault of ours: logged, and told unless it is itself such news."""
    row.state, row.lease_until, row.error = "dead", None, why
    bundles.settle(session, row, state="dead", error=why)
    log.error(
        "a notice was refused for good", extra={"outbox": row.id, "kind": row.fact.get("kind"), **about(session, row)}
    )
    if row.fact.get("kind") != "alarm":
        clocks.alarm(session, community_of(session, row), "dead_letter", str(row.id), now=now, ticket_id=row.ticket_id)


def drop(session: Session, unreadable: Mapping[int, str], *, now: datetime) -> None:
    """Notices that nobody understands are dead: told, and in nobody's way."""
    for notice, why in unreadable.items():
        refused(session, session.get_one(Outbox, notice, with_for_update=True), why, now)


def nobody_hears(session: Session, row: Outbox, place: Place, why: str, now: datetime) -> None:
    """The place is silent: the ladders move on at once, and the coordinators hear of it once, not each time.

    What a coordinator has to know waits until he hears us (tracker/alarms.py).
    """
    if place.kind == "private" and alarms.waits_for_him(row.fact):
        row.state, row.error = "pending", why
    else:
        row.state, row.error, row.audited = "dead", why, True
        bundles.settle(session, row, state="dead", error=why)
    pages = _pages(session, row)
    ticket_id = row.ticket_id or next((page.ticket_id for page in pages if page.ticket_id is not None), None)
    silence.begins(session, place, why, now=now, ticket_id=ticket_id)
    session.flush()
    for page in pages:
        _move_on(session, page, now)


def _pages(session: Session, row: Outbox) -> Sequence[Outbox]:
    return bundles.told_by(session, row.id) if row.fact.get("kind") == "bundle" else [row]


def _move_on(session: Session, row: Outbox, now: datetime) -> None:
    """Whoever else stands behind the same word is told; where there is nobody, the next rung comes now."""
    ticket = session.get(Ticket, row.ticket_id) if row.ticket_id else None
    kind = row.fact.get("kind")
    if ticket is None:
        return
    if kind in _TASKS and ticket.lead_id is not None:
        if routing.party_places(session, ticket.lead_id):  # the group is gone, its liaisons may still be reached
            _send_elsewhere(session, ticket, now)
        else:
            clocks.hurry(session, ticket.id, now=now)
    elif kind == "overdue" and not routing.told(session, ticket, str(row.fact.get("to"))):
        clocks.hurry(session, ticket.id, now=now)


def _send_elsewhere(session: Session, ticket: Ticket, now: datetime) -> None:
    assert ticket.lead_id is not None
    for place in routing.party_places(session, ticket.lead_id):
        if cards.find(session, ticket.id, place.id, "task") is None:
            cards.post(session, ticket, place.id, "task", now=now, priority=Priority.PAGE)


def community_of(session: Session, row: Outbox) -> int | None:
    if row.ticket_id is not None:
        return session.get_one(Ticket, row.ticket_id).community_id
    return row.community_id or session.get_one(Place, row.place_id).community_id
