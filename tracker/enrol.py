"""A community file into the register: what it adds, changes and no longer names, a line each; twice is once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker import people
from tracker.community import CommunityFile
from tracker.db import Base
from tracker.models import Category, Community, Grid, Ladder, Party, Person, Place, Role, Tag
from tracker.views import Role as RoleView


@dataclass(frozen=True)
class GroupRow:
    name: str
    kind: str
    grid: str | None
    address: str | None


@dataclass(frozen=True)
class PartyRow:
    name: str
    kind: str
    group: str | None


@dataclass(frozen=True)
class PersonRow:
    name: str
    address: str | None
    roles: tuple[str, ...]


@dataclass(frozen=True)
class CategoryRow:
    name: str
    keywords: tuple[str, ...]
    urgency: str | None
    lead: str | None
    assist: tuple[str, ...]
    check: bool


@dataclass(frozen=True)
class TagRow:
    name: str
    aliases: tuple[str, ...]
    category: str | None


@dataclass(frozen=True)
class Enrolment:
    """All that a community file says, in the register's words."""

    name: str
    prefix: str
    timezone: str
    language: str
    bot_name: str
    emergency: dict[str, str]
    calendar: dict[str, Any]
    ladder: dict[str, Any]
    grids: tuple[str, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    parties: tuple[PartyRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    categories: tuple[CategoryRow, ...] = ()
    tags: tuple[TagRow, ...] = field(default=())


def from_file(file: CommunityFile) -> Enrolment:
    """What the file says, in the register's words. An address names the platform, since one day there may be two."""
    told = file.community
    urgencies = {row.name: row.urgency for row in file.written_categories}
    return Enrolment(
        name=told.name,
        prefix=told.prefix,
        timezone=told.timezone,
        language=told.language,
        bot_name=file.bot_name,
        emergency=dict(told.emergency),
        calendar=file.calendar_rules(),
        ladder=file.rules(),
        grids=tuple(grid.name for grid in file.grids),
        groups=tuple(GroupRow(g.name, g.kind, g.grid, _address(g.chat_id)) for g in file.groups),
        parties=tuple(PartyRow(p.name, p.kind, p.group) for p in file.parties),
        people=tuple(PersonRow(p.name, _address(p.user_id), tuple(map(_written, p.roles))) for p in file.people),
        categories=tuple(
            # Only an urgency that somebody wrote down is the community's; else the reader judges by the words.
            CategoryRow(c.name, c.keywords, urgencies.get(c.name), c.lead, c.assist, c.check)
            for c in file.categories()
        ),
        tags=tuple(TagRow(t.name, t.aliases, t.category) for t in file.tags()),
    )


def _address(number: int | None) -> str | None:
    return None if number is None else f"telegram:{number}"


def _written(role: RoleView) -> str:
    return ":".join(filter(None, (role.kind, role.party or role.grid or role.point)))


def enrol(session: Session, wanted: Enrolment) -> list[str]:
    """Bring the register in line. Chats and people that were bound or invited since keep their addresses and roles."""
    changes: list[str] = []
    community = _community(session, wanted, changes)
    _ladder(session, community, wanted, changes)
    grids = _grids(session, community, wanted, changes)
    places = _groups(session, community, wanted, grids, changes)
    parties = _parties(session, community, wanted, places, changes)
    _people(session, community, wanted, grids, parties, changes)
    _categories(session, community, wanted, parties, changes)
    _tags(session, community, wanted, changes)
    if changes:
        community.revision += 1
    session.flush()
    return changes


def _set(row: Base, values: dict[str, Any]) -> list[str]:
    """Assign what differs; the names of what did."""
    changed = [key for key, value in values.items() if getattr(row, key) != value]
    for key in changed:
        setattr(row, key, values[key])
    return changed


def _note(changes: list[str], what: str, name: str, changed: Sequence[str] | None) -> None:
    if changed is None:
        changes.append(f"+ {what} {name}")
    elif changed:
        changes.append(f"~ {what} {name}: {', '.join(changed)}")


def _community(session: Session, wanted: Enrolment, changes: list[str]) -> Community:
    values = {key: getattr(wanted, key) for key in ("timezone", "language", "bot_name", "emergency", "calendar")}
    row = session.scalars(select(Community).where(Community.name == wanted.name)).one_or_none()
    if row is None:
        row = Community(name=wanted.name, prefix=wanted.prefix, **values)
        session.add(row)
        session.flush()
        _note(changes, "community", row.name, None)
    else:
        _note(changes, "community", row.name, _set(row, {"prefix": wanted.prefix, **values}))
    return row


def _ladder(session: Session, community: Community, wanted: Enrolment, changes: list[str]) -> None:
    """A new revision beside the old one: running tickets keep theirs."""
    digest = sha256(dumps(wanted.ladder, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    mine = (Ladder.community_id == community.id, Ladder.digest == digest)
    row = session.scalars(select(Ladder).where(*mine)).one_or_none()
    if row is None:
        row = Ladder(community_id=community.id, digest=digest, spec=wanted.ladder)
        session.add(row)
        session.flush()
    if community.ladder_id != row.id:
        changes.append("+ ladder" if community.ladder_id is None else "~ ladder: for new tickets only")
        community.ladder_id = row.id


def _grids(session: Session, community: Community, wanted: Enrolment, changes: list[str]) -> dict[str, int]:
    known = {row.name: row.id for row in session.scalars(select(Grid).where(Grid.community_id == community.id))}
    for name in wanted.grids:
        if name not in known:
            row = Grid(community_id=community.id, name=name)
            session.add(row)
            session.flush()
            known[name] = row.id
            _note(changes, "grid", name, None)
    return known


def _groups(
    session: Session, community: Community, wanted: Enrolment, grids: dict[str, int], changes: list[str]
) -> dict[str, int]:
    mine = select(Place).where(Place.community_id == community.id, Place.name.is_not(None))
    known = {row.name: row for row in session.scalars(mine)}
    for group in wanted.groups:
        values: dict[str, Any] = {"kind": group.kind, "grid_id": grids.get(group.grid or "")}
        row = known.get(group.name)
        if row is None:
            row = Place(community_id=community.id, name=group.name, **values)
            session.add(row)
            known[group.name] = row
            _note(changes, "group", group.name, None)
        else:
            _note(changes, "group", group.name, _set(row, values))
        session.flush()
        if group.address is not None and row.address != group.address:
            _move_in(session, row, group.address, changes)
    return {name: row.id for name, row in known.items() if name is not None}


def _move_in(session: Session, place: Place, address: str, changes: list[str]) -> None:
    """The chat's number is known now; a row from before anybody named the chat makes way."""
    met = people.place_at(session, address)
    if met is not None:
        people.absorb(session, met, place)
    place.address = address
    session.flush()
    changes.append(f"~ group {place.name}: chat")


def _parties(
    session: Session, community: Community, wanted: Enrolment, places: dict[str, int], changes: list[str]
) -> dict[str, int]:
    known = {row.name: row for row in session.scalars(select(Party).where(Party.community_id == community.id))}
    for party in wanted.parties:
        values: dict[str, Any] = {"kind": party.kind, "place_id": places.get(party.group or "")}
        row = known.get(party.name)
        if row is None:
            row = Party(community_id=community.id, name=party.name, **values)
            session.add(row)
            known[party.name] = row
            _note(changes, "party", party.name, None)
        else:
            _note(changes, "party", party.name, _set(row, values))
        session.flush()
    return {name: row.id for name, row in known.items()}


def _people(
    session: Session, community: Community, wanted: Enrolment, grids: dict[str, int], parties: dict[str, int],
    changes: list[str],
) -> None:  # fmt: skip
    known = {row.name: row for row in session.scalars(select(Person).where(Person.community_id == community.id))}
    for person in wanted.people:
        row = known.get(person.name)
        if row is None:
            row = Person(community_id=community.id, name=person.name, address=person.address)
            session.add(row)
            _note(changes, "person", person.name, None)
        elif person.address is not None:
            _note(changes, "person", person.name, _set(row, {"address": person.address}))
        session.flush()
        if row.address is not None:
            people.private_place(session, row.address, community_id=community.id)
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
    for key in sorted(had.keys() - want):
        session.delete(had[key])
        changes.append(f"- role {person.name}: {':'.join(filter(None, key))}")
    session.flush()


def _leave(session: Session, person: Person, changes: list[str]) -> None:
    """The file names him no more. Whoever joined by an invitation was never in it, and stays."""
    if people.was_invited(session, person):
        return
    session.execute(delete(Role).where(Role.person_id == person.id))
    session.delete(person)
    changes.append(f"- person {person.name}")


def _categories(
    session: Session, community: Community, wanted: Enrolment, parties: dict[str, int], changes: list[str]
) -> None:
    known = {row.name: row for row in session.scalars(select(Category).where(Category.community_id == community.id))}
    for position, category in enumerate(wanted.categories):
        values: dict[str, Any] = {
            "keywords": list(category.keywords),
            "urgency": category.urgency,
            "lead_id": parties.get(category.lead or ""),
            "assist": list(category.assist),
            "check": category.check,
            "position": position,
        }
        row = known.pop(category.name, None)
        if row is None:
            session.add(Category(community_id=community.id, name=category.name, **values))
            _note(changes, "category", category.name, None)
        else:
            _note(changes, "category", category.name, _set(row, values))
    for row in known.values():
        session.delete(row)
        changes.append(f"- category {row.name}")


def _tags(session: Session, community: Community, wanted: Enrolment, changes: list[str]) -> None:
    known = {row.name: row for row in session.scalars(select(Tag).where(Tag.community_id == community.id))}
    for tag in wanted.tags:
        values: dict[str, Any] = {"aliases": list(tag.aliases), "category": tag.category}
        row = known.pop(tag.name, None)
        if row is None:
            session.add(Tag(community_id=community.id, name=tag.name, **values))
            _note(changes, "tag", tag.name, None)
        else:
            _note(changes, "tag", tag.name, _set(row, values))
    for row in known.values():
        session.delete(row)
        changes.append(f"- tag {row.name}")
