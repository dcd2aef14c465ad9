"""What all coordinators of a community are to know: told at once, and kept for those who could not be told.

An alarm is written down once for its community, with a letter to each coordinator whose chat is open. A letter that
finds nobody there waits (tracker/delivery/ended.py). Whoever had no chat yet, or had blocked us so that none was
posted, is told as soon as he starts us, lets us back, or says anything to us in private: of the last KEPT, each once,
in one list that says when it was, the oldest first. What is about a ticket is told while that is open and has not
moved on.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select, update
from sqlalchemy.orm import Session

from tracker import outbox, routing
from tracker.facts import FACT, Alarms, Fact
from tracker.facts import Alarm as AlarmFact
from tracker.models import Alarm, Clock, Community, Outbox, Person, Place, Role, Ticket
from tracker.outbox import Priority
from tracker.statements import insert_once
from tracker.states import RoleKind
from tracker.views import AlarmLine

KEPT = timedelta(days=7)  # as long as an invitation holds (tracker/inviting.py)
A_MOMENT = timedelta(minutes=1)  # what is said at once has been said by then
MOST = 12  # lines a message can bear


def tell(
    session: Session, community_id: int, fact: Fact, key: str, *, now: datetime, ticket_id: int | None = None,
    epoch: int | None = None,
) -> None:  # fmt: skip
    """Once a key: to whoever can be reached now, and to the others when they come."""
    row = {"community_id": community_id, "key": key, "fact": fact.model_dump(mode="json"), "at": now,
           "ticket_id": ticket_id, "epoch": epoch}  # fmt: skip
    insert_once(session, Alarm, row, on=("community_id", "key"))
    for place in routing.coordinators(session, community_id):
        outbox.post(
            session, place.id, fact, dedup=f"{key}:{place.id}", now=now, priority=Priority.PAGE, ticket_id=ticket_id,
            epoch=epoch,
        )  # fmt: skip


def waits_for_him(fact: Mapping[str, Any]) -> bool:
    """Whether a letter that told this and found nobody there waits until somebody is."""
    return bool({"alarm", "alarms", "unreachable"} & {fact.get("kind"), fact.get("of")})


def catch_up(session: Session, address: str, *, now: datetime) -> None:
    """Somebody's private chat is open: if he is a coordinator, he is told what he has missed."""
    session.flush()
    place_id = session.scalar(select(Place.id).where(Place.address == address))
    if place_id is None:
        return
    held = {row.dedup: row for row in _held(session, place_id, now)}
    missed = {f"{row.key}:{place_id}": row for row in _missed(session, address, place_id, held, now)}
    for key, row in held.items():
        if key not in missed and (row.fact["kind"] == "alarm" or _is_over(session, row, now)):
            row.state, row.error = "void", "over"
    told_alone = [key for key, row in missed.items() if row.fact["kind"] != "alarm"]  # it says how things stand now
    outbox.post_all(session, [_letter(missed.pop(key), key, place_id, now) for key in told_alone])
    if missed:
        _list(session, missed, held, place_id, now)
    session.flush()


def _held(session: Session, place_id: int, now: datetime) -> list[Outbox]:
    """What has waited here until he came. A list stays as it is."""
    pending = literal("pending", literal_execute=True)
    unsaid = Outbox.state.in_([pending, literal("sending", literal_execute=True)])  # as ix_outbox_place has it
    waited = or_(Outbox.error.is_not(None), Outbox.created_at < now - A_MOMENT)
    here = (Outbox.place_id == place_id, unsaid, Outbox.state == pending, waited)
    found = select(Outbox).where(*here).order_by(Outbox.id).with_for_update(skip_locked=True)  # but what is being said
    rows = session.scalars(found).all()
    return [row for row in rows if row.fact.get("kind") in ("alarm", "unreachable")]


def _is_over(session: Session, row: Outbox, now: datetime) -> bool:
    """A ticket that has moved on is seen to when its letter is claimed."""
    ticket = session.get(Ticket, row.ticket_id) if row.ticket_id else None
    ended = ticket is not None and ticket.closed_at is not None
    return ended or row.created_at <= now - KEPT or _hears_us_again(session, row.fact)


def _hears_us_again(session: Session, fact: Mapping[str, Any]) -> bool:
    """Whether what is told of a place's silence (tracker/silence.py) is so no more."""
    place = session.get(Place, fact["place"]) if fact.get("place") else None
    return bool(fact.get("place")) and (place is None or place.blocked_at is None)


def _missed(session: Session, address: str, place_id: int, held: Mapping[str, Outbox], now: datetime) -> list[Alarm]:
    """What nobody has told him, of all communities that he coordinates."""
    coordinates = (Person.address == address, Role.kind == RoleKind.COORDINATOR)
    theirs = select(Person.community_id).join(Role, Role.person_id == Person.id).where(*coordinates)
    told = exists().where(
        Outbox.dedup == Alarm.key + f":{place_id}", Outbox.id.not_in([row.id for row in held.values()])
    )
    rows = session.scalars(
        select(Alarm)
        .outerjoin(Ticket, Ticket.id == Alarm.ticket_id)
        .outerjoin(Clock, Clock.ticket_id == Alarm.ticket_id)
        .where(Alarm.community_id.in_(theirs), Alarm.at > now - KEPT, _still_so(), ~told)
        .order_by(Alarm.at, Alarm.id)
    )
    return [row for row in rows if not _hears_us_again(session, row.fact)]


def _still_so() -> ColumnElement[bool]:
    open_ = and_(Ticket.closed_at.is_(None), or_(Alarm.epoch.is_(None), Alarm.epoch == Clock.epoch))
    return or_(Alarm.ticket_id.is_(None), open_)


def _letter(alarm: Alarm, key: str, place_id: int, now: datetime) -> dict[str, Any]:
    return outbox.row(
        place_id, FACT.validate_python(alarm.fact), dedup=key, now=now, community_id=alarm.community_id,
        priority=Priority.PAGE, ticket_id=alarm.ticket_id, epoch=alarm.epoch,
    )  # fmt: skip


def _list(
    session: Session, missed: Mapping[str, Alarm], held: Mapping[str, Outbox], place_id: int, now: datetime
) -> None:
    """The newest of them, in their order; the letter of each is told by the list's (tracker/delivery/bundles.py)."""
    newest = [*missed.values()][-MOST:]
    key = f"alarms:{place_id}:{newest[-1].id}:{now.timestamp()}"
    fact = Alarms(lines=tuple(_line(session, each) for each in newest), more=len(missed) - len(newest))
    outbox.post(session, place_id, fact, dedup=key, now=now, priority=Priority.PAGE)
    told: dict[str, Any] = {
        "state": "bundled",
        "bundle_id": session.scalar(select(Outbox.id).where(Outbox.dedup == key)),
    }
    outbox.post_all(session, [_letter(row, key, place_id, now) | told for key, row in missed.items()])
    of_old = [held[key].id for key in held.keys() & missed.keys()]
    session.execute(update(Outbox).where(Outbox.id.in_(of_old)).values(told))


def _line(session: Session, alarm: Alarm) -> AlarmLine:
    fact = AlarmFact.model_validate(alarm.fact)
    called = select(Community.prefix, Ticket.number).join(Ticket, Ticket.community_id == Community.id)
    row = session.execute(called.where(Ticket.id == alarm.ticket_id)).one_or_none()
    return AlarmLine(at=alarm.at, code=fact.code, data=fact.data, number=f"{row.prefix}{row.number}" if row else "")
