"""The auditor keeps his hours, is not fooled by a clock that jumps, and is heard outside only when all is well."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from board import Serving
from bot.audit import Auditor
from bot.loop import Loop
from tests.bot.delivery.street import SQUARE, Street
from tracker.db import Database
from tracker.models import Outbox

KEY = "k3y-of-the-switch"


class Switch:
    """A dead man's switch that remembers when it was held."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.status = 200

    async def called(self, request: Request) -> Response:
        self.calls.append(request.url.path)
        return PlainTextResponse("", status_code=self.status)


@pytest.fixture
async def switch() -> AsyncIterator[tuple[Switch, str]]:
    switch = Switch()
    serving = Serving(Starlette(routes=[Route(f"/ping/{KEY}", switch.called)]), "127.0.0.1", 0)
    serving.open()
    yield switch, f"http://127.0.0.1:{serving.port}/ping/{KEY}"
    await serving.close()


class Ticks:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


class Watched:
    """A street with an auditor, and time that passes for its clock and its machine alike."""

    def __init__(self, street: Street, deadman: str = "") -> None:
        self.street, self.ticks, self.judges, self.woken = street, Ticks(), True, 0
        self.loops: list[Loop] = []
        self.auditor = Auditor(
            street.desk, street.clock, may_judge=self._judge, after=self._wake, tally=street.tally,
            deadman=deadman, ticks=self.ticks, watched=lambda: self.loops,
        )  # fmt: skip

    def _wake(self) -> None:
        self.woken += 1

    def _judge(self, _now: datetime) -> bool:
        return self.judges

    async def passes(self, seconds: float) -> int:
        """Second after second, in steps of five; how much was found."""
        found = 0
        for _ in range(round(seconds / 5)):
            self.street.clock.turn(timedelta(seconds=5))
            self.ticks.at += 5
            found += await self.auditor.once()
        return found

    @property
    def audits(self) -> int:
        return self.street.tally["audits_clean"] + self.street.tally["audits_dirty"]


async def test_an_audit_comes_each_minute_and_the_first_a_minute_after_the_start(settled: Street) -> None:
    watched = Watched(settled)
    assert await watched.auditor.once() == 0
    await watched.passes(55)
    assert watched.audits == 0
    await watched.passes(5)
    assert watched.audits == 1
    await watched.passes(600)
    assert watched.audits == 11
    assert watched.auditor.age() == 0


async def test_what_it_finds_it_tells(settled: Street) -> None:
    watched = Watched(settled)
    settled.post(SQUARE)
    assert await watched.passes(240) == 0
    assert await watched.passes(60) == 1
    assert [finding.code for finding in watched.auditor.findings] == ["letters_late"]
    assert settled.tally["audits_dirty"] == 1
    assert watched.woken == 1


async def test_a_clock_that_jumps_makes_nobody_late(settled: Street) -> None:
    watched = Watched(settled)
    await watched.passes(60)
    settled.post(SQUARE)
    settled.clock.turn(timedelta(hours=9))
    assert await watched.passes(55) == 0
    assert watched.audits == 1  # whoever is to speak has a minute
    await settled.speaker.once()
    assert await watched.passes(10) == 0
    assert watched.audits == 2


async def test_by_a_wrong_clock_nobody_is_judged(settled: Street) -> None:
    watched = Watched(settled)
    watched.judges = False
    await watched.passes(300)
    assert watched.audits == 0
    assert watched.auditor.age() == 300  # and /readyz says so


async def test_by_a_clock_that_is_set_once_it_was_judged_nobody_is_late(
    settled: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(settled)
    settled.post(SQUARE)

    def judge_and_set(_now: datetime) -> bool:
        settled.clock.turn(timedelta(hours=9))
        return True

    monkeypatch.setattr(watched.auditor, "_may_judge", judge_and_set)
    assert await watched.passes(60) == 0
    assert watched.audits == 1


async def test_in_full_once_an_hour(settled: Street, caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched(settled)
    hours: list[object] = []
    real = settled.desk.audit

    def noted(**how: object) -> object:
        if how.get("full"):
            hours.append(how["full"])
        return real(**how)  # type: ignore[arg-type]

    settled.desk.audit = noted  # type: ignore[method-assign,assignment]
    await watched.passes(3 * 3600 - 60)
    assert [str(hour)[11:16] for hour in hours] == ["02:00", "03:00", "04:00"]


async def test_a_clean_audit_holds_the_switch(settled: Street, switch: tuple[Switch, str]) -> None:
    watched = Watched(settled, deadman=switch[1])
    await watched.passes(180)
    assert switch[0].calls == [f"/ping/{KEY}"] * 3
    assert settled.tally["deadman_called"] == 3


async def test_one_that_found_something_does_not(settled: Street, switch: tuple[Switch, str]) -> None:
    watched = Watched(settled, deadman=switch[1])
    settled.post(SQUARE)
    settled.clock.turn(timedelta(minutes=6))
    await watched.passes(65)
    assert watched.audits == 1
    assert switch[0].calls == []


async def test_a_switch_that_cannot_be_reached_stops_nothing_and_its_address_is_not_logged(
    settled: Street, switch: tuple[Switch, str], caplog: pytest.LogCaptureFixture
) -> None:
    switch[0].status = 500
    await Watched(settled, deadman=switch[1]).passes(60)
    nobody = f"http://127.0.0.1:9/{KEY}"
    watched = Watched(settled, deadman=nobody)
    await watched.passes(120)
    assert watched.audits == 3
    assert settled.tally["deadman_failed"] == 3
    assert KEY not in caplog.text
    assert "HTTP 500" in caplog.text
    assert "ConnectError" in caplog.text


@pytest.mark.expects_errors
@pytest.mark.parametrize("last", [None, 0.0])
async def test_a_part_that_stands_still_holds_no_switch(
    settled: Street, switch: tuple[Switch, str], last: float | None
) -> None:
    """Nothing is late yet, and yet nothing would be decided any more."""
    watched = Watched(settled, deadman=switch[1])
    watched.auditor.loop.alive_at = 0.0
    watched.loops = [Loop("beat", settled.speaker.start, ticks=watched.ticks, alive_at=last)]
    await watched.passes(60)
    assert switch[0].calls == []
    assert [finding.code for finding in watched.auditor.findings] == ["part_stuck"]
    watched.loops[0].alive_at = 110.0
    await watched.passes(60)
    assert len(switch[0].calls) == 1


@pytest.mark.expects_errors
async def test_an_auditor_at_fault_stops_nobody_and_holds_no_switch(
    settled: Street, switch: tuple[Switch, str], database_url: str
) -> None:
    settled.post(SQUARE)
    database = Database(database_url)
    with database.writing() as session:
        session.query(Outbox).update({"fact": [1, 2], "state": "dead"})
    database.close()
    watched = Watched(settled, deadman=switch[1])
    assert await watched.passes(60) == 1
    assert [finding.code for finding in watched.auditor.findings] == ["audit_failed"]
    assert switch[0].calls == []
