"""The only place for what people do with a finger: press a button, vote, react."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sandbox.json import Json
from sandbox.town.chats import Message
from sandbox.town.people import Bot
from sandbox.town.standing import Standing

PRESS_ANSWERED_WITHIN = 150  # seconds


@dataclass
class Press:
    """One tap. `answer` is None until the bot answers: then its text and whether it is a pop-up."""

    id: str
    user: int
    data: str
    at: datetime
    answer: Json | None = None
    url: str | None = None  # the button was a link: it opens, and no bot is told


class Taps(Standing):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.presses: dict[str, Press] = {}
        self.polls: dict[str, Message] = {}

    def press(self, chat: int, user: int, message_id: int, label: str, bot: str | None = None) -> Press:
        """Presses the button whose label is, or holds, `label`, or whose data is `label`."""
        message = self.message(self.chat(chat, bot), message_id)
        button = choose(buttons(message), label)
        if "callback_data" not in button:
            return Press("", user, "", self.now(), url=button.get("url"))
        return self._tap(message, user, button["callback_data"])

    def forge_press(self, chat: int, user: int, message_id: int, data: str, bot: str | None = None) -> Press:
        """A strange client sends data that is on no button, perhaps under a message that is gone."""
        place = self.chat(chat, bot)
        if message_id in place.messages:
            return self._tap(place.messages[message_id], user, data)
        gone = {"chat": place.json(), "message_id": message_id, "date": 0}
        return self._ask(self.bot(bot), user, data, gone)

    def _tap(self, message: Message, user: int, data: str) -> Press:
        if not message.chat.member(user).present:
            raise ValueError(f"{self.user(user).first_name} is not in {message.chat.title}")
        owner = next((bot for bot in self.bots.values() if bot.id == message.author), None)
        if owner is None:
            raise ValueError("only a bot's message has buttons")
        return self._ask(owner, user, data, self.show(message))

    def _ask(self, owner: Bot, user: int, data: str, message: Json) -> Press:
        press = Press(str(self.number()), user, data, self.now())
        self.presses[press.id] = press
        query = {"id": press.id, "from": self.user(user).json(), "message": message}
        query |= {"chat_instance": str(-7_000_000_000_000 - abs(message["chat"]["id"])), "data": data}
        self.tell(owner, "callback_query", query, lane=f"user {user}")
        return press

    def vote(self, chat: int, user: int, message_id: int, options: Sequence[int | str], bot: str | None = None) -> None:
        """Votes by number or text; an empty list takes the vote back."""
        message = self.message(self.chat(chat, bot), message_id)
        poll = message.body["poll"]
        if poll["is_closed"]:
            raise ValueError("the poll is closed")
        texts = [option["text"] for option in poll["options"]]
        chosen = [option if isinstance(option, int) else texts.index(option) for option in options]
        if len(chosen) > 1 and not poll["allows_multiple_answers"]:
            raise ValueError("this poll takes one answer")
        message.votes = (
            {**message.votes, user: chosen} if chosen else {k: v for k, v in message.votes.items() if k != user}
        )
        message.body["poll"] = counted(poll, message.votes)
        self._tell_vote(message, user, chosen)

    def _tell_vote(self, message: Message, user: int, chosen: list[int]) -> None:
        poll = message.body["poll"]
        owner = next((bot for bot in self.bots.values() if bot.id == message.author), None)
        if owner is None:
            return
        if not poll["is_anonymous"]:
            kept = [poll["options"][number]["persistent_id"] for number in chosen]
            answer = {"poll_id": poll["id"], "user": self.user(user).json(), "option_ids": chosen}
            self.tell(owner, "poll_answer", {**answer, "option_persistent_ids": kept}, lane=f"poll {poll['id']}")
        self.tell(owner, "poll", poll, lane=f"poll {poll['id']}")

    def react(self, chat: int, user: int, message_id: int, *emojis: str, bot: str | None = None) -> None:
        """Sets a person's reactions; none takes them away."""
        place = self.chat(chat, bot)
        message = self.message(place, message_id)
        old = message.reactions.get(user, [])
        new: list[Json] = [{"type": "emoji", "emoji": emoji} for emoji in emojis]
        message.reactions[user] = new
        news = {
            "chat": place.json(),
            "message_id": message_id,
            "user": self.user(user).json(),
            "date": self.stamp(),
        }
        news |= {"old_reaction": old, "new_reaction": new}
        for helper in self.bots.values():
            if place.is_private or place.member(helper.id).in_charge:
                self.tell(helper, "message_reaction", news, lane=f"reaction {place.id}")
        self.changed.ring()


def buttons(message: Message) -> list[Json]:
    rows = message.body.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def choose(offered: list[Json], label: str) -> Json:
    exact = [button for button in offered if label in {button["text"], button.get("callback_data")}]
    close = [button for button in offered if label in button["text"]]
    if exact or close:
        return (exact or close)[0]
    labels = "、".join(button["text"] for button in offered) or "no button at all"
    raise LookupError(f"no button {label}; there is {labels}")


def counted(poll: Json, votes: dict[int, list[int]]) -> Json:
    """The poll with its votes counted anew."""
    tally = [sum(number in chosen for chosen in votes.values()) for number in range(len(poll["options"]))]
    options = [{**option, "voter_count": count} for option, count in zip(poll["options"], tally, strict=True)]
    return {**poll, "options": options, "total_voter_count": len(votes)}
