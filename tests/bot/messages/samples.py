"""Tickets, scenes and one or more facts of every kind: the neighbourhood whose messages the tests read."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, get_args

from bot.messages.message import Message
from bot.messages.render import render
from bot.messages.scene import Scene
from tracker import facts
from tracker.errors import Refused
from tracker.facts import Fact
from tracker.states import Action, Phase, Status, Urgency
from tracker.views import AlarmLine, Asked, CommunityView, File, PageLine, Stats, TicketLine, TicketView, Tried

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # Sunday 10:00 in Shanghai
TZ = "Asia/Shanghai"
LANGUAGES = ("zh", "en")
PLACES = ("residents", "private")  # neighbours read along, or not: nothing else changes the words
KINDS: tuple[type[facts.FactBase], ...] = get_args(get_args(Fact)[0])

COMMUNITY = CommunityView(
    id=1,
    name="西渚社区",
    prefix="XZ",
    timezone=TZ,
    language="zh",
    bot_name="社区小助手",
    emergency={"default": "110 / 119 / 120", "电梯": "96333"},
    parties=("万科物业", "业委会", "城管中队", "供水公司", "供电公司"),
    groups=("西渚花苑南区议事群", "物业工作群"),
)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def ticket(status: Status = Status.DISPATCHED, **changes: Any) -> TicketView:
    """A ticket as it stands in this status on an ordinary day."""
    handled = status in (Status.HANDLED, Status.CONFIRMING, Status.CLOSED)
    ended = status in (Status.CLOSED, Status.REJECTED)
    phases = {
        Status.CAPTURED: Phase.ASSIGN,
        Status.DISPATCHED: Phase.ACCEPT,
        Status.IN_PROGRESS: Phase.RESOLVE,
        Status.HANDLED: Phase.CHECK,
        Status.CONFIRMING: Phase.CONFIRM,
    }
    values: dict[str, Any] = {
        "id": 27,
        "number": "XZ27",
        "community": 1,
        "status": status,
        "urgency": Urgency.URGENT,
        "category": "电梯",
        "tag": "报修",
        "tier": "group",
        "place_text": "3号楼2单元",
        "title": "3号楼2单元 电梯停运",
        "masked": "3号楼2单元***电梯停运,老人下不了楼",
        "words": "3号楼2单元501电梯停运,老人下不了楼",
        "grid": "南区",
        "lead": None if status is Status.CAPTURED else "万科物业",
        "taken_by": None if status in (Status.CAPTURED, Status.DISPATCHED) else "李师傅",
        "created_at": NOW - hours(3),
        "accept_by": NOW + hours(8),
        "resolve_by": NOW + hours(127),
        "accepted_at": None if status in (Status.CAPTURED, Status.DISPATCHED) else NOW - hours(2),
        "handled_at": NOW - hours(1) if handled else None,
        "closed_at": NOW if ended else None,
        "phase": phases.get(status),
        "epoch": 3,
        "next_at": NOW + hours(4),
        "score": "satisfied" if status is Status.CLOSED else None,
        "outcome": "rated" if status is Status.CLOSED else None,
        "done_words": "换了门机皮带,试了十次都正常" if handled else None,
        "reason": "不在小区范围内" if status is Status.REJECTED else None,
    }
    return TicketView(**{**values, **changes})


LATE = ticket(
    accept_by=NOW - hours(1.5),
    supporters=3,
    next_at=NOW + hours(4),
    tried=(
        Tried(NOW - hours(2), "物业工作群", 0, "sent"),
        Tried(NOW - hours(1), "李师傅", 1, "dead"),
    ),
)

TICKETS: dict[str, TicketView] = {
    **{status.value: ticket(status) for status in Status},
    "late": LATE,
    "late_work": ticket(Status.IN_PROGRESS, resolve_by=NOW - hours(26), note="皮带已经订了", supporters=1),
    "danger": ticket(
        urgency=Urgency.CRITICAL, emergency="119 / 96333", words="有人被困在电梯里", title="3号楼 电梯困人"
    ),
    "asks_return": ticket(asked=Asked("return", "李师傅", "这是供电公司的设施", party="供电公司")),
    "asks_extension": ticket(Status.IN_PROGRESS, asked=Asked("extension", "李师傅", "等配件", span="2d")),
    "reworked": ticket(Status.IN_PROGRESS, reopened=1),
    "unrated": ticket(Status.CLOSED, score=None, outcome="lapsed", supporters=2),
    "unhappy": ticket(Status.CLOSED, score="unsatisfied"),
    "handled_late": ticket(Status.CONFIRMING, resolve_by=NOW - hours(2)),
    "praise": ticket(Status.CLOSED, praise=True, lead=None, score=None, outcome="recorded", title="夸一夸李师傅"),
    "watched": ticket(Status.IN_PROGRESS, resolve_by=NOW - hours(1), watched_by="陈主任", watched_until=NOW + hours(8)),
    "bare": ticket(Status.CAPTURED, accept_by=None, resolve_by=None, place_text="", next_at=None),
}

LINES = tuple(
    TicketLine(i, f"XZ{i}", status, Urgency.NORMAL, f"{i}号楼 楼道灯不亮", "万科物业", NOW + hours(i * 3), i == 1, i)
    for i, status in enumerate((Status.DISPATCHED, Status.IN_PROGRESS, Status.HANDLED, Status.CONFIRMING), 1)
)

PAGES = tuple(
    PageLine(f"XZ{i}", "物业工作群" if i % 2 else "", why, NOW + hours(i) if i % 3 else None)
    for i, why in enumerate(("quiet", "later", "blocked", "unbound", "gathering", "pace"))
)

STATS = Stats(
    open=9,
    overdue=2,
    closed=31,
    rated=26,
    scores={"satisfied": 22, "fair": 3, "unsatisfied": 1},
    lapsed=3,
    opened=34,
    by_status={"dispatched": 3, "in_progress": 4, "confirming": 2, "closed": 31},
)

REFUSAL_FIELDS: dict[str, Any] = {
    "number": "XZ27",
    "command": "/done",
    "action": "accept",
    "status": "closed",
    "who": "liaison,grid_worker",
    "by": "李师傅",
    "ago": 4800,
    "example": "/done XZ27 换了灯泡",
    "text": "三五天吧",
    "name": "万科",
    "parties": "万科物业、业委会、城管中队",
    "groups": "西渚花苑南区议事群、物业工作群",
    "role": "boss",
    "days": 7,
}

REFUSALS = {cls.code: cls for cls in Refused.__subclasses__()}
HINTS = (
    "bare_tag",
    "test",
    "small_talk",
    "not_a_person",
    "unknown_command",
    "number_only",
    "which_words",
    "edited_late",
    "no_text_voice",
    "private_only",
)
AUDITED = (
    "clocks_late", "letters_late", "claim_lost", "updates_late", "cards_late", "clock_missing", "clock_left",
    "card_missing", "list_lost", "pace_ahead", "card_ahead",
)  # fmt: skip
ALARMS = (
    "parked_update", "calendar_ends", "dead_letter", "unsure_page", "decision_fails", "rules_mended", "clock_wrong",
    "nobody_ran",
    "untagged_unseen", *AUDITED,
)  # fmt: skip

ABOUT_A_TICKET: tuple[Fact, ...] = (
    facts.TicketCard(),
    facts.TaskCard(),
    *(facts.Reminder(phase="accept", n=n, next_at=NOW + hours(1)) for n in (1, 2)),
    facts.Reminder(phase="resolve", n=1),
    facts.Withdrawn(to="供电公司"),
    facts.Reworked(by="reporter", why="灯还是一闪一闪"),
    facts.Reworked(by="check"),
    facts.ReturnDecided(allowed=True, to="供电公司"),
    facts.ReturnDecided(allowed=False),
    facts.ExtensionDecided(allowed=True, until=NOW + hours(48)),
    facts.ExtensionDecided(allowed=False),
    facts.ReporterAdded(words="又响了一晚上"),
    *(facts.Asks(what=what) for what in ("return", "extend", "note", "assign", "finish", "reopen", "redo", "other")),
    facts.Result(),
    facts.MorePhotos(stage="before", skip=1),
    facts.MorePhotos(stage="after", skip=1),
    facts.AfterPhoto(ref="AgAC-photo"),
    facts.Ended(),
    facts.QuestionAsked(words="是哪一部电梯?", by="周网格员"),
    facts.Danger(),
    *(facts.NeedsParty(why=why) for why in ("", "no_category", "no_lead", "returned")),
    facts.CheckWanted(),
    *(
        facts.Overdue(phase=phase, n=2, to=to, next_at=NOW + hours(3))
        for phase in ("assign", "accept", "resolve", "check")
        for to in ("coordinator", "liaison", "deputy", "grid_worker", "secretary")
    ),
    facts.DecisionWanted(asked="return"),
    facts.DecisionWanted(asked="extension"),
    *(
        facts.Unreachable(who="李师傅", why=why)
        for why in ("no_liaison", "never_started", "blocked", "kicked", "not_found", "something new")
    ),
    facts.Unhappy(),
    facts.Progress(),
    *(facts.Acknowledged(action=action) for action in Action),
)

OTHERS: tuple[Fact, ...] = (
    facts.Digest(day=date(2026, 11, 22)),
    facts.Digest(
        day=date(2026, 11, 22),
        overdue=LINES[:1],
        today=LINES[1:3],
        undecided=LINES[3:],
        opened=5,
        closed=4,
        calendar_ends=date(2026, 12, 31),
    ),
    *(facts.Alarm(code=code) for code in (*ALARMS, "something_new")),
    facts.Alarms(
        lines=(
            AlarmLine(NOW - hours(30), "clock_wrong", {"minutes": 7}),
            AlarmLine(NOW - hours(1), "decision_fails", {}, "XZ12"),
            AlarmLine(NOW, "something_new", {}),
        )
    ),
    facts.Alarms(lines=tuple(AlarmLine(NOW, "nobody_ran", {"hours": 30}, "XZ12") for _ in range(12)), more=19),
    *(facts.Unreachable(who="王主任", why=why) for why in ("never_started", "blocked", "not_found")),
    facts.Alarm(code="dead_letter", data={"place": "物业工作群", "why": "bot was kicked"}),
    facts.Alarm(code="calendar_ends", data={"until": "2026-12-31"}),
    facts.Alarm(code="parked_update", data={"update_id": 815}),
    facts.Alarm(code="untagged_unseen", data={"place": "北区议事群"}),
    *(facts.Alarm(code=code, data={"count": 7, "tickets": ["#XZ1", "#XZ12"], "minutes": 6}) for code in AUDITED),
    *(facts.Said(code=code, data=REFUSAL_FIELDS) for code in (*REFUSALS, "something_new")),
    *(facts.Said(code="not_now", data={**REFUSAL_FIELDS, "status": status}) for status in Status),
    *(facts.Hint(code=code, data={"command": "/fly"}) for code in (*HINTS, "something_new")),
    *(
        facts.Bundle(of=of, to=to, lines=LINES)
        for of, to in (
            *(("overdue", to) for to in ("liaison", "deputy", "grid_worker", "coordinator", "secretary")),
            *((of, "") for of in ("reminder", "needs_party", "check_wanted", "unreachable", "something_new")),
        )
    ),
    *(facts.TicketList(what=what, lines=lines) for what in ("mine", "todo", "overdue") for lines in (LINES, ())),
    facts.TicketList(what="overdue", lines=LINES, pages=PAGES),
    facts.StatsTold(stats=STATS, since=date(2026, 11, 1)),
    *(facts.Help(part=part) for part in ("resident", "worker", "coordinator")),
    facts.Privacy(),
    facts.GroupWelcome(),
    facts.GroupWelcome(bound=False, missing=("unbound", "privacy_mode", "not_admin")),
    facts.GroupWelcome(missing=("not_admin",)),
    facts.GroupWelcome(missing=("untagged_unseen",)),
    facts.PersonWelcome(),
    facts.PersonWelcome(name="李师傅", roles=("liaison:万科物业", "coordinator")),
    facts.Bound(group="西渚花苑南区议事群"),
    facts.Invitation(role="liaison:万科物业", name="李师傅", token="aB3_x-9", until=NOW + hours(72)),
)


def scene(language: str = "zh", place_kind: str = "private", **changes: Any) -> Scene:
    values: dict[str, Any] = {
        "language": language,
        "timezone": TZ,
        "now": NOW,
        "bot_username": "xizhu_bot",
        "place_kind": place_kind,
        "community": COMMUNITY,
    }
    return Scene(**{**values, **changes})


def photo(name: str) -> File:
    return File(ref=f"ref-{name}", unique=name)


def _tickets_for(fact: Fact) -> tuple[TicketView, ...]:
    match fact:
        case facts.Acknowledged():
            return (TICKETS["dispatched"],)
        case facts.Overdue():
            return tuple(TICKETS[name] for name in ("captured", "late", "late_work", "watched", "handled", "closed"))
        case _:
            return tuple(TICKETS.values())


TOLD: tuple[tuple[Fact, TicketView | None], ...] = (
    *((fact, each) for fact in ABOUT_A_TICKET for each in _tickets_for(fact)),
    *((fact, None) for fact in OTHERS),
    *((fact, TICKETS["late"]) for fact in OTHERS),
)
"""What may be told: facts with the tickets beside them."""


@cache
def messages(language: str, place_kind: str = "private") -> tuple[tuple[Fact, TicketView | None, Message], ...]:
    """Everything that may be told, as it is said; rendered once for all tests that only read."""
    said = scene(language, place_kind)
    return tuple((fact, each, render(fact, each, said)) for fact, each in TOLD)
