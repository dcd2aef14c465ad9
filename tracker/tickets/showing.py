"""A ticket as it stands: the views that messages, lists and pages are made from."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, case, distinct, func, select
from sqlalchemy.orm import Session

from tracker import clocks
from tracker.models import (
    Approval,
    Category,
    Clock,
    Community,
    Grid,
    Outbox,
    Party,
    Person,
    Place,
    Rating,
    Role,
    Supporter,
    Tag,
    Ticket,
)  # fmt: skip
from tracker.revisions import once_a_revision
from tracker.statements import straight, table
from tracker.states import CHASED, Phase, Status, Urgency
from tracker.tickets.asking import asked_view
from tracker.tickets.files import photos
from tracker.views import CategoryView, CommunityView, PlaceView, TagView, TicketLine, TicketView, Tried

_TRIED = ("task_card", "reminder", "reworked", "needs_party", "check_wanted")  # what somebody was to act upon
_KNOWN_END = ("sent", "dead", "unsure")  # what is still on its way has not been tried yet


def ticket_view(session: Session, ticket: Ticket) -> TicketView:
    community = session.get_one(Community, ticket.community_id)
    clock = session.get(Clock, ticket.id)
    return TicketView(
        id=ticket.id, number=f"{community.prefix}{ticket.number}", community=ticket.community_id,
        status=Status(ticket.status), urgency=Urgency(ticket.urgency), category=ticket.category, tag=ticket.tag,
        tier=ticket.tier, place_text=ticket.place_text, title=ticket.title, masked=ticket.masked, words=ticket.words,
        emergency=ticket.emergency, praise=ticket.praise,
        grid=session.get_one(Grid, ticket.grid_id).name if ticket.grid_id else None,
        lead=session.get_one(Party, ticket.lead_id).name if ticket.lead_id else None,
        created_at=ticket.created_at, accept_by=ticket.accept_by, resolve_by=ticket.resolve_by,
        accepted_at=ticket.accepted_at, handled_at=ticket.handled_at, closed_at=ticket.closed_at,
        phase=Phase(clock.phase) if clock and clock.stopped is None else None,
        epoch=clock.epoch if clock else 0, next_at=clock.due_at if clock else None,
        taken_by=ticket.taken_by, watched_by=ticket.watched_by, watched_until=ticket.watched_until,
        outcome=ticket.outcome, done_words=ticket.done_words, reason=ticket.reason, note=ticket.note,
        reopened=ticket.reopened, score=_score(session, ticket), supporters=_supporters(session, ticket),
        asked=asked_view(_request(session, ticket)), tried=_tried(session, ticket, community),
        before=photos(session, ticket.id, "before"), after=photos(session, ticket.id, "after"),
    )  # fmt: skip


def _request(session: Session, ticket: Ticket) -> Approval | None:
    """What somebody asked for and nobody has decided."""
    open_ = select(Approval).where(Approval.ticket_id == ticket.id, Approval.decided_at.is_(None))
    return session.scalars(open_).one_or_none()


def _score(session: Session, ticket: Ticket) -> str | None:
    rated = select(Rating.score).where(Rating.ticket_id == ticket.id, Rating.round == ticket.reopened)
    return session.scalar(rated)


def _supporters(session: Session, ticket: Ticket) -> int:
    return session.scalar(select(func.count()).where(Supporter.ticket_id == ticket.id)) or 0


def _tried(session: Session, ticket: Ticket, community: Community) -> tuple[Tried, ...]:
    """Whom we told, when, and what became of it: the proof of the chase, oldest first."""
    rows = session.execute(
        select(Outbox.sent_at, Outbox.created_at, Outbox.state, Outbox.fact, Place)
        .join(Place, Place.id == Outbox.place_id)
        .where(Outbox.ticket_id == ticket.id, Outbox.state.in_(_KNOWN_END))
        .order_by(Outbox.id)
    )
    tried: list[Tried] = []
    for sent_at, created_at, state, fact, place in rows:
        if fact.get("kind") in _TRIED:
            name = name_of(session, place, community.id)
            tried.append(Tried(at=sent_at or created_at, place=name, rung=len(tried) + 1, outcome=state))
    return tuple(tried)


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
_PLACE_OF = _PLACE.where(_P.c.id == bindparam("of"))


def place_at(session: Session, address: str) -> PlaceView | None:
    """The place with this address as it has been written; None where nobody has met it."""
    row = straight(session).execute(_PLACE_AT, {"at": address}).one_or_none()
    return _seen(row) if row else None


def place_view(session: Session, place: Place) -> PlaceView:
    session.flush()
    return _seen(straight(session).execute(_PLACE_OF, {"of": place.id}).one())


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
