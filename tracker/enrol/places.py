"""Grids, chats and parties of a community, as its file has them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import people
from tracker.enrol.changes import note, set_values
from tracker.enrol.rows import Enrolment
from tracker.models import Community, Grid, Party, Place


def grids(session: Session, community: Community, wanted: Enrolment, changes: list[str]) -> dict[str, int]:
    known = {row.name: row.id for row in session.scalars(select(Grid).where(Grid.community_id == community.id))}
    for name in wanted.grids:
        if name not in known:
            row = Grid(community_id=community.id, name=name)
            session.add(row)
            session.flush()
            known[name] = row.id
            note(changes, "grid", name, None)
    return known


def groups(
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
            note(changes, "group", group.name, None)
        else:
            note(changes, "group", group.name, set_values(row, values))
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


def parties(
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
            note(changes, "party", party.name, None)
        else:
            note(changes, "party", party.name, set_values(row, values))
        session.flush()
    return {name: row.id for name, row in known.items()}
