"""Telegram's side of a webhook: posts to a letterbox that is served over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select

from board import Serving, Signs, make_app
from bot.receive import Keeping
from bot.receive.webhook import SECRET_HEADER, Letterbox
from tests.bot.delivery.street import ANNA, SQUARE, Street
from tracker.db import Database
from tracker.desk import Desk
from tracker.models import Inbox

SECRET = "sesame_open-1"
PATH = "/telegram/hook"


@dataclass
class Postman:
    """Brings updates to one letterbox."""

    client: httpx.AsyncClient
    port: int
    street: Street
    box: Letterbox

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def brings(self, update: Any, **headers: str) -> httpx.Response:
        return await self.posts(json.dumps(update).encode(), **headers)

    async def posts(self, content: Any, *, path: str = PATH, **headers: str) -> httpx.Response:
        given = {SECRET_HEADER: SECRET, "Content-Type": "application/json", **headers}
        return await self.client.post(self.url + path, content=content, headers=given)

    def kept(self) -> list[dict[str, Any]]:
        """Every raw update in the database now, in the order of arrival."""
        return in_the_inbox(self.street.settings.database_url)

    def waiting(self) -> int:
        return len(self.kept())


@asynccontextmanager
async def letterbox(
    street: Street, *, url: str = f"https://bot.example.org{PATH}", desk: Desk | None = None, kept_within: float = 20.0
) -> AsyncIterator[Postman]:
    """A letterbox under `url`, open, on the street's desk or another."""
    box = Letterbox(url, SECRET, tally=street.tally, kept_within=kept_within)
    keeping = Keeping(desk or street.desk, "1000@here", arrived=street.arrived, tally=street.tally)
    box.open(keeping)
    board = Serving(make_app(street.desk.health, lambda: Signs(street.clock.now()), [box.route]), "127.0.0.1", 0)
    board.open()
    limits = httpx.Limits(max_connections=None)
    try:
        async with httpx.AsyncClient(trust_env=False, limits=limits, timeout=30) as client:
            yield Postman(client, board.port, street, box)
    finally:
        await board.close()


def in_the_inbox(url: str) -> list[dict[str, Any]]:
    """What anybody else sees there: committed, and not yet handled."""
    database = Database(url)
    with database.reading() as session:
        raws = session.scalars(select(Inbox.raw).where(Inbox.raw.is_not(None)).order_by(Inbox.id)).all()
    database.close()
    return [raw for raw in raws if raw is not None]


def update(number: int, words: str = "#报修 路灯不亮", **more: Any) -> dict[str, Any]:
    chat = {"id": SQUARE, "type": "supergroup", "title": "西渚花苑南区议事群"}
    person = {"id": ANNA, "is_bot": False, "first_name": "王阿姨"}
    message = {"message_id": number, "date": 1_795_400_000, "chat": chat, "from": person, "text": words, **more}
    return {"update_id": number, "message": message}


async def connection(port: int, updates: list[dict[str, Any]]) -> list[int]:
    """One of Telegram's connections: an update after the other, each again until it is taken; every status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    statuses = []
    for each in updates:
        body = json.dumps(each).encode()
        head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
        while True:
            writer.write(head.encode() + body)
            statuses.append(int((await reader.readuntil(b"\r\n\r\n")).split()[1]))
            if statuses[-1] == 200:
                break
    writer.close()
    return statuses


async def raw_post(port: int, head: str, body: AsyncIterator[bytes]) -> tuple[int, int]:
    """Send `body` for as long as nobody answers; the status, and how many bytes had gone by then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = asyncio.create_task(reader.readline())
    sent = 0
    try:
        writer.write(head.encode())
        async for chunk in body:
            if answered.done():
                break
            writer.write(chunk)
            await writer.drain()
            sent += len(chunk)
        line = await asyncio.wait_for(answered, 10)
    finally:
        answered.cancel()
        writer.close()
    return int(line.split()[1]), sent
