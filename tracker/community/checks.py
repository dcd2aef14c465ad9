"""What one table of a community file may ask of another: names that exist, and things said once."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tracker.calendar import parse_span
from tracker.community import builtin
from tracker.community.complaints import Complaint, Key, shown
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
from tracker.community.values import Tag
from tracker.states import Urgency


@dataclass
class Draft:
    """What could be read so far: rows with their place in the file, and every name that is at least written."""

    community: CommunityTable | None = None
    calendar: CalendarTable | None = None
    limits: LimitsTable | None = None
    ladder: LadderTable | None = None
    grid: Mapping[int, Grid] = field(default_factory=dict)
    group: Mapping[int, Group] = field(default_factory=dict)
    party: Mapping[int, Party] = field(default_factory=dict)
    person: Mapping[int, Person] = field(default_factory=dict)
    category: Mapping[int, CategoryTable] = field(default_factory=dict)
    tag: Mapping[int, TagTable] = field(default_factory=dict)
    names: Mapping[str, list[str]] = field(default_factory=dict)

    def names_of(self, section: str) -> list[str]:
        return list(dict.fromkeys(self.names.get(section, [])))

    @property
    def language(self) -> str:
        return self.community.language if self.community else "zh"


def complaints_between(draft: Draft) -> Iterator[Complaint]:
    for check in CHECKS:
        yield from check(draft)


def _names_once(draft: Draft) -> Iterator[Complaint]:
    for section in ("grid", "group", "party", "person", "category", "tag"):
        rows: Mapping[int, Grid | Group | Party | Person | CategoryTable | TagTable] = getattr(draft, section)
        named = {(section, index, "name"): row.name for index, row in rows.items()}
        if section == "category":
            named = {key: builtin.NAMED.get(name, name) for key, name in named.items()}
        yield from _repeated(named, "name_twice")


def _numbers_once(draft: Draft) -> Iterator[Complaint]:
    chats: dict[Key, object] = {("group", n, "chat_id"): row.chat_id for n, row in draft.group.items() if row.chat_id}
    users: dict[Key, object] = {("person", n, "user_id"): row.user_id for n, row in draft.person.items() if row.user_id}
    yield from _repeated(chats, "number_twice")
    yield from _repeated(users, "number_twice")
    if draft.calendar:
        days: dict[Key, object] = {("calendar", "day", n, "date"): d.date for n, d in enumerate(draft.calendar.day)}
        yield from _repeated(days, "date_twice")


def _repeated(values: Mapping[Key, object] | Mapping[tuple[str, int, str], str], code: str) -> Iterator[Complaint]:
    seen: dict[object, Key] = {}
    for key, value in values.items():
        if value in seen:
            yield Complaint(key, code, {"given": value, "other": shown(seen[value])})
        seen.setdefault(value, key)


def _groups(draft: Draft) -> Iterator[Complaint]:
    for index, group in draft.group.items():
        yield from _known(draft, ("group", index, "grid"), group.grid, "grid")


def _parties(draft: Draft) -> Iterator[Complaint]:
    implied = [group.name for group in implied_groups(draft)]
    for index, party in draft.party.items():
        if party.group not in implied:
            yield from _known(draft, ("party", index, "group"), party.group, "group")


def implied_groups(draft: Draft) -> list[Group]:
    """Work groups that only their party names: so CONTRACT's example writes it, and `/bind` gives them their chat.

    Where a work group is written, or a name is nearly that of another group, it is more likely misspelt.
    """
    if any(group.kind == "work" for group in draft.group.values()):
        return []
    written = draft.names_of("group")
    names = dict.fromkeys(party.group for party in draft.party.values() if party.group and party.group not in written)
    return [Group(name=name, kind="work") for name in names if not difflib.get_close_matches(name, written)]


def _roles(draft: Draft) -> Iterator[Complaint]:
    for index, person in draft.person.items():
        for n, role in enumerate(person.roles):
            yield from _known(draft, ("person", index, "roles", n), role.party, "party")
            yield from _known(draft, ("person", index, "roles", n), role.grid, "grid")


def _categories(draft: Draft) -> Iterator[Complaint]:
    taken: dict[str, str] = {}
    for index, category in draft.category.items():
        yield from _known(draft, ("category", index, "lead"), category.lead, "party")
        for n, party in enumerate(category.assist or ()):
            yield from _known(draft, ("category", index, "assist", n), party, "party")
        for n, keyword in enumerate(category.keywords):
            other = taken.setdefault(keyword, category.name)
            if other != category.name:
                key = ("category", index, "keywords", n)
                yield Complaint(key, "keyword_twice", {"given": keyword, "other": other})


def _tags(draft: Draft) -> Iterator[Complaint]:
    builtin_names = {tag.name for tag in builtin_tags(draft.language)}
    names = builtin_names | set(draft.names_of("tag"))
    taken: dict[str, str] = {}
    for index, tag in draft.tag.items():
        yield from _known(draft, ("tag", index, "category"), tag.category, "category")
        for n, alias in enumerate(tag.aliases):
            other = alias if alias in names else taken.setdefault(alias, tag.name)
            if other != tag.name:
                yield Complaint(("tag", index, "aliases", n), "alias_twice", {"given": alias, "other": other})
    if draft.community:
        spellings = {alias.upper() for tag in draft.tag.values() for alias in tag.aliases}
        spellings |= {each.upper() for each in names}
        if draft.community.prefix in spellings:
            yield Complaint(("community", "prefix"), "prefix_is_tag", {"given": draft.community.prefix})


def _limits(draft: Draft) -> Iterator[Complaint]:
    for urgency in Urgency if draft.limits else ():
        given, usual = getattr(draft.limits, urgency), builtin.LIMITS[urgency]
        accept, resolve = (parse_span(each) for each in (given.accept or usual.accept, given.resolve or usual.resolve))
        if accept.is_working == resolve.is_working and accept.wall > resolve.wall:
            written = "accept" if given.accept else "resolve"
            yield Complaint(("limits", urgency, written), "accept_longer", {"accept": accept, "resolve": resolve})


CHECKS: tuple[Callable[[Draft], Iterator[Complaint]], ...] = (
    _names_once,
    _numbers_once,
    _groups,
    _parties,
    _roles,
    _categories,
    _tags,
    _limits,
)


def builtin_tags(language: str) -> tuple[Tag, ...]:
    return builtin.TAGS + (builtin.ENGLISH_TAGS if language == "en" else ())


def _known(draft: Draft, key: Key, given: str | None, section: str) -> Iterator[Complaint]:
    known = draft.names_of(section)
    if section == "category":
        known = [*known, *(each.name for each in builtin.CATEGORIES)]
        given = builtin.NAMED.get(given or "", given)
    if given is not None and given not in known:
        likely = difflib.get_close_matches(given, known, n=3, cutoff=0.3)
        names = list(dict.fromkeys((*likely, *known)))
        yield Complaint(key, f"no_such_{section}", {"given": given, "known": names})
