"""Who must act and who is told: the lead party of a report, and the places behind each word of a ladder."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from tracker import people
from tracker.models import Category, Party, Person, Place, Role, Ticket
from tracker.revisions import once_a_revision
from tracker.statements import straight, table
from tracker.states import RoleKind


@dataclass(frozen=True)
class Route:
    category: str
    lead_id: int | None
    lead: str  # its name
    assist: tuple[str, ...]
    check: bool
    why: str  # a code for the event: category, no_category, no_lead


def route(session: Session, community_id: int, category: str | None) -> Route:
    """The catalogue decides by category; without a lead there, somebody must name one."""
    nowhere = Route(category or "", None, "", (), False, "no_category")
    return _catalogue(session, community_id).get(category or "", nowhere)


@once_a_revision
def _catalogue(session: Session, community_id: int) -> Mapping[str, Route]:
    rows = session.execute(
        select(Category, Party.name)
        .outerjoin(Party, Party.id == Category.lead_id)
        .where(Category.community_id == community_id)
    )
    return {row.name: _as_route(row, lead) for row, lead in rows}


def _as_route(row: Category, lead: str | None) -> Route:
    return Route(row.name, row.lead_id, lead or "", tuple(row.assist), row.check, "category" if lead else "no_lead")


def party_places(session: Session, party_id: int) -> Sequence[Place]:
    """Where a party's tickets go: its group, or, without one that hears us, its liaisons' private chats."""
    session.flush()
    return [session.get_one(Place, place_id) for place_id in party_place_ids(session, party_id)]


_PLACE, _PARTY, _PERSON, _ROLE = table(Place), table(Party), table(Person), table(Role)
_HEARS = _PLACE.c.blocked_at.is_(None)
_PLACES = union_all(
    select(_PLACE.c.id, literal(True).label("group"))
    .join(_PARTY, _PARTY.c.place_id == _PLACE.c.id)
    .where(_PARTY.c.id == bindparam("party"), _PLACE.c.address.is_not(None), _HEARS),
    select(_PLACE.c.id, literal(False))
    .distinct()
    .join(_PERSON, _PERSON.c.address == _PLACE.c.address)
    .join(_ROLE, _ROLE.c.person_id == _PERSON.c.id)
    .where(_ROLE.c.party_id == bindparam("party"), _ROLE.c.kind == RoleKind.LIAISON, _HEARS),
)


def party_place_ids(session: Session, party_id: int) -> Sequence[int]:
    """The same as their ids, of what has been written."""
    rows = straight(session).execute(_PLACES, {"party": party_id}).all()
    return sorted(row.id for row in rows if row.group) or sorted(row.id for row in rows)


_TICKET = table(Ticket)
_THEIRS = _TICKET.c.id.in_(bindparam("tickets", expanding=True)) & _HEARS
_LEADS_PLACES = union_all(
    select(_TICKET.c.id, _PLACE.c.id.label("place"), literal(True).label("group"))
    .join(_PARTY, _PARTY.c.id == _TICKET.c.lead_id)
    .join(_PLACE, _PLACE.c.id == _PARTY.c.place_id)
    .where(_THEIRS, _PLACE.c.address.is_not(None)),
    select(_TICKET.c.id, _PLACE.c.id, literal(False))
    .join(_ROLE, (_ROLE.c.party_id == _TICKET.c.lead_id) & (_ROLE.c.kind == RoleKind.LIAISON))
    .join(_PERSON, _PERSON.c.id == _ROLE.c.person_id)
    .join(_PLACE, _PLACE.c.address == _PERSON.c.address)
    .where(_THEIRS),
)


def places_of_leads(session: Session, ticket_ids: Sequence[int]) -> Collection[tuple[int, int]]:
    """(ticket, place) for all places of these tickets' lead parties, chosen as in `party_places`."""
    rows = straight(session).execute(_LEADS_PLACES, {"tickets": list(ticket_ids)}).all()
    grouped = {row.id for row in rows if row.group}
    return {(row.id, row.place) for row in rows if row.group or row.id not in grouped}


def told(session: Session, ticket: Ticket, word: str) -> Sequence[Place]:
    """The places behind a word of the ladder for this ticket."""
    return behind(session, word, community_id=ticket.community_id, lead_id=ticket.lead_id, grid_id=ticket.grid_id)


def whose(word: str, lead_id: int | None, grid_id: int | None) -> tuple[int | None, int | None]:
    """The lead and the grid as far as they decide who is behind a word: for the same ones it is the same places."""
    return (lead_id if word in ("liaison", "deputy") else None), (grid_id if word == "grid_worker" else None)


def behind(
    session: Session, word: str, *, community_id: int, lead_id: int | None, grid_id: int | None
) -> Sequence[Place]:
    """The places behind `liaison deputy grid_worker coordinator secretary` for tickets of this lead and grid."""
    match word:
        case "liaison":
            return party_places(session, lead_id) if lead_id else []
        case "deputy":
            return people.places_of(session, community_id, [RoleKind.DEPUTY], party_id=lead_id)
        case "grid_worker":
            return people.places_of(session, community_id, [RoleKind.GRID_WORKER], grid_id=grid_id)
        case _:
            return people.places_of(session, community_id, [word])


def coordinators(session: Session, community_id: int) -> Sequence[Place]:
    return people.places_of(session, community_id, [RoleKind.COORDINATOR])


def dispatchers(session: Session, ticket: Ticket) -> Sequence[Place]:
    """Who may name a party: the grid's worker and the coordinators, each once."""
    both = [*told(session, ticket, "grid_worker"), *coordinators(session, ticket.community_id)]
    return list({place.id: place for place in both}.values())
