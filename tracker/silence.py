"""Where nobody hears us any more: the only place that marks it and sees that the coordinators know, once."""

from datetime import datetime

from sqlalchemy.orm import Session

from tracker import alarms, people
from tracker.facts import Unreachable
from tracker.models import Place
from tracker.tickets import showing


def begins(session: Session, place: Place, why: str, *, now: datetime, ticket_id: int | None = None) -> None:
    """`why`: as Telegram has it (blocked, kicked, never_started …); `ticket_id`: what was to be said there.

    A resident without a part may block us: that is nobody's business.
    """
    fresh = people.block(session, place, why, now=now)
    if not fresh or place.community_id is None:
        return
    session.flush()  # who is to be told is asked of the database, and he himself is not
    name = showing.name_of(session, place, place.community_id)
    if name:
        fact = Unreachable(who=name, why=why, place=place.id)
        key = f"unreachable:{place.id}:{now.timestamp()}"
        alarms.tell(session, place.community_id, fact, key, now=now, ticket_id=ticket_id)
