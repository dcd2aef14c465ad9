"""All that a community file says, in the register's words."""

from dataclasses import dataclass, field
from typing import Any

from tracker.community import CommunityFile
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
