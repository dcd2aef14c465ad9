"""A played neighbourhood: the real bot over real HTTP against the practice Telegram, a real database, a turned clock.

Stories speak through `Chat` and `Person`: people say, press and hear; `world.passes(hours=4)` turns the clock and lets
everything happen that happens in that time, in its order.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.app import App
from bot.settings import Settings
from sandbox.server import Serving, make_app
from sandbox.town import Press, Town
from tracker.clock import TurnedClock
from tracker.desk import Desk

XIZHU = Path(__file__).parent.parent / "examples" / "xizhu.toml"
TOKEN = "1000:practice"
USERNAME = "linliban_bot"
SHANGHAI = ZoneInfo("Asia/Shanghai")
VOLUNTEER = 2999  # who set the chats up, long ago
A_MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)

Message = dict[str, Any]


def text_of(message: Message) -> str:
    return str(message.get("text") or message.get("caption") or "")


def buttons_of(message: Message) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [str(button["text"]) for row in rows for button in row]


@dataclass
class Person:
    """Somebody with a phone; his private chat with the bot has his own number."""

    world: "World"
    id: int
    name: str

    @property
    def phone(self) -> "Chat":
        return self.world.chat(self.id)

    async def starts(self, payload: str = "") -> Message:
        message = self.world.town.start(self.id, payload)
        await self.world.settle()
        return message

    async def presses(self, message: Message, label: str) -> str:
        """Press a button under a message, wherever it stands; the pop-up's text comes back."""
        chat = int(message["chat"]["id"])
        press = self.world.town.press(chat, self.id, int(message["message_id"]), label)
        return await self._answered(press)

    async def forges(self, message: Message, data: str) -> str:
        press = self.world.town.forge_press(int(message["chat"]["id"]), self.id, int(message["message_id"]), data)
        return await self._answered(press)

    async def _answered(self, press: Press) -> str:
        await self.world.settle()
        assert press.answer is not None, "a press was left without an answer"
        return str(press.answer.get("text") or "")


@dataclass
class Chat:
    """A group, or somebody's private chat; remembers what has been heard in it."""

    world: "World"
    id: int
    heard: set[int] = field(default_factory=set)

    async def says(self, who: Person, text: str, reply_to: Message | None = None, **how: Any) -> Message:
        to = int(reply_to["message_id"]) if reply_to else None
        message = self.world.town.say(self.id, who.id, text, reply_to=to, **how)
        await self.world.settle()
        return message

    async def shows(self, who: Person, caption: str = "", reply_to: Message | None = None) -> Message:
        """Send a photo."""
        to = int(reply_to["message_id"]) if reply_to else None
        message = self.world.town.photo(self.id, who.id, caption, to)
        await self.world.settle()
        return message

    @property
    def messages(self) -> list[Message]:
        return list(self.world.town.messages(self.id))

    @property
    def said(self) -> list[Message]:
        """What the bot has said here, as it stands now."""
        return [message for message in self.messages if message["from"]["is_bot"]]

    @property
    def unread(self) -> list[Message]:
        return [message for message in self.said if message["message_id"] not in self.heard]

    def hears(self, *words: str) -> Message:
        """The first unread message that holds all the words, in its text or on its buttons; it is read then."""
        for message in self.unread:
            shown = f"{text_of(message)}\n{buttons_of(message)}"
            if all(word in shown for word in words):
                self.heard.add(int(message["message_id"]))
                return message
        told = "\n---\n".join(f"{text_of(m)}\n{buttons_of(m)}" for m in self.unread) or "nothing"
        raise AssertionError(f"nobody said {words} in {self.id}; unread:\n{told}")

    def hears_nothing(self) -> None:
        assert not self.unread, "\n---\n".join(text_of(message) for message in self.unread)

    def reads_all(self) -> None:
        self.heard.update(int(message["message_id"]) for message in self.said)

    def sees(self, message: Message) -> Message:
        """The message as it stands now, after edits."""
        return next(m for m in self.messages if m["message_id"] == message["message_id"])

    def card(self, number: str) -> str:
        """The card of a ticket, as it stands now: the one message with its number and the button 进度, or the first."""
        cards = [m for m in self.said if f"#{number}" in text_of(m)]
        assert cards, f"no message in {self.id} is about {number}"
        return text_of(cards[0])


class World:
    """`await world.settle()` lets the bot do all it can do now; `await world.passes(...)` lets time pass."""

    def __init__(self, town: Town, clock: TurnedClock, app: App) -> None:
        self.town, self.clock, self.app = town, clock, app
        self.desk: Desk = app.desk
        self._chats: dict[int, Chat] = {}

    @property
    def now(self) -> datetime:
        """Community time."""
        return self.clock.now().astimezone(SHANGHAI)

    def chat(self, chat_id: int) -> Chat:
        return self._chats.setdefault(chat_id, Chat(self, chat_id))

    def person(self, user_id: int, name: str, *groups: int, started: bool = False) -> Person:
        """Somebody who has a phone; `started`: he opened the bot once, long ago."""
        self.town.add_user(user_id, name)
        for group in groups:
            self.town.join(group, user_id)
        if started:
            self.town.start(user_id)
        return Person(self, user_id, name)

    async def settle(self) -> None:
        """Everything that can happen now, happens; the pace of Telegram's limits is waited for on the clock."""
        await self.app.settle()
        horizon = self.clock.now() + timedelta(minutes=5)
        while (at := self.app.next_send_at()) is not None and at <= horizon:
            self.clock.turn_to(max(at, self.clock.now() + timedelta(milliseconds=1)))
            await self.app.settle()

    async def passes(self, *, until: datetime | None = None, **how_long: float) -> None:
        """Let time pass, stopping at every moment at which something is due."""
        target = (until or self.clock.now() + timedelta(**how_long)).astimezone(UTC)
        await self.settle()
        while (at := self._next(target)) is not None:
            self.clock.turn_to(at)
            await self.settle()
        self.clock.turn_to(target)
        await self.settle()

    async def restarts(self) -> None:
        """The program ended and was started again, on the same database."""
        await self.app.close()
        self.app = App(self.app.settings, self.clock, self.desk)
        assert await self.app.open()

    async def is_down(self, *, until: datetime | None = None, **how_long: float) -> None:
        """Time passes and nobody runs the program; then it is started again."""
        self.clock.turn_to((until or self.clock.now() + timedelta(**how_long)).astimezone(UTC))
        await self.restarts()
        await self.settle()

    def _next(self, target: datetime) -> datetime | None:
        now = self.clock.now()
        rung = [at for name, at in self.desk.occasions(now, target) if name != "rules"]  # nobody hears that one
        moments = [self.desk.next_moment(), self.app.next_send_at(), *rung]
        ahead = [max(at, now + timedelta(milliseconds=1)) for at in moments if at is not None]
        return min((at for at in ahead if at <= target), default=None)


@asynccontextmanager
async def played(
    database_url: str, *, community: Path | None = XIZHU, at: datetime = A_MONDAY, flood: bool = True
) -> AsyncIterator[World]:
    """A world with the community's groups on the practice Telegram, and the bot in each of them."""
    clock = TurnedClock(at.astimezone(UTC), frozen=True)
    town = Town(now=clock.now)
    town.add_bot(TOKEN, USERNAME, "社区小助手", reads_all=True)
    town.add_user(VOLUNTEER, "志愿者小吴")
    town.flood = flood
    desk = Desk(database_url, clock)
    groups = []
    if community is not None:
        await asyncio.to_thread(desk.apply, community)
        for place in desk.places():
            chat_id = int(place.address.removeprefix("telegram:"))
            if chat_id < 0:
                groups.append(chat_id)
                kind = "supergroup" if str(chat_id).startswith("-100") else "group"
                town.add_group(chat_id, place.name, [VOLUNTEER], kind)
                town.add_bot_to(chat_id, status="administrator")
    async with Serving(make_app(town)) as serving:
        settings = Settings(bot_token=SecretStr(TOKEN), telegram_url=serving.url, database_url=database_url)
        world = World(town, clock, App(settings, clock, desk))
        try:
            assert await world.app.open()
            await world.settle()
            for group in groups:
                world.chat(group).reads_all()
            yield world
        finally:
            await world.app.close()
            desk.close()
