"""The only place for the town's memory: its clock, people, chats, files, and what every bot is told."""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sandbox.bell import Bell
from sandbox.faults import Fault
from sandbox.files import Files
from sandbox.json import Json
from sandbox.limits import Flood
from sandbox.town.calls import Call
from sandbox.town.chats import Chat, Member, Message
from sandbox.town.people import Bot, User
from sandbox.town.privacy import hears

CALLS_KEPT = 20_000


class Core:
    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """`now` gives aware instants; nothing here looks at any other clock."""
        self.now = now
        self.bots: dict[str, Bot] = {}  # by token
        self.users: dict[int, User] = {}  # bots too
        self.groups: dict[int, Chat] = {}
        self.rooms: dict[tuple[int, int], Chat] = {}  # private chats: (bot, person)
        self.files = Files()
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.calls_made = 0  # also those no longer remembered
        self.faults: list[Fault] = []
        self.flood = False  # enforce the sending limits
        self.floods: dict[int, Flood] = {}
        self.changed = Bell()
        self._box = count(1)  # private chats and basic groups number their messages together
        self._numbers = count(1)

    # who and where

    def bot(self, bot: "str | Bot | None" = None) -> Bot:
        """A bot by its username; without one, the town's first bot."""
        if isinstance(bot, Bot):
            return bot
        for known in self.bots.values():
            if bot is None or known.username == bot.lstrip("@"):
                return known
        raise LookupError(f"no bot {bot or ''} lives here; add_bot first")

    def user(self, user_id: int) -> User:
        if user_id not in self.users:
            raise LookupError(f"nobody has the id {user_id}; add_user first")
        return self.users[user_id]

    def chat(self, chat_id: int, bot: "str | Bot | None" = None) -> Chat:
        """A group by its id, or the private chat of a person with a bot (the chat's id is the person's)."""
        if chat_id in self.groups:
            return self.groups[chat_id]
        if chat_id in self.users:
            return self.room(self.bot(bot), chat_id)
        raise LookupError(f"no chat has the id {chat_id}")

    def room(self, bot: Bot, user_id: int) -> Chat:
        key = (bot.id, user_id)
        if key not in self.rooms:
            person = self.user(user_id)
            self.rooms[key] = Chat(user_id, "private", person=person.json(), bot_id=bot.id)
            self.rooms[key].members = {user_id: Member(user_id), bot.id: Member(bot.id)}
        return self.rooms[key]

    def message(self, chat: Chat, message_id: int) -> Message:
        if message_id not in chat.messages:
            raise LookupError(f"no message {message_id} in chat {chat.id}")
        return chat.messages[message_id]

    def number(self) -> int:
        """A number nobody had before, for albums, presses and polls."""
        return 5_000_000_000 + next(self._numbers)

    def stamp(self, at: datetime | None = None) -> int:
        """Unix seconds, as Telegram dates everything."""
        return int((at or self.now()).timestamp())

    # what is said and shown

    def post(
        self, chat: Chat, sender: Json, body: Json, *, reply_to: int | None = None, date: int | None = None
    ) -> Message:
        """Puts a message into a chat and tells the bots that may hear it."""
        chat.last_id = next(self._box) if chat.kind in {"private", "group"} else chat.last_id + 1
        head = {"message_id": chat.last_id, "from": sender, "chat": chat.json(), "date": date or self.stamp()}
        message = Message(chat, chat.last_id, sender["id"], {**head, **body}, reply_to)
        chat.messages[message.id] = message
        if sender["is_bot"] and sender["id"] in self.users:
            chat.last_speaker = sender["id"]
        self.spread("message", message)
        return message

    def spread(self, kind: str, message: Message) -> None:
        """Queues a message, new or edited, for every bot that Telegram would tell."""
        answered = message.chat.messages.get(message.reply_to or 0)
        from_bot = message.author in self.users and self.users[message.author].is_bot
        for bot in self.bots.values():
            if hears(bot, message, from_bot=from_bot, answered=answered):
                self.tell(bot, kind, self.show(message), lane=f"chat {message.chat.id}")
        self.changed.ring()

    def tell(self, bot: Bot, kind: str, payload: Json, *, lane: str) -> None:
        if kind in bot.queue.allowed:
            bot.queue.put(kind, payload, lane=lane, now=self.now())
        self.changed.ring()

    def show(self, message: Message, *, with_reply: bool = True) -> Json:
        """Telegram's Message: with what it replies to, one level deep."""
        shown = dict(message.body)
        answered = message.chat.messages.get(message.reply_to or 0) if with_reply else None
        return {**shown, "reply_to_message": self.show(answered, with_reply=False)} if answered else shown

    def messages(self, chat_id: int, bot: str | None = None) -> list[Json]:
        """What stands in a chat now, oldest first; deleted messages are gone."""
        return [self.show(message) for message in self.chat(chat_id, bot).messages.values()]

    # what goes wrong

    def raw(self, update: Any, bot: str | None = None) -> None:
        """Puts any update, also garbage, into a bot's queue."""
        self.bot(bot).queue.put_raw(update, now=self.now())
        self.changed.ring()

    def fail(
        self,
        method: str,
        status: int = 500,
        body: Any = None,
        retry_after: int | None = None,
        times: int = 1,
        chat: int | None = None,
        *,
        after_accepting: bool = False,
        hang: float = 0.0,
        description: str | None = None,
    ) -> Fault:
        """The next `times` matching calls ("*": any method) fail so; `hang` is real seconds before the answer."""
        status = 429 if retry_after is not None else status
        self.faults.append(Fault(method, status, body, retry_after, times, chat, after_accepting, hang, description))
        return self.faults[-1]

    def fault_for(self, method: str, chat: object) -> Fault | None:
        for fault in self.faults:
            if fault.matches(method, chat):
                fault.times -= 1
                self.faults = [left for left in self.faults if left.times > 0]
                return fault
        return None

    def note(self, call: Call) -> None:
        self.calls.append(call)
        self.calls_made += 1
        self.changed.ring()

    def calls_of(self, *methods: str) -> Sequence[Call]:
        return [call for call in self.calls if call.method in methods]
