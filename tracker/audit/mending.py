"""What an audit puts right by itself, and how the coordinators hear of what it found."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker import cards, clocks, outbox
from tracker.audit.trouble import Trouble
from tracker.models import Card, Clock, Community, Event, Inbox, Outbox, Place, Ticket
from tracker.outbox import Priority
from tracker.states import Phase, Status
from tracker.tickets.case import Case

AT_ONCE = 20  # rows put right in one transaction: nobody waits long for the write lock
_VERSIONS = 10  # of a card that was lost; more are tried an hour later
NAMED = 5  # tickets that an alarm names

_PHASES = {
    Status.CAPTURED: Phase.ASSIGN,
    Status.DISPATCHED: Phase.ACCEPT,
    Status.IN_PROGRESS: Phase.RESOLVE,
    Status.HANDLED: Phase.CHECK,
    Status.CONFIRMING: Phase.CONFIRM,
}


def mend(session: Session, trouble: Trouble, rows: Sequence[int], *, now: datetime) -> None:
    """Put some of its rows right, where that is safe; each is looked at again, since meanwhile it may be well."""
    how = _HOW.get(trouble.code)
    if how is not None:
        for row in rows:
            how(session, row, now)
    session.flush()


def tell(session: Session, trouble: Trouble, *, now: datetime) -> None:
    """To the coordinators it concerns, once a day: what a look finds again the next minute is no news."""
    if not trouble.told:
        return
    if trouble.each:
        for seen in trouble.seen:
            clocks.alarm(
                session, seen.community_id, trouble.code, str(seen.row), now=now, ticket_id=seen.ticket_id
            )  # fmt: skip
        return
    clocks.alarm(session, trouble.community_id, trouble.code, _key(trouble, now), now=now, **_data(trouble, now))


def _key(trouble: Trouble, now: datetime) -> str:
    """What goes on is one finding; what was put right is another each time."""
    again = f":{trouble.rows[0]}" if trouble.code in _HOW else ""
    return f"{now:%Y-%m-%d}:{trouble.community_id}{again}"


def _data(trouble: Trouble, now: datetime) -> dict[str, Any]:
    data: dict[str, Any] = {"count": len(trouble.seen)}
    if numbers := [seen.number for seen in trouble.seen if seen.number]:
        data["tickets"] = [f"#{number}" for number in numbers[:NAMED]]
    if trouble.since is not None:
        data["minutes"] = int((now - trouble.since).total_seconds() // 60)
    return data


def _wind(session: Session, ticket_id: int, now: datetime) -> None:
    """A ticket without a clock: due now, from the first rung of what it waits for. A reporter keeps his days to answer.

    Its epoch goes on from what its pages remember, so that none of an earlier one comes alive again.
    """
    ticket = session.get_one(Ticket, ticket_id, with_for_update=True)
    if ticket.closed_at is not None or session.get(Clock, ticket_id) is not None:
        return
    community = session.get_one(Community, ticket.community_id)
    case = Case(session, ticket, clocks.begin(session, ticket, community, now=now), community, now)
    case.clock.epoch = session.scalar(select(func.max(Outbox.epoch)).where(Outbox.ticket_id == ticket_id)) or 0
    phase = _PHASES[Status(ticket.status)]
    limits = {Phase.ASSIGN: ticket.accept_by, Phase.ACCEPT: ticket.accept_by, Phase.RESOLVE: ticket.resolve_by}
    case.arm(phase, limit_at=limits.get(phase), anchor_at=_since(session, ticket, phase))
    if phase != Phase.CONFIRM:
        case.clock.rung, case.clock.n, case.clock.due_at = 0, 0, now
    case.record("clock_wound", None, phase=phase)


def _since(session: Session, ticket: Ticket, phase: Phase) -> datetime:
    """From when the limit runs."""
    if phase in (Phase.CHECK, Phase.CONFIRM):
        return ticket.handled_at or ticket.created_at
    began = Event.kind.in_(("reported", "dispatched", "reopened"))
    return session.scalar(select(func.max(Event.at)).where(Event.ticket_id == ticket.id, began)) or ticket.created_at


def _stop(session: Session, ticket_id: int, now: datetime) -> None:
    case = Case.of(session, session.get_one(Ticket, ticket_id), now)
    if case.ticket.closed_at is not None and case.clock.due_at is not None:
        case.stop(case.ticket.outcome or "closed")
        case.record("clock_stopped", None)


def _post_card(session: Session, ticket_id: int, now: datetime) -> None:
    """A letter of the same name may have gone before the card's row was lost; the next is named by a later version."""
    ticket = session.get_one(Ticket, ticket_id)
    if ticket.place_id is None:
        return
    card = cards.find(session, ticket_id, ticket.place_id, "card")
    if card is not None and card.message is not None:
        return
    for _ in range(_VERSIONS):
        cards.post(session, ticket, ticket.place_id, "card", now=now, priority=Priority.ROUTINE)
        session.flush()
        if outbox.is_pending(session, ticket_id, ticket.place_id, "ticket_card"):
            return


def _unbundle(session: Session, row_id: int, now: datetime) -> None:
    """It waits again; whether it is still worth saying is asked when it is claimed."""
    lost = Outbox.id == row_id, Outbox.state == "bundled"
    session.execute(update(Outbox).where(*lost).values(state="pending", bundle_id=None))


def _let_go(session: Session, row_id: int, now: datetime) -> None:
    """The next claim takes it back. A sender who is alive after all has his whole lease to say so."""
    row = session.get_one(Outbox, row_id, with_for_update=True)
    if row.state == "sending" and (row.lease_until is None or row.lease_until > now + 2 * outbox.LEASE):
        row.lease_until = now + (outbox.LEASE if row.lease_until else -outbox.LEASE)


def _reset_pace(session: Session, place_id: int, now: datetime) -> None:
    place = session.get_one(Place, place_id, with_for_update=True)
    place.slot_at = place.urgent_at = now
    place.recent = [at for at in place.recent if at <= now.timestamp()]


def _edit_now(session: Session, card_id: int, now: datetime) -> None:
    session.execute(update(Card).where(Card.id == card_id).values(next_at=now))


def _note_letter(session: Session, row_id: int, now: datetime) -> None:
    session.execute(update(Outbox).where(Outbox.id == row_id).values(audited=True))


def _note_update(session: Session, row_id: int, now: datetime) -> None:
    session.execute(update(Inbox).where(Inbox.id == row_id).values(audited=True))


_HOW: Mapping[str, Callable[[Session, int, datetime], None]] = {
    "claim_lost": _let_go,
    "unsure_page": _note_letter,
    "dead_letter": _note_letter,
    "as_promised": _note_letter,
    "parked_update": _note_update,
    "clock_missing": _wind,
    "clock_left": _stop,
    "card_missing": _post_card,
    "list_lost": _unbundle,
    "pace_ahead": _reset_pace,
    "card_ahead": _edit_now,
}
