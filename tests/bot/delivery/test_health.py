"""Whoever watches the bot can ask it how it is."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from board import Signs, make_app
from board.health import ready
from tests.bot.delivery.street import MONDAY
from tracker.desk import Health

LOOPS = {"work": 0.5, "beat": 0.5, "speak": 0.5, "cards": 0.5}
WELL = Health(database=True)
AT_WORK = Signs(MONDAY, polled=3.0, loops=LOOPS, counts={"updates_handled": 7})


def asking(health: Health, signs: Signs) -> TestClient:
    return TestClient(make_app(lambda: health, lambda: signs))


def test_all_is_well() -> None:
    answer = asking(WELL, AT_WORK).get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert set(answer.json()["checks"]) == {"database", "telegram", "letters", *LOOPS}


@pytest.mark.parametrize(
    ("health", "signs", "wrong"),
    [
        (Health(database=False), AT_WORK, "database"),
        (WELL, Signs(MONDAY, polled=90.0, loops=LOOPS), "telegram"),
        (WELL, Signs(MONDAY, polled=None, loops=LOOPS), "telegram"),
        (WELL, Signs(MONDAY, polled=1.0, loops={**LOOPS, "beat": 61.0}), "beat"),
        (WELL, Signs(MONDAY, polled=1.0, loops={**LOOPS, "work": None}), "work"),
        (Health(database=True, oldest_letter=MONDAY - timedelta(minutes=5)), AT_WORK, "letters"),
    ],
)
def test_what_is_wrong_is_named(health: Health, signs: Signs, wrong: str) -> None:
    client = asking(health, signs)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert [name for name, fine in answer.json()["checks"].items() if not fine] == [wrong]
    assert client.get("/healthz").status_code == 200  # alive all the same: a restart would not cure it


def test_a_letter_for_tomorrow_is_not_late() -> None:
    assert ready(Health(database=True, oldest_letter=MONDAY + timedelta(hours=9)), AT_WORK)["letters"]


def test_figures_for_prometheus() -> None:
    health = Health(database=True, waiting=3, dead=2, oldest_update=MONDAY - timedelta(seconds=40))
    answer = asking(health, AT_WORK).get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert "linliban_ready 1.0" in lines
    assert "linliban_updates_waiting 3.0" in lines
    assert "linliban_letters_dead 2.0" in lines
    assert "linliban_oldest_update_seconds 40.0" in lines
    assert 'linliban_loop_seconds{loop="beat"} 0.5' in lines
    assert 'linliban_done_total{what="updates_handled"} 7.0' in lines


def test_before_telegram_has_answered_nothing_is_ready() -> None:
    answer = asking(WELL, Signs(MONDAY)).get("/readyz")
    assert answer.status_code == 503
