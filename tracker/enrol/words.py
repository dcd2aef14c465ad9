"""Categories and tags, as the file and the built-in ones have them together."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.enrol.changes import note, set_values
from tracker.enrol.rows import Enrolment
from tracker.models import Category, Community, Tag


def categories(
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
            note(changes, "category", category.name, None)
        else:
            note(changes, "category", category.name, set_values(row, values))
    for row in known.values():
        session.delete(row)
        changes.append(f"- category {row.name}")


def tags(session: Session, community: Community, wanted: Enrolment, changes: list[str]) -> None:
    known = {row.name: row for row in session.scalars(select(Tag).where(Tag.community_id == community.id))}
    for tag in wanted.tags:
        values: dict[str, Any] = {"aliases": list(tag.aliases), "category": tag.category}
        row = known.pop(tag.name, None)
        if row is None:
            session.add(Tag(community_id=community.id, name=tag.name, **values))
            note(changes, "tag", tag.name, None)
        else:
            note(changes, "tag", tag.name, set_values(row, values))
    for row in known.values():
        session.delete(row)
        changes.append(f"- tag {row.name}")
