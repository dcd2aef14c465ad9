"""When each rung comes, and what follows it: a table for whoever wants to change a ladder."""

from datetime import UTC, datetime, time, timedelta

import pytest

from tracker.calendar import Calendar
from tracker.ladders import Next, Rules, Times, after, first
from tracker.states import Phase, Urgency

WEEK = Calendar(
    timezone="Asia/Shanghai",
    workdays=frozenset(range(5)),
    hours=((time(8, 30), time(12)), (time(13, 30), time(17, 30))),
    holidays="none",
)
RULES = Rules(
    {
        "limits": {
            "normal": {"accept": "4wh", "resolve": "5wd"},
            "critical": {"accept": "10m", "resolve": "2h"},
        },
        "accept": [
            {"at": "100%", "tell": ["liaison"]},
            {"at": "150%", "tell": ["liaison", "coordinator"]},
        ],
        "resolve": [
            {"at": "80%", "tell": ["liaison"]},
            {"at": "100%", "tell": ["liaison", "coordinator"]},
            {"at": "+1wd", "tell": ["coordinator", "secretary"], "repeat": {"every": "1wd", "times": 3}},
        ],
        "confirm_silence": "72h",
        "reopen_within": "7d",
    }
)


def local(text: str) -> datetime:
    """A Shanghai moment in the week of Monday, 23 November 2026."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


MONDAY_NINE = local("2026-11-23T09:00")


def times(phase: Phase, urgency: Urgency = Urgency.NORMAL) -> Times:
    span = RULES.limit(phase, urgency)
    return Times(MONDAY_NINE, WEEK.add(MONDAY_NINE, span), span, WEEK)


@pytest.mark.parametrize(
    ("phase", "urgency", "expected"),
    [
        (Phase.ACCEPT, Urgency.NORMAL, ["2026-11-23T14:30", "2026-11-23T16:30"]),
        (Phase.ACCEPT, Urgency.CRITICAL, ["2026-11-23T09:10", "2026-11-23T09:15"]),
        (Phase.RESOLVE, Urgency.NORMAL, ["2026-11-27T09:00", "2026-11-30T09:00", "2026-12-01T09:00"]),
        (Phase.CONFIRM, Urgency.NORMAL, ["2026-11-26T09:00"]),
    ],
)
def test_rungs_stand_at_their_share_of_the_limit(phase: Phase, urgency: Urgency, expected: list[str]) -> None:
    frame = times(phase, urgency)
    assert [frame.of(rung) for rung in RULES.rungs(phase, urgency)] == [local(text) for text in expected]


def test_an_approved_extension_moves_the_end_and_what_comes_after_it() -> None:
    frame = times(Phase.RESOLVE)
    later = Times(frame.anchor, local("2026-12-02T09:00"), frame.span, WEEK)
    assert later.of(RULES.rungs(Phase.RESOLVE, Urgency.NORMAL)[1]) == local("2026-12-02T09:00")
    assert later.of(RULES.rungs(Phase.RESOLVE, Urgency.NORMAL)[2]) == local("2026-12-03T09:00")


def test_whoever_accepts_late_is_not_reminded_of_what_has_passed() -> None:
    rungs, frame = RULES.rungs(Phase.RESOLVE, Urgency.NORMAL), times(Phase.RESOLVE)
    assert first(rungs, frame, local("2026-11-28T10:00")) == Next(1, 0, local("2026-11-30T09:00"))
    assert first(rungs, frame, local("2026-12-09T10:00")) == Next(2, 0, local("2026-12-10T10:00"))


def test_repeats_are_counted_and_the_ladder_has_a_top() -> None:
    rungs, frame, now = RULES.rungs(Phase.RESOLVE, Urgency.NORMAL), times(Phase.RESOLVE), local("2026-12-01T09:00")
    told = 0
    step: Next | None = Next(2, 0, now)
    while step is not None:
        told += 1
        step = after(rungs, frame, step.rung, step.n, step.due)
    assert told == 4  # once, and three times more


def test_after_a_day_down_one_page_is_sent_and_the_next_keeps_its_distance() -> None:
    rungs, frame = RULES.rungs(Phase.ACCEPT, Urgency.NORMAL), times(Phase.ACCEPT)
    back = local("2026-11-24T09:00")
    step = after(rungs, frame, 0, 0, back)
    assert step is not None
    assert step.rung == 1
    assert step.due - back == timedelta(hours=2)  # as far as the second rung lies behind the first
