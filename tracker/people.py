"""Who somebody is and where he is reached: roles and places."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.orm import Session

from tracker.errors import GroupTaken, NoSuchGroup
from tracker.models import Community, Grid, Outbox, Party, Person, Place, Role, Ticket
from tracker.statements import insert_once, straight, table
from tracker.states import RoleKind
from tracker.views import Role as RoleView
from tracker.views import Somebody


def place_at(session: Session, address: str) -> Place | None:
    return session.scalars(select(Place).where(Place.address == address)).one_or_none()


def private_place(session: Session, address: str, *, community_id: int | None = None) -> Place:
    """The private chat with somebody; it may not have been started yet, which only sending will tell."""
    place = place_at(session, address)
    if place is None:
        insert_once(
            session,
            Place,
            {"kind": "private", "address": address, "community_id": community_id, "recent": [], "welcomed": False},
            on=("address",),
        )
        place = place_at(session, address)
        assert place is not None
    if place.community_id is None and community_id is not None:
        place.community_id = community_id
    return place


def seen(session: Session, address: str, *, language: str | None, now: datetime) -> Place:
    """Somebody speaks to us in private: his chat is open, whatever stopped us before."""
    place = private_place(session, address)
    place.seen_at, place.blocked_at, place.blocked_why = now, None, None
    place.language = place.language or language
    return place


def communities_of(session: Session, address: str) -> Sequence[int]:
    """Where somebody has a part: by role first, then by what he reported."""
    by_role = session.scalars(select(Person.community_id).where(Person.address == address)).all()
    reported = select(Ticket.community_id).where(Ticket.reporter == address).distinct()
    return list(dict.fromkeys([*by_role, *session.scalars(reported).all()]))


_PERSON, _ROLE, _PARTY, _GRID = table(Person), table(Role), table(Party), table(Grid)
_KNOWN = (
    select(
        _PERSON.c.address, _PERSON.c.name, _ROLE.c.kind, _ROLE.c.scope,
        _PARTY.c.name.label("party"), _GRID.c.name.label("grid"),
    )
    .outerjoin(_ROLE, _ROLE.c.person_id == _PERSON.c.id)
    .outerjoin(_PARTY, _PARTY.c.id == _ROLE.c.party_id)
    .outerjoin(_GRID, _GRID.c.id == _ROLE.c.grid_id)
    .order_by(_ROLE.c.id)
)  # fmt: skip
_AT = _KNOWN.where(_PERSON.c.address == bindparam("at"), _PERSON.c.community_id == bindparam("community"))
_WITH_ID = _KNOWN.where(_PERSON.c.id == bindparam("of"))


def somebody(session: Session, address: str, community_id: int | None) -> Somebody:
    """The person behind an address as this community knows him, as it has been written."""
    rows = straight(session).execute(_AT, {"at": address, "community": community_id}).all()
    return _described(rows) if rows else Somebody(address)


def described(session: Session, person: Person) -> Somebody:
    """A registered person with the roles he has; the address is empty while nobody knows it."""
    session.flush()
    return _described(straight(session).execute(_WITH_ID, {"of": person.id}).all())


def _described(rows: Sequence[SqlRow[*tuple[Any, ...]]]) -> Somebody:
    """One person, a row each role; without a role one row."""
    roles = tuple(_view(row) for row in rows if row.kind is not None)
    return Somebody(rows[0].address or "", rows[0].name, roles)


def _view(row: SqlRow[*tuple[Any, ...]]) -> RoleView:
    point = row.scope if row.kind == RoleKind.MEDIATOR else None
    return RoleView(RoleKind(row.kind), party=row.party, grid=row.grid, point=point)


def places_of(
    session: Session,
    community_id: int,
    kinds: Iterable[str],
    *,
    party_id: int | None = None,
    grid_id: int | None = None,
) -> Sequence[Place]:
    """Private chats of the people with one of these roles, reachable as far as we know, in the order they joined."""
    role = select(Person.address).join(Role, Role.person_id == Person.id)
    role = role.where(Person.community_id == community_id, Role.kind.in_(list(kinds)))
    if party_id is not None:
        role = role.where(Role.party_id == party_id)
    if grid_id is not None:
        role = role.where(Role.grid_id == grid_id)
    reachable = select(Place).where(Place.address.in_(role), Place.blocked_at.is_(None)).order_by(Place.id)
    return session.scalars(reachable).all()


def open_chats(session: Session) -> set[str]:
    """The addresses of those registered who have spoken to us in private and hear us there."""
    spoken = (Place.kind == "private", Place.seen_at.is_not(None), Place.blocked_at.is_(None))
    return set(session.scalars(select(Place.address).join(Person, Person.address == Place.address).where(*spoken)))


def menus(session: Session) -> dict[str, str]:
    """The private chats that have a menu of their own, and which."""
    has_one = select(Place.address, Place.menu).where(text("place.menu IS NOT NULL"), Place.address.is_not(None))
    return {str(address): str(menu) for address, menu in session.execute(has_one)}


def note_menu(session: Session, address: str, menu: str | None) -> None:
    session.execute(update(Place).where(Place.address == address).values(menu=menu))


def bind(session: Session, community_id: int, group: str, address: str, title: str) -> Place:
    """This chat is the community file's group of that name."""
    named = session.scalars(select(Place).where(Place.community_id == community_id, Place.name == group)).one_or_none()
    here = place_at(session, address)
    if named is None:
        names = session.scalars(
            select(Place.name).where(Place.community_id == community_id, Place.name.is_not(None)).order_by(Place.id)
        )
        raise NoSuchGroup(name=group or title, groups="、".join(name for name in names if name))
    if (named.address is not None and named.address != address) or (here and here.kind != "new" and here is not named):
        raise GroupTaken(name=group)
    if here is not None and here is not named:
        absorb(session, here, named)
    named.address = address
    session.flush()
    return named


def absorb(session: Session, met: Place, named: Place) -> None:
    """A chat that we met before anybody named it makes way for the named place, with all that was said there."""
    session.flush()
    session.refresh(met, ["newest"])  # heard just now, behind the session's back
    session.execute(update(Outbox).where(Outbox.place_id == met.id).values(place_id=named.id))
    named.welcomed, named.newest = met.welcomed, met.newest
    session.delete(met)
    session.flush()


def move(session: Session, old: str, new: str) -> None:
    """A group became a supergroup: everything waiting goes to the new address, once, whichever message came first."""
    place, already = place_at(session, old), place_at(session, new)
    if place is None:
        return
    newest = already.newest if already else None  # a supergroup numbers its messages anew
    if already is not None:
        if already.kind != "new":
            return
        absorb(session, already, place)
    # What was said under the old address was numbered there; a new message of the same number is about nothing of it.
    session.execute(update(Outbox).where(Outbox.place_id == place.id, Outbox.sent_at.is_not(None)).values(message=None))
    place.address, place.moved_from, place.newest = new, old, newest
    place.blocked_at = place.blocked_why = None
    session.flush()


def block(session: Session, place: Place, why: str, *, now: datetime) -> bool:
    """Nobody hears us there; tells whether that is news."""
    fresh = place.blocked_at is None
    place.blocked_at, place.blocked_why = place.blocked_at or now, why
    return fresh


def community_named(session: Session, name: str | None) -> Community | None:
    """The community of that name or prefix; the only one, when no name is given."""
    if name is None:
        rows = session.scalars(select(Community).limit(2)).all()
        return rows[0] if len(rows) == 1 else None
    wanted = (Community.name == name) | (Community.prefix == name.upper())
    return session.scalars(select(Community).where(wanted)).one_or_none()


def unblock(session: Session, address: str) -> None:
    session.execute(update(Place).where(Place.address == address).values(blocked_at=None, blocked_why=None))
