"""The only place that makes of a town's message what a phone shows of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from sandbox.json import Json
from sandbox.page.rich import rich, start_payload
from sandbox.page.stage import Screen, Stage
from sandbox.page.words import Words, spoken_day, spoken_time
from sandbox.town.chats import Message

SHOWN = 200  # newest messages of a chat
QUOTED = 80  # characters
KINDS = ("voice", "video", "document", "location", "sticker")


@dataclass(frozen=True)
class Key:
    """A button under a message: kind is press, start, link or none (works only in the real Telegram)."""

    text: str
    kind: str
    value: str = ""


@dataclass(frozen=True)
class Shown:
    id: int
    name: str
    emoji: str
    mine: bool
    is_bot: bool
    at: datetime
    time: str
    html: Markup
    plain: str
    service: str = ""
    picture: str = ""  # file id
    attachment: str = ""
    quote: tuple[str, str] | None = None  # whose words, which words
    edited: bool = False
    rows: tuple[tuple[Key, ...], ...] = ()
    asks_reply: bool = False
    reactions: tuple[str, ...] = ()
    poll: Json = field(default_factory=dict)


def shown_messages(stage: Stage, screen: Screen, w: Words) -> Iterator[tuple[str, list[Shown]]]:
    """The newest messages of the phone's chat, oldest first, in bundles of one day."""
    day, bundle = "", list[Shown]()
    for message in list(stage.town.chat(screen.chat_id).messages.values())[-SHOWN:]:
        shown = _Reader(stage, screen, w).read(message)
        if (today := spoken_day(shown.at, w)) != day:
            if bundle:
                yield day, bundle
            day, bundle = today, []
        bundle.append(shown)
    if bundle:
        yield day, bundle


class _Reader:
    def __init__(self, stage: Stage, screen: Screen, w: Words) -> None:
        self.stage, self.screen, self.w = stage, screen, w
        self.bots = [bot.username or "" for bot in stage.town.bots.values()]

    def read(self, message: Message) -> Shown:
        body, text, html = message.body, *self.words(message)
        at = self.stage.local(body["date"])
        return Shown(
            id=message.id,
            name=self.name(body),
            emoji=self.emoji(body),
            mine=message.author == self.screen.as_user,
            is_bot=body["from"]["is_bot"],
            at=at,
            time=spoken_time(at),
            html=html,
            plain=text,
            service=self.service(body) if message.is_service else "",
            picture=body["photo"][-1]["file_id"] if "photo" in body else "",
            attachment=self.attachment(body),
            quote=self.quote(message),
            edited="edit_date" in body,
            rows=self.keyboard(body),
            asks_reply=bool(body.get("reply_markup", {}).get("force_reply")),
            reactions=self.reactions(message),
            poll=self.poll(message),
        )

    def words(self, message: Message) -> tuple[str, Markup]:
        body = message.body
        text = body.get("text") or body.get("caption") or ""
        entities = body.get("entities") or body.get("caption_entities") or ()
        return text, rich(text, entities, start_form=f"start-{self.screen.number}", bots=self.bots)

    def name(self, body: Json) -> str:
        if "sender_chat" in body:
            return str(body["sender_chat"].get("title", ""))
        return " ".join(filter(None, (body["from"]["first_name"], body["from"].get("last_name"))))

    def emoji(self, body: Json) -> str:
        author = body["from"]["id"]
        actor = next((actor for actor in self.stage.scene.actors if actor.user_id == author), None)
        return actor.emoji if actor else "🏡" if body["from"]["is_bot"] else "👤"

    def service(self, body: Json) -> str:
        people = body.get("new_chat_members") or [body.get("left_chat_member")]
        names = "、".join(person["first_name"] for person in people if person)
        if "pinned_message" in body:
            return str(self.w["pinned"]).format(name=self.name(body))
        key = "joined" if "new_chat_members" in body else "left" if names else "service"
        return str(self.w[key]).format(names=names)

    def attachment(self, body: Json) -> str:
        kind = next((kind for kind in KINDS if kind in body), "")
        if not kind:
            return ""
        detail = body[kind].get("file_name") or body[kind].get("duration") or ""
        return f"{self.w[kind]} {detail}".strip()

    def quote(self, message: Message) -> tuple[str, str] | None:
        if message.reply_to is None:
            return None
        answered = message.chat.messages.get(message.reply_to)
        if answered is None:
            return "", str(self.w["gone"])
        text, _ = self.words(answered)
        line = text or (str(self.w["photo"]) if "photo" in answered.body else self.attachment(answered.body))
        return self.name(answered.body), line if len(line) <= QUOTED else f"{line[:QUOTED]}…"

    def keyboard(self, body: Json) -> tuple[tuple[Key, ...], ...]:
        rows = body.get("reply_markup", {}).get("inline_keyboard", [])
        return tuple(tuple(self.key(button) for button in row) for row in rows)

    def key(self, button: dict[str, Any]) -> Key:
        if "callback_data" in button:
            return Key(button["text"], "press", button["callback_data"])
        url = str(button.get("url", ""))
        if (payload := start_payload(url, self.bots)) is not None:
            return Key(button["text"], "start", payload)
        if url.lower().startswith(("http://", "https://")):
            return Key(button["text"], "link", url)
        return Key(button["text"], "none")

    def reactions(self, message: Message) -> tuple[str, ...]:
        tally = Counter(mark.get("emoji", "⭐") for marks in message.reactions.values() for mark in marks)
        return tuple(emoji if count == 1 else f"{emoji} {count}" for emoji, count in tally.items())

    def poll(self, message: Message) -> Json:
        if "poll" not in message.body:
            return {}
        return {**message.body["poll"], "mine": message.votes.get(self.screen.as_user, [])}
