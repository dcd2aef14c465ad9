"""Whoever watches the bot can ask it how it is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from board import Signs, make_app
from board.health import ready
from bot.tally import Tally
from tests.bot.delivery.street import MONDAY
from tracker.desk import Health, Waiting
from tracker.views import Finding

LOOPS = {"work": 0.5, "beat": 0.5, "speak": 0.5, "cards": 0.5, "audit": 4.0, "engine": 4.0}
WELL = Health(database=True, engine_term=1, engine_left=14.0)
AT_WORK = Signs(MONDAY, polled=3.0, audited=31.0, loops=LOOPS, counts={"updates_handled": 7})
STANDING_BY = Signs(MONDAY, leads=False, loops={"work": 0.5, "engine": 1.0})


def asking(health: Health, signs: Signs) -> TestClient:
    return TestClient(make_app(lambda: health, lambda: signs))


def ago(**how_long: float) -> Health:
    """Everything has waited for so long."""
    since = MONDAY - timedelta(**how_long)
    return replace(WELL, oldest_update=since, overdue_clock=since)


def wrong(health: Health, signs: Signs) -> list[str]:
    return [name for name, fine in ready(health, signs).items() if not fine]


def test_all_is_well() -> None:
    answer = asking(WELL, AT_WORK).get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    named = {"database", "updates", "engine", "clock_right", "telegram", "deadlines", "letters", "audit"}
    assert set(answer.json()["checks"]) == named | set(LOOPS)


@pytest.mark.parametrize(
    ("health", "signs", "names"),
    [
        (Health(database=False), AT_WORK, ["database"]),
        (WELL, replace(AT_WORK, polled=90.0), ["telegram"]),
        (WELL, replace(AT_WORK, polled=None), ["telegram"]),
        (WELL, replace(AT_WORK, polled=None, webhook=False), ["telegram"]),
        (WELL, replace(AT_WORK, loops={**LOOPS, "beat": 25.0}), ["beat"]),
        (WELL, replace(AT_WORK, loops={**LOOPS, "work": None}), ["work"]),
        (WELL, replace(AT_WORK, clock_right=False), ["clock_right"]),
        (WELL, replace(AT_WORK, audited=180.0), ["audit"]),
        (WELL, replace(AT_WORK, loops={**LOOPS, "audit": 25.0}), ["audit"]),
        (WELL, replace(AT_WORK, audited=None), ["audit"]),
        (WELL, replace(AT_WORK, findings=(Finding("clocks_late", 1),)), ["audit"]),
        (ago(seconds=60), AT_WORK, ["updates", "deadlines"]),
        (replace(WELL, late_letter=MONDAY - timedelta(minutes=5)), AT_WORK, ["letters"]),
        (replace(WELL, engine_left=-30.0), STANDING_BY, ["engine"]),
        (replace(WELL, engine_left=None), STANDING_BY, ["engine"]),
        (ago(seconds=60), STANDING_BY, ["updates"]),  # what is due is another machine's; what comes in is everybody's
    ],
)
def test_what_is_wrong_is_named(health: Health, signs: Signs, names: list[str]) -> None:
    client = asking(health, signs)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [name for name, fine in answer.json()["checks"].items() if not fine] == names
    assert client.get("/healthz").status_code == 200  # alive all the same: a restart would not cure it


@pytest.mark.parametrize(
    ("health", "signs"),
    [
        (ago(seconds=59), AT_WORK),
        (replace(WELL, overdue_clock=MONDAY + timedelta(hours=9)), AT_WORK),  # nobody is late before his time
        (WELL, replace(AT_WORK, clock_right=True)),
        (WELL, replace(AT_WORK, polled=None, webhook=True)),
        (replace(WELL, late_letter=MONDAY - timedelta(minutes=9)), replace(AT_WORK, spoke=3.0)),  # slow, not still
        (WELL, STANDING_BY),
        (replace(WELL, engine_left=-19.0), STANDING_BY),  # a takeover takes twenty seconds
        (replace(WELL, late_letter=MONDAY - timedelta(minutes=9)), STANDING_BY),
        (WELL, replace(STANDING_BY, webhook=True)),
    ],
)
def test_what_is_no_fault_is_not_told(health: Health, signs: Signs) -> None:
    assert wrong(health, signs) == []


def test_a_queue_that_nobody_works_off_any_more_stands_still() -> None:
    late = replace(WELL, late_letter=MONDAY - timedelta(minutes=9))
    assert wrong(late, replace(AT_WORK, spoke=60.0)) == ["letters"]


def test_figures_for_prometheus() -> None:
    tally = Tally()
    tally.update(updates_handled=7, letters_toofast=1)
    tally.due_lag.observe(0.4)
    tally.said(2.5)
    health = replace(
        WELL, waiting=3, dead=2, oldest_update=MONDAY - timedelta(seconds=40), bytes=4096, disk_free=10**9,
        letters={"page": Waiting(5, MONDAY - timedelta(seconds=70)), "card": Waiting(1, MONDAY + timedelta(hours=1))},
    )  # fmt: skip
    found = Finding("cards_late", 2), Finding("cards_late", 1)
    signs = replace(AT_WORK, counts=tally, lags=tally.lags, findings=found)
    answer = asking(health, signs).get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert set(answer.text.splitlines()) >= {
        "linliban_ready 0.0",
        "linliban_updates_waiting 3.0",
        "linliban_oldest_update_seconds 40.0",
        'linliban_letters_waiting{kind="page"} 5.0',
        'linliban_letters_waiting{kind="notice"} 0.0',
        'linliban_oldest_letter_seconds{kind="page"} 70.0',
        'linliban_oldest_letter_seconds{kind="card"} 0.0',
        "linliban_letters_dead 2.0",
        "linliban_overdue_seconds 0.0",
        "linliban_engine 1.0",
        "linliban_engine_term 1.0",
        "linliban_engine_seconds_left 14.0",
        "linliban_audited_seconds 31.0",
        'linliban_audit_findings{code="cards_late"} 3.0',
        "linliban_database_bytes 4096.0",
        "linliban_disk_free_bytes 1e+09",
        'linliban_loop_seconds{loop="beat"} 0.5',
        'linliban_done_total{what="updates_handled"} 7.0',
        'linliban_done_total{what="letters_toofast"} 1.0',
        'linliban_due_lag_seconds_bucket{le="0.5"} 1.0',
        "linliban_delivery_lag_seconds_sum 2.5",
    }


def test_without_a_database_the_figures_say_so_and_nothing_else_of_it() -> None:
    answer = asking(Health(database=False), AT_WORK).get("/metrics")
    assert "linliban_database_up 0.0" in answer.text.splitlines()
    assert "linliban_letters_waiting" not in answer.text


def test_before_telegram_has_answered_nothing_is_ready() -> None:
    answer = asking(WELL, Signs(MONDAY)).get("/readyz")
    assert answer.status_code == 503
