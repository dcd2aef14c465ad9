"""What a line of the log says of a notice or a card when nobody is at work on it: the chat and the ticket by name."""

from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from tracker import clocks
from tracker.models import Card, Outbox, Place


def about(session: Session, row: Outbox | Card | Row[*tuple[Any, ...]]) -> dict[str, str]:
    """For the `extra` of a log call; names as in tracker/trail.py."""
    place = session.get_one(Place, row.place_id)
    chat = {"chat": place.address.rpartition(":")[2]} if place.address else {}
    return {**chat, **({"ticket": clocks.number(session, row.ticket_id)} if row.ticket_id else {})}
