"""What stands around a ticket in a message: its place, its community, and tickets in a list, a line each."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, case, distinct, func, select
from sqlalchemy.orm import Session

from tracker import clocks
from tracker.models import Category, Clock, Community, Grid, Party, Person, Place, Role, Tag, Ticket
from tracker.revisions import once_a_revision
from tracker.statements import straight, table
from tracker.states import CHASED, Status, Urgency
from tracker.views import CategoryView, CommunityView, PlaceView, TagView, TicketLine


def name_of(session: Session, place: Place, community_id: int) -> str:
    """A group's name, or the person's whose private chat it is."""
    if place.name:
        return place.name
    person = select(Person.name).where(Person.address == place.address, Person.community_id == community_id)
    return session.scalar(person) or ""


_P, _C, _OWNER, _PERSON, _ROLE = table(Place), table(Community), table(Party), table(Person), table(Role)


def _the_only(name: ColumnElement[str]) -> ColumnElement[str | None]:
    return case((func.count(distinct(name)) == 1, func.min(name)))


# The one party whose place it is: its group, or the private chat of one who works for just that party.
_OF_GROUP = select(_the_only(_OWNER.c.name)).where(_OWNER.c.place_id == _P.c.id).scalar_subquery()
_OF_PERSON = (
    select(_the_only(_OWNER.c.name))
    .join(_ROLE, _ROLE.c.party_id == _OWNER.c.id)
    .join(_PERSON, _PERSON.c.id == _ROLE.c.person_id)
    .where(_PERSON.c.address == _P.c.address)
    .scalar_subquery()
)
_PLACE = select(
    _P.c.id, _P.c.address, _P.c.kind, _P.c.community_id, _P.c.name, _P.c.language, _C.c.timezone,
    _C.c.language.label("spoken"), case((_P.c.kind == "private", _OF_PERSON), else_=_OF_GROUP).label("party"),
).outerjoin(_C, _C.c.id == _P.c.community_id)  # fmt: skip
_PLACE_AT = _PLACE.where(_P.c.address == bindparam("at"))
_PLACES = _PLACE.where(_P.c.id.in_(bindparam("of", expanding=True)))


def place_at(session: Session, address: str) -> PlaceView | None:
    """The place with this address as it has been written; None where nobody has met it."""
    row = straight(session).execute(_PLACE_AT, {"at": address}).one_or_none()
    return _seen(row) if row else None


def place_view(session: Session, place: Place) -> PlaceView:
    session.flush()
    return places_seen(session, [place.id])[place.id]


def places_seen(session: Session, place_ids: Iterable[int]) -> dict[int, PlaceView]:
    """Places as they have been written, by id."""
    rows = straight(session).execute(_PLACES, {"of": sorted(set(place_ids))})
    return {row.id: _seen(row) for row in rows}


def _seen(row: Row[*tuple[Any, ...]]) -> PlaceView:
    language = (row.language if row.kind == "private" else None) or row.spoken or "zh"
    return PlaceView(
        id=row.id,
        address=row.address or "",
        kind=row.kind,
        community=row.community_id,
        name=row.name or "",
        language="en" if language.startswith("en") else "zh",
        timezone=row.timezone or "Asia/Shanghai",
        party=row.party,
    )


def community_view(session: Session, community: Community) -> CommunityView:
    """The community's words and rules, which every message needs."""
    return words_of(session, community.id)


@once_a_revision
def words_of(session: Session, community_id: int) -> CommunityView:
    return _community_view(session, session.get_one(Community, community_id))


def _community_view(session: Session, community: Community) -> CommunityView:
    mine = community.id
    parties = {row.id: row.name for row in session.scalars(
        select(Party).where(Party.community_id == mine).order_by(Party.id))}  # fmt: skip
    categories = session.scalars(select(Category).where(Category.community_id == mine).order_by(Category.position))
    tags = session.scalars(select(Tag).where(Tag.community_id == mine).order_by(Tag.id))
    groups = session.scalars(
        select(Place.name).where(Place.community_id == mine, Place.name.is_not(None)).order_by(Place.id)
    )
    return CommunityView(
        id=mine,
        name=community.name,
        prefix=community.prefix,
        timezone=community.timezone,
        language=community.language,
        bot_name=community.bot_name,
        emergency=dict(community.emergency),
        categories=tuple(
            CategoryView(c.name, tuple(c.keywords), c.urgency, parties.get(c.lead_id or 0)) for c in categories
        ),
        tags=tuple(TagView(t.name, tuple(t.aliases), t.category) for t in tags),
        parties=tuple(parties.values()),
        groups=tuple(name for name in groups if name),
        hours=tuple((f"{begins:%H:%M}", f"{ends:%H:%M}") for begins, ends in clocks.calendar_of(community).hours),
        grids=tuple(session.scalars(select(Grid.name).where(Grid.community_id == mine).order_by(Grid.id))),
    )


def lines(session: Session, tickets: Iterable[Ticket], *, now: datetime) -> tuple[TicketLine, ...]:
    """Tickets one a line, the most pressing first."""
    rows = [_line(session, ticket, now) for ticket in tickets]
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return tuple(sorted(rows, key=lambda line: (not line.overdue, line.by or far, line.id)))


def _line(session: Session, ticket: Ticket, now: datetime) -> TicketLine:
    community = session.get_one(Community, ticket.community_id)
    by = promised(ticket)
    clock = session.get(Clock, ticket.id)
    return TicketLine(
        id=ticket.id,
        number=f"{community.prefix}{ticket.number}",
        status=Status(ticket.status),
        urgency=Urgency(ticket.urgency),
        title=ticket.title,
        lead=session.get_one(Party, ticket.lead_id).name if ticket.lead_id else None,
        by=by,
        overdue=is_overdue(ticket, now),
        epoch=clock.epoch if clock else 0,
    )


def promised(ticket: Ticket) -> datetime | None:
    """The limit that runs now: to accept while nobody has, then to resolve."""
    if ticket.status in (Status.CAPTURED, Status.DISPATCHED):
        return ticket.accept_by
    return ticket.resolve_by if ticket.status == Status.IN_PROGRESS else None


def is_overdue(ticket: Ticket, now: datetime) -> bool:
    by = promised(ticket)
    return ticket.status in CHASED and by is not None and now >= by


def find(session: Session, number: str) -> Sequence[Ticket]:
    """Tickets called `XZ12`, `#xz12` or ` xz 12`: at most one a community whose prefix it is."""
    wanted = number.strip().lstrip("#＃").upper().replace(" ", "")
    for community in session.scalars(select(Community)).all():
        digits = wanted.removeprefix(community.prefix)
        if digits != wanted and digits.isascii() and digits.isdigit() and len(digits) < 10:
            mine = (Ticket.community_id == community.id, Ticket.number == int(digits))
            return session.scalars(select(Ticket).where(*mine)).all()
    return []
