"""R-CONFIRM: the server never sees offset > u, or a 200 for u, unless u's raw JSON is committed at that very moment."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from board import make_app as make_board
from bot.app import App
from bot.app.running import live
from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.bot.delivery.posting import in_the_inbox
from tests.bot.delivery.street import ANNA, LI, MONDAY, SQUARE, new_town, settings_for
from tests.bot.delivery.test_process_webhook import free_port
from tracker.clock import SystemClock, TurnedClock
from tracker.desk import Desk

SAID = 40


@dataclass
class Witness:
    """Stands at Telegram's door and at ours: for whatever is confirmed it looks into the database, and remembers."""

    database_url: str
    said: dict[int, Any] = field(default_factory=dict)  # update_id → raw, as Telegram has it
    confirmed: set[int] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    def confirms(self, numbers: set[int], how: str) -> None:
        """Called while the server, or whoever posts, has not seen it yet."""
        fresh = {number for number in numbers if number in self.said} - self.confirmed
        if fresh:
            kept = {raw["update_id"]: raw for raw in in_the_inbox(self.database_url)}
            self.broken += [f"{how} {number}" for number in sorted(fresh) if kept.get(number) != self.said[number]]
            self.confirmed |= fresh

    def at_telegram(self, app: ASGIApp) -> ASGIApp:
        """Reads each getUpdates before Telegram does."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            if not scope.get("path", "").endswith("/getUpdates"):
                return await app(scope, receive, send)
            first = await receive()
            offset = int(parse_qs(first["body"].decode()).get("offset", ["0"])[0])
            await asyncio.to_thread(self.confirms, {n for n in self.said if n < offset}, "offset past")
            given = [first]

            async def again() -> Message:
                return given.pop() if given else await receive()

            await app(scope, again, send)

        return watched

    def at_ours(self, app: ASGIApp) -> ASGIApp:
        """Reads each 200 before Telegram does."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            body = bytearray()

            async def heard() -> Message:
                message = await receive()
                body.extend(message.get("body", b""))
                return message

            async def told(message: Message) -> None:
                if message["type"] == "http.response.start" and message["status"] == 200 and body:
                    await asyncio.to_thread(self.confirms, {json.loads(body)["update_id"]}, "200 for")
                await send(message)

            await app(scope, heard, told)

        return watched


class Between:
    """A middleware that somebody else has made."""

    def __init__(self, app: ASGIApp, make: Callable[[ASGIApp], ASGIApp]) -> None:
        self._app = make(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


@asynccontextmanager
async def running(town: Town, witness: Witness, *, hooked: bool) -> AsyncIterator[None]:
    """The whole program in this process, with the witness at both doors."""
    telegram = make_app(town, webhook_retries=(0.0, 0.01))
    telegram.add_middleware(Between, witness.at_telegram)
    async with Serving(telegram) as served:
        port = free_port()
        settings = settings_for(served.url, witness.database_url).model_copy(
            update={"listen": f"127.0.0.1:{port}", "webhook_url": f"http://127.0.0.1:{port}/hook" if hooked else ""}
        )
        stop = asyncio.Event()
        alive = asyncio.create_task(live(App(settings, SystemClock()), stop))
        try:
            yield
        finally:
            stop.set()
            await alive


async def people_talk(town: Town, witness: Witness) -> None:
    queue = town.bot().queue
    for number in range(SAID):
        before = set(queue.waiting)
        town.say(SQUARE, ANNA if number % 2 else LI, f"#报修 {number + 1}号楼的路灯不亮")
        witness.said |= {new: queue.waiting[new].body for new in set(queue.waiting) - before}
        await asyncio.sleep(0.002)


@pytest.mark.parametrize("manner", ["polling", "webhook"])
async def test_nothing_is_confirmed_that_is_not_committed(
    database_url: str, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness, town = Witness(database_url), new_town(TurnedClock(MONDAY))
    monkeypatch.setattr(Desk, "take", lambda *_: [])  # nothing is handled, so that what was kept stays to be read

    def watched(*given: Any) -> Starlette:
        board = make_board(*given)
        board.add_middleware(Between, witness.at_ours)
        return board

    monkeypatch.setattr("bot.app.running.make_app", watched)
    async with running(town, witness, hooked=manner == "webhook"):
        await people_talk(town, witness)
        async with asyncio.timeout(30):
            while len(witness.confirmed) < SAID:  # noqa: ASYNC110 - nobody rings
                await asyncio.sleep(0.01)
    assert len(witness.said) == SAID
    assert witness.broken == []
