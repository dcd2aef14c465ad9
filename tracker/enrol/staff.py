"""People and their roles, as the file has them; who joined by an invitation stays."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.enrol.changes import note, set_values
from tracker.enrol.rows import Enrolment
from tracker.inviting import invited_roles
from tracker.models import Community, Person, Role
from tracker.people import private_place


def staff(
    session: Session, community: Community, wanted: Enrolment, grids: dict[str, int], parties: dict[str, int],
    changes: list[str],
) -> None:  # fmt: skip
    known = {row.name: row for row in session.scalars(select(Person).where(Person.community_id == community.id))}
    by_address = {row.address: row for row in known.values() if row.address is not None}
    for person in wanted.people:
        row = known.get(person.name) or by_address.get(person.address or "")
        if row is not None and row.name != person.name:  # the same person under another name
            known[person.name] = known.pop(row.name)
            row.name = person.name
            note(changes, "person", person.name, ["name"])
        if row is None:
            row = Person(community_id=community.id, name=person.name, address=person.address)
            session.add(row)
            note(changes, "person", person.name, None)
        elif person.address is not None:
            note(changes, "person", person.name, set_values(row, {"address": person.address}))
        session.flush()
        if row.address is not None:
            private_place(session, row.address, community_id=community.id)
        _roles(session, row, person.roles, grids, parties, changes)
    for name in known.keys() - {person.name for person in wanted.people}:
        _leave(session, known[name], changes)


def _roles(
    session: Session, person: Person, roles: Iterable[str], grids: dict[str, int], parties: dict[str, int],
    changes: list[str],
) -> None:  # fmt: skip
    had = {(row.kind, row.scope): row for row in session.scalars(select(Role).where(Role.person_id == person.id))}
    want = {(kind, scope) for kind, _, scope in (role.partition(":") for role in roles)}
    for kind, scope in sorted(want - had.keys()):
        in_grid = grids.get(scope) if kind == "grid_worker" else None
        of_party = parties.get(scope) if kind in ("liaison", "deputy") else None
        session.add(Role(person_id=person.id, kind=kind, scope=scope, party_id=of_party, grid_id=in_grid))
        changes.append(f"+ role {person.name}: {':'.join(filter(None, (kind, scope)))}")
    for key in sorted(had.keys() - want - invited_roles(session, person)):
        session.delete(had[key])
        changes.append(f"- role {person.name}: {':'.join(filter(None, key))}")
    session.flush()


def _leave(session: Session, person: Person, changes: list[str]) -> None:
    """The file names him no more. Whoever joined by an invitation was never in it, and stays."""
    if invited_roles(session, person):
        return
    session.execute(delete(Role).where(Role.person_id == person.id))
    session.delete(person)
    changes.append(f"- person {person.name}")
