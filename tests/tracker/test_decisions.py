"""What follows when a clock is due: a table for whoever wants to change a ladder's end."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from tests.tracker.test_ladders import RULES, WEEK
from tracker.decisions import Standing, decide
from tracker.states import Phase, Urgency

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
DISPATCHED = MONDAY - timedelta(days=3, hours=1)
ACCEPTING = Standing(
    ticket_id=1,
    phase=Phase.ACCEPT,
    epoch=2,
    rung=0,
    n=0,
    anchor_at=DISPATCHED,
    limit_at=MONDAY,
    due_at=MONDAY,
    urgency=Urgency.NORMAL,
    resolve_by=MONDAY + timedelta(days=4),
)
LAST_RESOLVE = len(RULES.rungs(Phase.RESOLVE, Urgency.NORMAL))


def test_a_rung_is_told_and_the_next_one_waits() -> None:
    plan = decide(ACCEPTING, RULES, WEEK, MONDAY)
    assert plan.rung is not None
    assert plan.rung.tell == ("liaison",)
    assert (plan.told, plan.next_rung, plan.next_n) == ((0, 0), 1, 0)
    assert plan.phase == Phase.ACCEPT
    assert plan.due_at > MONDAY


def test_after_an_outage_the_coordinators_hear_at_once_what_they_should_have_heard() -> None:
    coordinators = decide(ACCEPTING, RULES, WEEK, MONDAY).due_at  # when the next rung tells them
    now = coordinators + timedelta(seconds=30)
    late = decide(ACCEPTING, RULES, WEEK, now)
    assert late.rung is not None
    assert "coordinator" in late.rung.tell
    on_time = decide(replace(ACCEPTING, due_at=now - timedelta(seconds=40)), RULES, WEEK, now)
    assert on_time.rung is not None
    assert on_time.rung.tell == ("liaison",)
    assert on_time.next_rung == 1
    assert now < on_time.due_at < late.due_at + timedelta(days=1)


def test_nobody_reached_hands_over_at_once() -> None:
    plan = decide(ACCEPTING, RULES, WEEK, MONDAY)
    assert plan.at_once(MONDAY).due_at == MONDAY


def test_after_the_last_rung_of_accepting_the_resolve_ladder_goes_on() -> None:
    plan = decide(replace(ACCEPTING, rung=1), RULES, WEEK, MONDAY)
    assert plan.rung is not None
    assert plan.phase == Phase.RESOLVE
    assert plan.limit_at == ACCEPTING.resolve_by
    assert MONDAY < plan.due_at <= MONDAY + timedelta(days=4)
    assert plan.at_once(MONDAY) == plan  # its own times, whoever was reached


def test_past_the_top_there_is_a_digest_every_working_day() -> None:
    over = replace(ACCEPTING, phase=Phase.RESOLVE, rung=LAST_RESOLVE, limit_at=MONDAY - timedelta(days=9))
    plan = decide(over, RULES, WEEK, MONDAY)
    assert plan.rung is None
    assert plan.due_at.astimezone(WEEK.zone).time() == time(8, 30)
    assert plan.due_at - MONDAY < timedelta(days=1)
    assert (plan.next_rung, plan.next_n) == (LAST_RESOLVE, 1)
