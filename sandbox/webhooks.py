"""The only place that delivers updates to webhooks: each lane in order, lanes side by side, until a 2xx.

The first retry comes at once, then the delay doubles up to a minute, unless a Retry-After names another; until the
update expires. Who answers 410 for most of a day has no webhook any more.
"""

import asyncio
import json
import ssl
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile
from typing import Any

import httpx

from sandbox.api.params import Sent, as_text
from sandbox.dispatch import Dispatch
from sandbox.town import Bot, Town
from sandbox.town.people import Webhook
from sandbox.town.updates import Update

RETRIES = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)  # seconds of real time; the last one repeats
ANSWERED_WITHIN = 60.0
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody; on loopback plain http will do
LONGEST_REQUESTED = 3600.0  # of a Retry-After
GONE_FOR = timedelta(hours=23)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105, the name of a header is no secret
FORBIDDEN_IN_ANSWER = ("get", "setwebhook", "deletewebhook", "logout", "close")


class Postman:
    """Carries one bot's updates while it has a webhook."""

    def __init__(self, dispatch: Dispatch, bot: Bot, client: httpx.AsyncClient, retries: Sequence[float]) -> None:
        self.dispatch = dispatch
        self.town: Town = dispatch.town
        self.bot = bot
        self.client = client
        self.retries = retries
        self.taken = 0  # how many updates were looked at already
        self.lanes: dict[str, deque[Update]] = {}
        self.rounds: set[asyncio.Task[None]] = set()
        self.desks = asyncio.Semaphore(40)
        self.hook: Webhook | None = None

    def look(self) -> None:
        """Takes up what came in since the last look."""
        if self.bot.webhook is not self.hook:
            self.change_hook()
        queue = self.bot.queue
        if self.hook is None or queue.received == self.taken:
            return
        fresh = list(takewhile(lambda update: update.serial > self.taken, reversed(queue.waiting.values())))
        for update in reversed(fresh):
            self.hand_over(update)
        self.taken = queue.received

    def change_hook(self) -> None:
        self.stop()
        self.hook, self.taken = self.bot.webhook, 0
        self.desks = asyncio.Semaphore(self.hook.max_connections if self.hook else 1)

    def hand_over(self, update: Update) -> None:
        lane = self.lanes.setdefault(update.lane, deque())
        lane.append(update)
        if len(lane) == 1:
            task = asyncio.create_task(self.deliver(update.lane, lane))
            self.rounds.add(task)
            task.add_done_callback(self.rounds.discard)

    def stop(self) -> None:
        for task in self.rounds:
            task.cancel()
        self.lanes.clear()

    async def deliver(self, name: str, lane: deque[Update]) -> None:
        while lane:
            await self.deliver_one(lane[0])
            self.bot.queue.waiting.pop(lane[0].id, None)
            lane.popleft()
        del self.lanes[name]

    async def deliver_one(self, update: Update) -> None:
        tries = 0
        while update.id in self.bot.queue.waiting and update.expires > self.town.now():
            wanted = await self.post(update)
            if wanted is None:
                return
            delay, tries = rest_after(tries, wanted, self.retries)
            await asyncio.sleep(delay)

    async def post(self, update: Update) -> float | None:
        """None when it was accepted; otherwise how many seconds the receiver asked for."""
        hook = self.hook
        if hook is None:
            return None
        headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: hook.secret} if hook.secret else {})
        try:
            async with self.desks:
                body = json.dumps(update.body, ensure_ascii=False).encode()
                answer = await self.client.post(hook.url, content=body, headers=headers)
        except httpx.HTTPError as error:
            return self.failed(hook, f"Connection failed: {type(error).__name__}")
        if answer.is_success:
            hook.gone_since = None
            await self.obey(answer)
            return None
        self.watch_gone(hook, answer.status_code)
        asked = answer.headers.get("Retry-After", "")
        self.failed(hook, f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}")
        return float(asked) if asked.isdecimal() else 0.0

    def watch_gone(self, hook: Webhook, status: int) -> None:
        now = self.town.now()
        if status != httpx.codes.GONE:
            hook.gone_since = None
        elif hook.gone_since is None:
            hook.gone_since = now
        elif now > hook.gone_since + GONE_FOR:
            self.bot.webhook = None
            self.town.changed.ring()

    def failed(self, hook: Webhook, words: str) -> float:
        hook.last_error, hook.last_error_date = words, self.town.stamp()
        return 0.0

    async def obey(self, answer: httpx.Response) -> None:
        """The answer's body may be one call to make; its result is told to nobody."""
        order = order_in(answer)
        name = str(order.pop("method", ""))
        if name and not name.lower().startswith(FORBIDDEN_IN_ANSWER):
            fields = {key: as_text(value) for key, value in order.items() if value is not None}
            await self.dispatch.answer(self.bot.token, name, Sent(fields))


def rest_after(tries: int, wanted: float, retries: Sequence[float]) -> tuple[float, int]:
    """Seconds until the next try, and how many count then; a delay that was asked for leaves the others as they are."""
    if wanted:
        return min(wanted, LONGEST_REQUESTED), max(tries, 1)
    return retries[min(tries, len(retries) - 1)], tries + 1


def order_in(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return dict(said) if isinstance(said, dict) else {}


async def deliver_webhooks(dispatch: Dispatch, retries: Sequence[float] = RETRIES) -> None:
    """Runs until cancelled."""
    postmen: dict[int, Postman] = {}
    async with httpx.AsyncClient(trust_env=False, timeout=ANSWERED_WITHIN, verify=PLAIN) as client:
        try:
            while True:
                for bot in dispatch.town.bots.values():
                    postmen.setdefault(bot.id, Postman(dispatch, bot, client, retries)).look()
                await dispatch.town.changed.wait()
        finally:
            for postman in postmen.values():
                postman.stop()
