"""How somebody joins: one-time invitations, and the only place that gives a role by one."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.errors import BadInvitation, NoSuchRole
from tracker.models import Grid, Invite, Party, Person, Role
from tracker.people import private_place
from tracker.statements import insert_once
from tracker.states import RoleKind

INVITATION_LASTS = timedelta(days=7)


def invite(session: Session, community_id: int, role: str, name: str, *, now: datetime) -> tuple[str, datetime]:
    """A one-time token that gives `role` (as in the community file: liaison:万科物业) to whoever starts with it."""
    _parse_role(session, community_id, role)
    token, until = secrets.token_urlsafe(24), now + INVITATION_LASTS
    session.add(Invite(community_id=community_id, digest=_digest(token), role=role, name=name, until=until))
    session.flush()
    return token, until


def accept_invitation(session: Session, token: str, address: str, name: str, *, now: datetime) -> tuple[int, str, str]:
    """Give the role and use the token up; (community, person's name, role). BadInvitation tells nobody why."""
    invitation = session.scalars(select(Invite).where(Invite.digest == _digest(token)).with_for_update()).one_or_none()
    if invitation is None or invitation.used_at is not None or invitation.until < now:
        raise BadInvitation
    community_id = invitation.community_id
    person = _person_for(session, community_id, address, invitation.name or name)
    kind, scope, party_id, grid_id = _parse_role(session, community_id, invitation.role)
    insert_once(
        session,
        Role,
        {"person_id": person.id, "kind": kind, "scope": scope, "party_id": party_id, "grid_id": grid_id},
        on=("person_id", "kind", "scope"),
    )
    invitation.used_at, invitation.used_by = now, address
    private_place(session, address, community_id=community_id)
    session.flush()
    return community_id, person.name, invitation.role


def _person_for(session: Session, community_id: int, address: str, name: str) -> Person:
    """Whoever has the address; else the person of that name who has none yet; else somebody new."""
    mine = Person.community_id == community_id
    known = session.scalars(select(Person).where(mine, Person.address == address)).one_or_none()
    if known is not None:
        return known
    named = session.scalars(select(Person).where(mine, Person.name == name)).one_or_none()
    if named is not None and named.address is None:
        named.address = address
        return named
    if named is not None:
        same = session.scalar(select(func.count()).where(mine, Person.name.like(f"{name}%"))) or 0
        name = f"{name}{same + 1}"
    person = Person(community_id=community_id, name=name, address=address)
    session.add(person)
    session.flush()
    return person


def _parse_role(session: Session, community_id: int, role: str) -> tuple[str, str, int | None, int | None]:
    """`liaison:万科物业` into kind, scope and the rows they name; NoSuchRole when one of them is not there."""
    kind, _, scope = role.partition(":")
    party_id = grid_id = None
    if kind in (RoleKind.LIAISON, RoleKind.DEPUTY):
        party_id = session.scalar(select(Party.id).where(Party.community_id == community_id, Party.name == scope))
    elif kind == RoleKind.GRID_WORKER:
        grid_id = session.scalar(select(Grid.id).where(Grid.community_id == community_id, Grid.name == scope))
    known = kind in (RoleKind.COORDINATOR, RoleKind.SECRETARY) and not scope
    if not (known or party_id or grid_id or (kind == RoleKind.MEDIATOR and scope)):
        raise NoSuchRole(role=role)
    return kind, scope, party_id, grid_id


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invited_roles(session: Session, person: Person) -> set[tuple[str, str]]:
    """Roles (kind, scope) that somebody took up by an invitation, so that no community file needs to name them."""
    used = (Invite.community_id == person.community_id, Invite.used_by == person.address)
    if person.address is None:
        return set()
    roles = (role.partition(":") for role in session.scalars(select(Invite.role).where(*used)))
    return {(kind, scope) for kind, _, scope in roles}
