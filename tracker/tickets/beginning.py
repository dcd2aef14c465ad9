"""A new ticket's rows: each written once, as it stands when its message has been handled; nothing is read back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.orm import Session

from tracker import cards, clocks, routing, trail
from tracker.cards import About, First
from tracker.clocks import Terms
from tracker.models import Clock, Community, Event, Place, Ticket
from tracker.outbox import Priority
from tracker.routing import Route
from tracker.statements import insert_rows, straight, table
from tracker.states import Action, Phase, Status, Urgency, move
from tracker.tickets.case import event_row
from tracker.tickets.files import attach, claim_album
from tracker.views import NewReport, Somebody

Row = dict[str, Any]


@dataclass(frozen=True)
class Path:
    """Where a ticket goes first: what happens to it, and what its clock then waits for. None: nothing."""

    action: Action | None
    event: str | None
    phase: Phase | None

    @staticmethod
    def of(report: NewReport, route: Route) -> "Path":
        if report.praise:  # kept and passed on: it has no deadline and needs nobody's signature
            return Path(Action.RECORD, "recorded", None)
        if route.lead_id is not None:
            return Path(Action.DISPATCH, "dispatched", Phase.ACCEPT)
        return Path(None, None, Phase.ASSIGN)


def begin(
    session: Session, community_id: int, place_id: int, report: NewReport, route: Route, by: Somebody | None, *,
    now: datetime,
) -> tuple[int, bool] | None:  # fmt: skip
    """Write a new ticket with its clock, its history and its cards; its id, and whether that is all it needs.

    None where its message has a ticket already: the same one never opens a second.
    """
    number = _next_number(session, community_id, report.source)
    if number is None:
        return None
    path, terms = Path.of(report, route), clocks.terms(session, community_id)
    clock = _clock(path, terms, report.urgency, now)
    ticket = {**_said(report), **_decided(path, route, terms, clock, report, now), "community_id": community_id}
    ticket_id = _write(session, {**ticket, "number": number, "place_id": place_id, "said_in": place_id})
    insert_rows(session, Clock, [{**clock, "ticket_id": ticket_id, "ladder_id": terms.ladder_id, "epoch": 1}])
    insert_rows(session, Event, _events(ticket_id, path, report, route, by, now))
    for file in report.files:
        attach(session, ticket_id, file, "before", now=now, album=report.album)
    if report.album:
        claim_album(session, ticket_id, report.album)
    places = routing.party_place_ids(session, route.lead_id) if route.lead_id and path.action else []
    about = About(ticket_id, community_id, report.message, report.topic)
    cards.post_first(session, about, _cards(place_id, places, path, terms, report, now), now=now)
    chased = path.phase == Phase.ACCEPT and bool(places) and not (report.files or report.album)
    return ticket_id, report.urgency != Urgency.CRITICAL and (chased or path.action == Action.RECORD)


def _said(report: NewReport) -> Row:
    """What the message itself decides."""
    return {
        "source": report.source,
        "message": report.message,
        "topic": report.topic,
        "reporter": report.reporter,
        "urgency": report.urgency,
        "tier": report.tier,
        "tag": report.tag,
        "place_text": report.place_text,
        "building": report.building,
        "unit": report.unit,
        "title": report.title,
        "words": report.words,
        "masked": report.masked,
        "emergency": report.emergency,
        "praise": report.praise,
        "created_at": report.at,
    }


def _decided(path: Path, route: Route, terms: Terms, clock: Row, report: NewReport, now: datetime) -> Row:
    """What follows from the community's rules. Both limits run from here, not from acceptance."""
    dispatched, recorded = path.action == Action.DISPATCH, path.action == Action.RECORD
    resolve = terms.rules.limit(Phase.RESOLVE, report.urgency)
    return {
        "status": move(Status.CAPTURED, path.action, number="") if path.action else Status.CAPTURED,
        "category": route.category,
        "check": route.check,
        "lead_id": route.lead_id,
        "assist": list(route.assist),
        "accept_by": clock["limit_at"] if path.phase else None,
        "resolve_by": terms.calendar.add(now, resolve) if dispatched else None,
        "closed_at": now if recorded else None,
        "outcome": "recorded" if recorded else None,
        "version": 1,
        "reopened": 0,
    }


def _clock(path: Path, terms: Terms, urgency: Urgency, now: datetime) -> Row:
    if path.phase is not None:
        return clocks.standing(terms.rules, terms.calendar, path.phase, urgency, now=now)
    return {
        "phase": Phase.ACCEPT, "anchor_at": now, "limit_at": now, "rung": 0, "n": 0, "due_at": None,
        "stopped": path.event, "fails": 0,
    }  # fmt: skip


def _events(
    ticket_id: int, path: Path, report: NewReport, route: Route, by: Somebody | None, now: datetime
) -> list[Row]:
    why = {"why": list(report.why), "route": route.why, "urgency": report.urgency}
    rows = [event_row(ticket_id, "reported", by, now=now, **why)]
    if path.event is not None:
        data = {"to": route.lead, "why": ""} if path.action == Action.DISPATCH else {}
        rows.append(event_row(ticket_id, path.event, None, now=now, **data))
    return rows


def _cards(
    place_id: int, places: Sequence[int], path: Path, terms: Terms, report: NewReport, now: datetime
) -> list[First]:
    """One where it was said, at once; one with each who must act, as quiet hours allow; in danger nothing waits."""
    critical = report.urgency == Urgency.CRITICAL
    urgent = Priority.CRITICAL if critical else Priority.PAGE if path.phase else Priority.ROUTINE
    awake = now if critical or not path.phase else terms.calendar.out_of_quiet(now)
    here = First(place_id, "card", Priority.CRITICAL if critical else Priority.ANSWER)
    return [here, *(First(place, "task", urgent, awake) for place in places)]


_PLACES, _COMMUNITIES = table(Place), table(Community)
_GRID = select(_PLACES.c.grid_id).where(_PLACES.c.id == bindparam("said_in")).scalar_subquery()
_TICKET = insert(table(Ticket)).values(grid_id=_GRID).returning(table(Ticket).c.id)
_NEXT_NUMBER = (
    update(_COMMUNITIES)
    .where(
        _COMMUNITIES.c.id == bindparam("community"),
        ~exists().where(table(Ticket).c.source == bindparam("source")),
    )
    .values(last_number=_COMMUNITIES.c.last_number + 1)
    .returning(_COMMUNITIES.c.last_number, _COMMUNITIES.c.prefix)
)


def _next_number(session: Session, community_id: int, source: str) -> int | None:
    row = straight(session).execute(_NEXT_NUMBER, {"community": community_id, "source": source}).one_or_none()
    if row is None:
        return None
    trail.about(f"{row.prefix}{row.last_number}")
    return int(row.last_number)


def _write(session: Session, ticket: Row) -> int:
    ticket_id: int = straight(session).execute(_TICKET, ticket).scalar_one()
    return ticket_id
