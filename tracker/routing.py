"""Who must act and who is told: the lead party of a report, and the places behind each word of a ladder."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import people
from tracker.models import Category, Party, Place, Ticket
from tracker.states import RoleKind


@dataclass(frozen=True)
class Route:
    category: str
    lead_id: int | None
    assist: tuple[str, ...]
    check: bool
    why: str  # a code for the event: category, no_category, no_lead


def route(session: Session, community_id: int, category: str | None) -> Route:
    """The catalogue decides by category; without a lead there, somebody must name one."""
    row = session.scalars(
        select(Category).where(Category.community_id == community_id, Category.name == (category or ""))
    ).one_or_none()
    if row is None:
        return Route(category or "", None, (), False, "no_category")
    return Route(row.name, row.lead_id, tuple(row.assist), row.check, "category" if row.lead_id else "no_lead")


def party_places(session: Session, party_id: int) -> Sequence[Place]:
    """Where a party's tickets go: its group, or, without one that hears us, its liaisons' private chats."""
    party = session.get_one(Party, party_id)
    if party.place_id is not None:
        group = session.get_one(Place, party.place_id)
        if group.address is not None and group.blocked_at is None:
            return [group]
    return people.places_of(session, party.community_id, [RoleKind.LIAISON], party_id=party_id)


def told(session: Session, ticket: Ticket, word: str) -> Sequence[Place]:
    """The places behind `liaison deputy grid_worker coordinator secretary` for this ticket."""
    match word:
        case "liaison":
            return party_places(session, ticket.lead_id) if ticket.lead_id else []
        case "deputy":
            deputies = [RoleKind.DEPUTY]
            return people.places_of(session, ticket.community_id, deputies, party_id=ticket.lead_id)
        case "grid_worker":
            workers = [RoleKind.GRID_WORKER]
            return people.places_of(session, ticket.community_id, workers, grid_id=ticket.grid_id)
        case _:
            return people.places_of(session, ticket.community_id, [word])


def coordinators(session: Session, community_id: int) -> Sequence[Place]:
    return people.places_of(session, community_id, [RoleKind.COORDINATOR])


def dispatchers(session: Session, ticket: Ticket) -> Sequence[Place]:
    """Who may name a party: the grid's worker and the coordinators, each once."""
    both = [*told(session, ticket, "grid_worker"), *coordinators(session, ticket.community_id)]
    return list({place.id: place for place in both}.values())
