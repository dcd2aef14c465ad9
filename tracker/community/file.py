"""A community file as a whole: read, checked, and completed with what comes built in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.calendar import Calendar
from tracker.community import builtin
from tracker.community.checks import Draft, builtin_tags, implied_groups
from tracker.community.complaints import CommunityMistakes, Complaint, told
from tracker.community.lines import line_of, lines_of
from tracker.community.reading import draft_of, raw_of, text_of
from tracker.community.tables import (
    CalendarTable,
    CategoryTable,
    CommunityTable,
    Grid,
    Group,
    LadderTable,
    LimitsTable,
    Party,
    Person,
    TagTable,
)
from tracker.community.values import Category, Limit, Tag
from tracker.states import RoleKind, Urgency

_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class CommunityFile:
    """A community as its file describes it. Attributes are as written; methods fill in what it leaves out."""

    community: CommunityTable
    grids: tuple[Grid, ...]
    groups: tuple[Group, ...]
    parties: tuple[Party, ...]
    people: tuple[Person, ...]
    warnings: tuple[str, ...]  # usable, but somebody should know: a line each, in the file's language
    written_categories: tuple[CategoryTable, ...]
    written_tags: tuple[TagTable, ...]
    written_calendar: CalendarTable
    written_limits: LimitsTable
    written_ladder: LadderTable

    @property
    def bot_name(self) -> str:
        return self.community.bot_name or builtin.BOT_NAME[self.community.language]

    def categories(self) -> tuple[Category, ...]:
        """The eleven built-in ones with what the file changes about them, then the file's own."""
        written = {builtin.NAMED.get(row.name, row.name): row for row in self.written_categories}
        ours = {each.name: self._built_in(each) for each in builtin.CATEGORIES}
        own = {name: Category(name) for name in written if name not in ours}
        return tuple(_changed(category, written.get(name)) for name, category in (ours | own).items())

    def _built_in(self, each: builtin.BuiltIn) -> Category:
        return Category(each.name, key=each.key, lead=self._only_party_of(each.leads), urgency=each.urgency)

    def _only_party_of(self, kinds: tuple[str, ...]) -> str | None:
        """The party of the first kind that is there; of two firms nobody can tell which is meant."""
        for kind in kinds:
            if named := [party.name for party in self.parties if party.kind == kind]:
                return named[0] if len(named) == 1 else None
        return None

    def tags(self) -> tuple[Tag, ...]:
        """The built-in tags with the file's spellings, then its own. What the file claims, a built-in tag gives up."""
        written = {row.name: row for row in self.written_tags}
        claimed = {alias for row in self.written_tags for alias in row.aliases}
        ours = {
            tag.name: Tag(tag.name, tuple(a for a in tag.aliases if a not in claimed | set(written)), tag.category)
            for tag in builtin_tags(self.community.language)
        }
        own = {name: Tag(name) for name in written if name not in ours}
        return tuple(_spelt(tag, written.get(name)) for name, tag in (ours | own).items())

    def limits(self) -> dict[Urgency, Limit]:
        """The limits of each urgency, as spans."""
        given = {urgency: getattr(self.written_limits, urgency) for urgency in Urgency}
        return {
            urgency: Limit(given[urgency].accept or usual.accept, given[urgency].resolve or usual.resolve)
            for urgency, usual in builtin.LIMITS.items()
        }

    def ladder(self) -> dict[str, Any]:
        """Rungs and waiting times as `tracker.ladders.Rules` reads them.

        A ladder to `resolve` that the file leaves out is quicker for critical and urgent tickets, whose limits run
        on the wall: `resolve_critical`, `resolve_urgent` (docs/rules.md). One that it gives holds for all.
        """
        accept, resolve = self.written_ladder.accept, self.written_ladder.resolve
        hurried = {f"resolve_{urgency}": builtin.resolve(after) for urgency, after in builtin.IN_A_HURRY.items()}
        return {
            "accept": _plain(accept) if accept else builtin.ACCEPT,
            "resolve": _plain(resolve) if resolve else builtin.resolve(builtin.RESOLVE_AFTER),
            **({} if resolve else hurried),
            "confirm_silence": self.written_ladder.confirm_silence,
            "reopen_within": self.written_ladder.reopen_within,
        }

    def rules(self) -> dict[str, Any]:
        """One revision of limits and ladder, plain enough for JSON (tracker/models: ladder.spec)."""
        limits = {str(urgency): {"accept": at.accept, "resolve": at.resolve} for urgency, at in self.limits().items()}
        return {"limits": limits, **self.ladder()}

    def calendar(self) -> Calendar:
        written = self.written_calendar
        return Calendar(
            timezone=self.community.timezone,
            workdays=frozenset(map(_WEEK.index, written.workdays)) if written.workdays else builtin.WORKDAYS,
            hours=written.hours,
            holidays=written.holidays,
            quiet=written.quiet,
            days={day.date: day.work for day in written.day},
        )

    def calendar_rules(self) -> dict[str, Any]:
        """The calendar, plain enough for JSON (tracker/models: community.calendar)."""
        calendar = self.calendar()
        return {
            "workdays": sorted(calendar.workdays),
            "hours": [[f"{begins:%H:%M}", f"{ends:%H:%M}"] for begins, ends in calendar.hours],
            "holidays": calendar.holidays,
            "quiet": [f"{moment:%H:%M}" for moment in calendar.quiet] if calendar.quiet else None,
            "days": {day.isoformat(): work for day, work in calendar.days.items()},
        }


def load(path: Path) -> CommunityFile:
    """Read a community file. CommunityMistakes, with every mistake there is, where it cannot be used."""
    text = text_of(path)
    if isinstance(text, Complaint):
        raise CommunityMistakes([told(text, "zh", path.name, None)])
    return read(text, path.name)


def read(text: str, name: str) -> CommunityFile:
    """The same from the text of a file called `name`."""
    raw = raw_of(text)
    if isinstance(raw, Complaint):
        raise CommunityMistakes([told(raw, "en" if '"en"' in text else "zh", name, None)])
    language = _language(raw)
    draft, complaints = draft_of(raw)
    lines = lines_of(text)
    if complaints or draft.community is None:
        complaints.sort(key=lambda each: line_of(each.key, lines) or 0)
        raise CommunityMistakes(told(each, language, name, line_of(each.key, lines)) for each in complaints)
    return _file(
        draft.community, draft, [told(each, language, name, line_of(each.key, lines)) for each in _doubts(draft)]
    )


def _language(raw: Mapping[str, Any]) -> str:
    community = raw.get("community")
    return "en" if isinstance(community, dict) and community.get("language") == "en" else "zh"


def _file(community: CommunityTable, draft: Draft, warnings: list[str]) -> CommunityFile:
    return CommunityFile(
        community=community,
        grids=tuple(draft.grid.values()),
        groups=(*draft.group.values(), *implied_groups(draft)),
        parties=tuple(draft.party.values()),
        people=tuple(draft.person.values()),
        warnings=tuple(warnings),
        written_categories=tuple(draft.category.values()),
        written_tags=tuple(draft.tag.values()),
        written_calendar=draft.calendar or CalendarTable(),
        written_limits=draft.limits or LimitsTable(),
        written_ladder=draft.ladder or LadderTable(),
    )


def _doubts(draft: Draft) -> Iterator[Complaint]:
    """What makes a usable file fall short of the promises: somebody is never told."""
    roles = [role for person in draft.person.values() for role in person.roles]
    if not any(role.kind == RoleKind.COORDINATOR for role in roles):
        yield Complaint(("person",), "no_coordinator")
    kinds = {group.name: group.kind for group in draft.group.values()}
    implied = {group.name for group in implied_groups(draft)}
    for index, party in draft.party.items():
        if party.group in implied:
            yield Complaint(("party", index, "group"), "implied_group", {"given": party.group})
        if kinds.get(party.group or "", "work") != "work":
            yield Complaint(("party", index, "group"), "not_a_work_group", {"given": party.group})
        if party.group is None and not any(r.kind == RoleKind.LIAISON and r.party == party.name for r in roles):
            yield Complaint(("party", index), "nobody_to_tell", {"given": party.name})
    for index, person in draft.person.items():
        if not person.roles:
            yield Complaint(("person", index), "no_role", {"given": person.name})


def _changed(category: Category, row: CategoryTable | None) -> Category:
    if row is None:
        return category
    return Category(
        category.name,
        key=category.key,
        keywords=tuple(dict.fromkeys(row.keywords)),
        lead=row.lead or category.lead,
        assist=tuple(row.assist or ()),
        urgency=Urgency(row.urgency) if row.urgency else category.urgency,
        check=bool(row.check),
    )


def _spelt(tag: Tag, row: TagTable | None) -> Tag:
    if row is None:
        return tag
    category = builtin.NAMED.get(row.category or "", row.category)
    return Tag(tag.name, tuple(dict.fromkeys((*row.aliases, *tag.aliases))), category or tag.category)


def _plain(rungs: Any) -> list[dict[str, Any]]:
    return [rung.model_dump(mode="json", exclude_none=True) for rung in rungs]
