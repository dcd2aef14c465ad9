"""R26: engine loop dead, process alive: dead-man alarm <= 3 min; readiness fails <= 30 s.

A part is stopped for real, in the midst of its pass; the time that passes then is turned, not waited for.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

import bot.app.app
from board import Serving
from bot.app import App
from bot.app.running import live
from bot.loop import Loop
from tests.bot.delivery.street import Street
from tests.bot.delivery.test_audit import Switch
from tests.bot.delivery.test_audit import switch as switch

PARTS = {"sweep": "beat", "claim": "speak", "behind_cards": "cards", "take": "work"}
"""What each part asks of the desk in its pass."""


@dataclass
class Turned:
    """The machine's own ticks, and what is added to them."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


async def soon(what: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await what():  # noqa: ASYNC110 - the parts of the program set no event for us
            await asyncio.sleep(0.02)


@dataclass
class Running:
    """The whole program, with ticks that can be turned on and parts that can be stopped."""

    app: App
    street: Street
    url: str = ""
    ticks: Turned = field(default_factory=Turned)
    held: list[threading.Event] = field(default_factory=list)
    entered: threading.Event = field(default_factory=threading.Event)
    dead: set[str] = field(default_factory=set)

    @property
    def loops(self) -> list[Loop]:
        assert self.app.lease is not None
        return [*self.app.parts.everywhere, *self.app.parts.led, self.app.lease.loop]

    def wake(self) -> None:
        for loop in self.loops:
            loop.wake.set()

    async def stop_in(self, method: str, part: str) -> threading.Event:
        """Who calls that of the desk from now on does not come back before the event is set."""
        go_on, real = threading.Event(), getattr(self.app.desk, method)
        self.held.append(go_on)
        self.dead |= {loop.name for loop in self.loops if loop.name.startswith(part)}

        def stuck(*given: Any, **how: Any) -> Any:
            self.entered.set()
            go_on.wait(60)
            return real(*given, **how)

        setattr(self.app.desk, method, stuck)
        if part != "audit":
            self.wake()
            assert await asyncio.to_thread(self.entered.wait, 20)
        return go_on

    async def passes(self, seconds: int) -> None:
        """Real time as the parts know it, and the clock with it; whoever is alive ends a pass now and then."""
        for _ in range(0, seconds, 5):
            self.street.clock.turn(timedelta(seconds=5))
            self.ticks.ahead += 5
            self.wake()
            await soon(self._all_have_passed)

    async def _all_have_passed(self) -> bool:
        ages = [self.ticks() - (loop.alive_at or 0.0) for loop in self.loops if loop.name not in self.dead]
        return max(ages) < 5

    async def wrong(self) -> set[str]:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = (await client.get(f"{self.url}/readyz")).json()
        return {name for name, fine in answer["checks"].items() if not fine}

    async def is_well(self) -> bool:
        return not await self.wrong()


@pytest.fixture
async def running(
    settled: Street, switch: tuple[Switch, str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Running]:
    settings = settled.settings.model_copy(update={"deadman_url": SecretStr(switch[1])})
    running = Running(App(settings, settled.clock, settled.desk), settled)
    monkeypatch.setattr(bot.app.app, "_age", lambda at: None if at is None else running.ticks() - at)
    real = Serving.open

    def noted(serving: Serving) -> Any:
        task = real(serving)
        running.url = f"http://127.0.0.1:{serving.port}"
        return task

    monkeypatch.setattr(Serving, "open", noted)
    stop = asyncio.Event()
    task = asyncio.create_task(live(running.app, stop, poll=0.1))

    async def is_up() -> bool:
        return bool(running.url) and running.app.lease is not None and await running.is_well()

    await soon(is_up)
    running.app.parts.receiver._ticks = running.app.parts.auditor._ticks = running.ticks
    for loop in running.loops:
        loop.ticks = running.ticks
    yield running
    for event in running.held:
        event.set()
    stop.set()
    await asyncio.wait_for(task, 20)


@pytest.mark.expects_errors
@pytest.mark.parametrize("method", PARTS)
async def test_readiness_fails_within_half_a_minute_and_comes_back(running: Running, method: str) -> None:
    go_on = await running.stop_in(method, PARTS[method])
    await running.passes(20)
    assert await running.is_well()
    await running.passes(10)
    assert {name.partition("-")[0] for name in await running.wrong()} == {PARTS[method]}
    go_on.set()
    running.dead.clear()
    await soon(running.is_well)


@pytest.mark.expects_errors
@pytest.mark.parametrize(("method", "part"), [("sweep", "beat"), ("audit", "audit")])
async def test_the_switch_is_not_held_while_a_part_is_dead(
    running: Running, switch: tuple[Switch, str], method: str, part: str
) -> None:
    """The auditor may be alive and find nothing late: a deadline that comes now would be decided by nobody."""

    async def is_held() -> bool:
        return bool(switch[0].calls)

    await running.passes(60)
    await soon(is_held)
    held = len(switch[0].calls)
    await running.stop_in(method, part)
    await running.passes(190)
    assert len(switch[0].calls) == held
    assert await running.wrong() >= {part, "audit"}
