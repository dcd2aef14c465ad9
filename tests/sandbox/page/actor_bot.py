"""A bot with a script instead of a mind: over real HTTP it says what the guided tour of Xizhu waits for."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.sandbox.town import NO_TLS

SOUTH, FIRM, CHAIR = -1001000000001, -1001000000011, 2001
ANSWERS = ("👍 满意", "😐 基本满意", "👎 不满意", "🔧 没解决")
REMINDERS = ((FIRM, "⏰ #XZ1 还没有人接单"), (CHAIR, "🔴 #XZ1 已超期"))


class TurnedClock:
    """A clock that stands still until it is turned."""

    timezone = "Asia/Shanghai"

    def __init__(self, start: datetime = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)) -> None:
        self.moment = start
        self.due: list[datetime] = []
        self.turned = asyncio.Event()

    def now(self) -> datetime:
        return self.moment

    def turn_to(self, moment: datetime) -> None:
        self.moment = moment
        self.turned.set()

    def next_reminder(self) -> datetime | None:
        return min((due for due in self.due if due > self.moment), default=None)


class ActorBot:
    def __init__(self, url: str, token: str, clock: TurnedClock) -> None:
        self.root, self.clock = f"{url}/bot{token}", clock
        self.card = self.task = 0
        self.hears: dict[str, Callable[[Any], Awaitable[None]]] = {
            "#报修": self.reported,
            "办好了": self.handled,
            "/stats": self.counted,
        }

    async def run(self) -> None:
        async with (
            httpx.AsyncClient(trust_env=False, timeout=10, verify=NO_TLS) as self.web,
            asyncio.TaskGroup() as both,
        ):
            both.create_task(self.listen())
            both.create_task(self.chase())

    async def listen(self) -> None:
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=5):
                offset = update["update_id"] + 1
                await self.act(update)

    async def call(self, method: str, **params: Any) -> Any:
        answer = await self.web.post(f"{self.root}/{method}", json=params)
        return answer.json()["result"]

    async def act(self, update: Any) -> None:
        if press := update.get("callback_query"):
            await self.pressed(press)
        message = update.get("message", {})
        text = message.get("text") or message.get("caption") or ""
        for word, deed in self.hears.items():
            if word in text:
                await deed(message)

    async def reported(self, message: Any) -> None:
        words = message.get("caption") or message["text"]
        card = "🎫 <b>#XZ1</b> 篮球场地面破损\n🟡 待接单"
        self.card = await self.say(SOUTH, card, ["➕ 我家也有", "🔎 进度"], reply_to=message["message_id"])
        await self.call("setMessageReaction", chat_id=SOUTH, message_id=message["message_id"],
                        reaction=[{"type": "emoji", "emoji": "👀"}])  # fmt: skip
        self.task = await self.say(FIRM, f"🔔 新任务 #XZ1\n{words}", ["✅ 接单", "↩️ 不归我管"])
        self.clock.due = [self.clock.now() + timedelta(hours=hours) for hours in (4, 6)]

    async def chase(self) -> None:
        told = 0
        while await self.clock.turned.wait():
            self.clock.turned.clear()
            passed = sum(due <= self.clock.now() for due in self.clock.due)
            for where, words in REMINDERS[told:passed]:
                await self.say(where, words, [])
            told = max(told, passed)

    async def pressed(self, press: Any) -> None:
        label = press["data"]
        told = "只有报事的人能评价" if "满意" in label and press["from"]["id"] != 2101 else f"好的:{label}"
        await self.call("answerCallbackQuery", callback_query_id=press["id"], text=told, show_alert="只有" in told)
        if "接单" in label:
            await self.change("🔵 办理中 · 李师傅")
            await self.call("editMessageReplyMarkup", chat_id=FIRM, message_id=self.task,
                            reply_markup=json.loads(keys(["🏁 办好了"])))  # fmt: skip
        if label == ANSWERS[0] and press["from"]["id"] == 2101:
            await self.change("🟢 已结案 · 👍 满意")

    async def handled(self, message: Any) -> None:
        await self.change("🟣 待评价")
        await self.say(SOUTH, "🎉 #XZ1 修好了:已重新铺设地面。您看怎么样?", list(ANSWERS))

    async def counted(self, message: Any) -> None:
        await self.say(message["chat"]["id"], "📊 从 11月1日 到现在\n已结案 1 件 · 满意 1", [])

    async def say(self, chat: int, text: str, labels: list[str], reply_to: int | None = None) -> int:
        params: dict[str, Any] = {"chat_id": chat, "text": text, "parse_mode": "HTML" if "<b>" in text else None}
        params |= {"reply_parameters": {"message_id": reply_to}} if reply_to else {}
        params |= {"reply_markup": keys(labels)} if labels else {}
        sent = await self.call("sendMessage", **{key: value for key, value in params.items() if value is not None})
        return int(sent["message_id"])

    async def change(self, status: str) -> None:
        text = f"🎫 #XZ1 篮球场地面破损\n{status}"
        await self.call("editMessageText", chat_id=SOUTH, message_id=self.card, text=text)


def keys(labels: list[str]) -> str:
    rows = [labels[n : n + 2] for n in range(0, len(labels), 2)]
    return json.dumps({"inline_keyboard": [[{"text": text, "callback_data": text} for text in row] for row in rows]})
