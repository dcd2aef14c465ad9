"""A ticket whole, as a message shows it: the only place that reads one for that, many with the same few statements."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, func, select
from sqlalchemy.orm import Session

from tracker.models import (
    Approval,
    Attachment,
    Clock,
    Community,
    Grid,
    Outbox,
    Party,
    Person,
    Place,
    Rating,
    Supporter,
    Ticket,
)
from tracker.statements import straight, table
from tracker.states import Phase, Status, Urgency
from tracker.views import Asked, File, TicketView, Tried

_TRIED = ("task_card", "reminder", "reworked", "needs_party", "check_wanted")  # what somebody was to act upon
_KNOWN_END = ("sent", "dead", "unsure")  # what is still on its way has not been tried yet

_T, _K, _ASKED, _RATED, _PLUS = table(Ticket), table(Clock), table(Approval), table(Rating), table(Supporter)
_COMMUNITY, _GRID, _LEAD = table(Community), table(Grid), table(Party)
_OUT, _PLACE, _PERSON, _PHOTO = table(Outbox), table(Place), table(Person), table(Attachment)
_THESE: BindParameter[Any] = bindparam("tickets", expanding=True)
_ALIKE = (
    "category", "tag", "tier", "place_text", "title", "masked", "words", "emergency", "praise", "created_at",
    "accept_by", "resolve_by", "accepted_at", "handled_at", "closed_at", "taken_by", "watched_by", "watched_until",
    "outcome", "done_words", "reason", "note", "reopened",
)  # fmt: skip
"""What the view calls as the table does."""

_TICKETS = (
    select(
        _T.c.id, _T.c.number, _T.c.community_id, _T.c.status, _T.c.urgency, *(_T.c[name] for name in _ALIKE),
        _COMMUNITY.c.prefix, _GRID.c.name.label("grid"), _LEAD.c.name.label("lead"),
        _K.c.phase, _K.c.epoch, _K.c.due_at, _K.c.stopped,
        _ASKED.c.kind.label("asked"), _ASKED.c.asked_name, _ASKED.c.why, _ASKED.c.span, _ASKED.c.party,
        _RATED.c.score,
        select(func.count()).where(_PLUS.c.ticket_id == _T.c.id).scalar_subquery().label("supporters"),
    )
    .join(_COMMUNITY, _COMMUNITY.c.id == _T.c.community_id)
    .outerjoin(_GRID, _GRID.c.id == _T.c.grid_id)
    .outerjoin(_LEAD, _LEAD.c.id == _T.c.lead_id)
    .outerjoin(_K, _K.c.ticket_id == _T.c.id)
    .outerjoin(_ASKED, (_ASKED.c.ticket_id == _T.c.id) & _ASKED.c.decided_at.is_(None))
    .outerjoin(_RATED, (_RATED.c.ticket_id == _T.c.id) & (_RATED.c.round == _T.c.reopened))
    .where(_T.c.id.in_(_THESE))
)  # fmt: skip
_CHASED = (
    select(
        _OUT.c.ticket_id, _OUT.c.sent_at, _OUT.c.created_at, _OUT.c.state, _OUT.c.fact,
        func.coalesce(func.nullif(_PLACE.c.name, ""), _PERSON.c.name, "").label("place"),
    )
    .join(_PLACE, _PLACE.c.id == _OUT.c.place_id)
    .join(_T, _T.c.id == _OUT.c.ticket_id)
    .outerjoin(_PERSON, (_PERSON.c.address == _PLACE.c.address) & (_PERSON.c.community_id == _T.c.community_id))
    .where(_OUT.c.ticket_id.in_(_THESE), _OUT.c.state.in_(_KNOWN_END))
    .order_by(_OUT.c.id)
)  # fmt: skip
_PHOTOS = (
    select(_PHOTO.c.ticket_id, _PHOTO.c.stage, _PHOTO.c.ref, _PHOTO.c.unique_ref, _PHOTO.c.kind)
    .where(_PHOTO.c.ticket_id.in_(_THESE))
    .order_by(_PHOTO.c.id)
)


def of(session: Session, ticket_id: int) -> TicketView:
    """One ticket, with all that this transaction did to it. KeyError where there is none."""
    session.flush()
    return of_all(session, [ticket_id])[ticket_id]


def of_all(session: Session, ticket_ids: Iterable[int]) -> Mapping[int, TicketView]:
    """Tickets as they have been written, by id; three statements, however many they are."""
    these = {"tickets": sorted(set(ticket_ids))}
    if not these["tickets"]:
        return {}
    connection = straight(session)
    rows = connection.execute(_TICKETS, these).all()
    chased, photos = connection.execute(_CHASED, these).all(), connection.execute(_PHOTOS, these).all()
    return {row.id: _view(row, chased, photos) for row in rows}


Rows = Sequence[Row[*tuple[Any, ...]]]


def _view(row: Row[*tuple[Any, ...]], chased: Rows, photos: Rows) -> TicketView:
    runs = row.phase is not None and row.stopped is None
    return TicketView(
        id=row.id, number=f"{row.prefix}{row.number}", community=row.community_id,
        status=Status(row.status), urgency=Urgency(row.urgency), grid=row.grid, lead=row.lead,
        phase=Phase(row.phase) if runs else None, epoch=row.epoch or 0, next_at=row.due_at,
        asked=Asked(row.asked, row.asked_name, row.why, row.span, row.party) if row.asked else None,
        score=row.score, supporters=row.supporters,
        tried=_tried([each for each in chased if each.ticket_id == row.id]),
        before=_files(photos, row.id, "before"), after=_files(photos, row.id, "after"),
        **{name: getattr(row, name) for name in _ALIKE},
    )  # fmt: skip


def _tried(rows: Rows) -> tuple[Tried, ...]:
    """Whom we told, when, and what became of it: the proof of the chase, oldest first."""
    acted_upon = (row for row in rows if row.fact.get("kind") in _TRIED)
    return tuple(
        Tried(at=row.sent_at or row.created_at, place=row.place, rung=rung, outcome=row.state)
        for rung, row in enumerate(acted_upon, start=1)
    )


def _files(rows: Rows, ticket_id: int, stage: str) -> tuple[File, ...]:
    mine = (row for row in rows if row.ticket_id == ticket_id and row.stage == stage)
    return tuple(File(ref=row.ref, unique=row.unique_ref, kind=row.kind) for row in mine)
