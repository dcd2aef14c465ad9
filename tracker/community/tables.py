"""The tables of a community file as CONTRACT writes them; unknown keys are refused."""

import datetime as dt
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tracker.community import builtin, spelling
from tracker.views import Role

Name = Annotated[str, AfterValidator(spelling.name)]
Word = Annotated[str, AfterValidator(spelling.tag)]
ShownSpan = Annotated[str, AfterValidator(spelling.span)]
Names = Annotated[list[Name], AfterValidator(spelling.once)]
GroupKind = Literal["residents", "work", "hall"]
PartyKind = Literal[
    "property", "owners_committee", "community", "street_dept", "police", "utility", "social_org", "volunteer"
]
UrgencyName = Literal["critical", "urgent", "normal", "complex", "inquiry"]
Told = Literal["liaison", "deputy", "grid_worker", "coordinator", "secretary"]
Weekday = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


class Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CommunityTable(Table):
    name: Name
    prefix: Annotated[str, AfterValidator(spelling.prefix)]
    timezone: Annotated[str, AfterValidator(spelling.timezone)] = builtin.TIMEZONE
    language: Literal["zh", "en"] = "zh"
    bot_name: Name | None = None
    emergency: Annotated[dict[Name, Name], AfterValidator(spelling.emergency)] = Field(
        default_factory=lambda: dict(builtin.EMERGENCY)
    )


class DayTable(Table):
    date: Annotated[dt.date, BeforeValidator(spelling.day)]
    work: bool
    note: str = ""


class CalendarTable(Table):
    workdays: Annotated[list[Weekday], AfterValidator(spelling.some), AfterValidator(spelling.once)] | None = None
    hours: Annotated[spelling.Hours, BeforeValidator(spelling.hours)] = builtin.HOURS
    holidays: Literal["CN", "none"] = "CN"
    quiet: Annotated[spelling.Stretch | None, BeforeValidator(spelling.quiet)] = builtin.QUIET
    day: list[DayTable] = Field(default_factory=list)


class Grid(Table):
    name: Name


class Group(Table):
    name: Name
    kind: GroupKind = "residents"
    grid: Name | None = None
    chat_id: Annotated[int, AfterValidator(spelling.chat_id)] | None = None


class Party(Table):
    name: Name
    kind: PartyKind
    group: Name | None = None


class Person(Table):
    name: Name
    user_id: Annotated[int, AfterValidator(spelling.user_id)] | None = None
    roles: Annotated[list[Annotated[Role, BeforeValidator(spelling.role)]], AfterValidator(spelling.once)] = Field(
        default_factory=list
    )


class CategoryTable(Table):
    name: Name
    keywords: list[Name] = Field(default_factory=list)
    lead: Name | None = None
    assist: Names | None = None
    urgency: UrgencyName | None = None
    check: bool | None = None


class TagTable(Table):
    name: Word
    aliases: list[Word] = Field(default_factory=list)
    category: Name | None = None


class LimitTable(Table):
    accept: ShownSpan | None = None
    resolve: ShownSpan | None = None


class LimitsTable(Table):
    critical: LimitTable = LimitTable()
    urgent: LimitTable = LimitTable()
    normal: LimitTable = LimitTable()
    complex: LimitTable = LimitTable()
    inquiry: LimitTable = LimitTable()


class Repeat(Table):
    every: ShownSpan
    times: Annotated[int, AfterValidator(spelling.times)]


class Rung(Table):
    at: Annotated[str, AfterValidator(spelling.at)]
    tell: Annotated[list[Told], AfterValidator(spelling.some), AfterValidator(spelling.once)]
    repeat: Repeat | None = None


def _rising(rungs: list[Rung]) -> list[Rung]:
    for lower, higher in pairwise(rungs):
        if not spelling.height(lower.at) < spelling.height(higher.at):
            raise spelling.wrong("rungs_order", first=lower.at, second=higher.at)
    return rungs


Rungs = Annotated[list[Rung], AfterValidator(spelling.some), AfterValidator(_rising)]


class LadderTable(Table):
    accept: Rungs | None = None
    resolve: Rungs | None = None
    confirm_silence: ShownSpan = builtin.CONFIRM_SILENCE
    reopen_within: ShownSpan = builtin.REOPEN_WITHIN
