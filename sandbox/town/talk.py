"""The only place for what people say and send, change and take back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sandbox.json import Json
from sandbox.text.found import find
from sandbox.town.chats import Chat, Message
from sandbox.town.core import Core
from sandbox.town.people import GROUP_ANONYMOUS_BOT, Bot


class Talk(Core):
    def say(
        self,
        chat: int,
        user: int,
        text: str,
        reply_to: int | None = None,
        entities: Sequence[Json] | None = None,
        topic: int | None = None,
        forward_from: int | str | None = None,
        *,
        anonymous: bool = False,
        date: datetime | None = None,
        bot: str | None = None,
    ) -> Json:
        """A person writes. `entities` replace those Telegram finds; `forward_from`: a user, or a hidden name."""
        body = written("text", text, entities)
        return self.send(chat, user, body, reply_to, topic, forward_from, anonymous=anonymous, date=date, bot=bot)

    def photo(self, chat: int, user: int, caption: str = "", reply_to: int | None = None, **how: Any) -> Json:
        """A person sends a photo; `image=` bytes of a PNG or JPEG instead of the town's own view."""
        image = how.pop("image", None)
        file = self.files.add("Photo", image) if image else self.files.add_picture()
        body = {
            "photo": self.files.photo_sizes(file),
            **written("caption", caption, how.pop("entities", None)),
        }
        return self.send(chat, user, body, reply_to, **how)

    def album(
        self, chat: int, user: int, captions: Sequence[str] = (), count: int | None = None, **how: Any
    ) -> list[Json]:
        """Several photos at once: that many messages with one media_group_id. Captions belong to the first ones."""
        several = count or max(2, len(captions))
        group = str(self.number())
        words = [*captions, *[""] * (several - len(captions))]
        return [self._of_album(chat, user, caption, group, **how) for caption in words[:several]]

    def _of_album(self, chat: int, user: int, caption: str, group: str, **how: Any) -> Json:
        photo = {"photo": self.files.photo_sizes(self.files.add_picture()), "media_group_id": group}
        return self.send(chat, user, {**photo, **written("caption", caption)}, **how)

    def document(
        self, chat: int, user: int, name: str = "照片.png", mime: str = "image/png", data: bytes | None = None,
        caption: str = "", **how: Any,
    ) -> Json:  # fmt: skip
        """A person sends a file; without `data` it is one of the town's pictures, uncompressed."""
        content = data if data is not None else self.files.add_picture().data
        file = self.files.add("Document", content, name, mime)
        return self.send(chat, user, {"document": file.document(), **written("caption", caption)}, **how)

    def voice(self, chat: int, user: int, seconds: int = 3, **how: Any) -> Json:
        file = self.files.add("Voice", b"OggS" + bytes(16), None, "audio/ogg")
        voice = {"duration": seconds, "mime_type": "audio/ogg", **file.json()}
        return self.send(chat, user, {"voice": voice}, **how)

    def location(self, chat: int, user: int, latitude: float = 31.35, longitude: float = 119.82, **how: Any) -> Json:
        return self.send(chat, user, {"location": {"latitude": latitude, "longitude": longitude}}, **how)

    def send(
        self,
        chat: int,
        user: int,
        body: Json,
        reply_to: int | None = None,
        topic: int | None = None,
        forward_from: int | str | None = None,
        *,
        anonymous: bool = False,
        date: datetime | None = None,
        bot: str | None = None,
    ) -> Json:
        """A person's message of any content, `body` being that part of Telegram's JSON."""
        place = self._where(chat, user, bot)
        sender = GROUP_ANONYMOUS_BOT if anonymous else self.user(user).json()
        body = {**body, **self.threaded(place, reply_to, topic), **self._forwarded(forward_from)}
        if anonymous:
            body["sender_chat"] = place.json()
            title = place.member(user).title
            body |= {"author_signature": title} if title else {}
        message = self.post(place, sender, body, reply_to=reply_to, date=self.stamp(date))
        return self.show(message)

    def _where(self, chat: int, user: int, bot: str | None) -> Chat:
        place = self.chat(chat, bot)
        if place.is_private:
            if chat != user:
                raise ValueError(f"the private chat {chat} is not {user}'s")
            self.open_room(place)
        elif not place.member(user).present:
            raise ValueError(f"{self.user(user).first_name} is not in {place.title}")
        if place.upgraded_to:
            raise ValueError(f"{place.title} is now {place.upgraded_to}")
        return place

    def open_room(self, place: Chat) -> None:
        """Whoever writes to a bot has started it, and lets it write back."""
        place.started = True
        place.blocked = False

    def threaded(self, place: Chat, reply_to: int | None, topic: int | None) -> Json:
        """In a forum the topic; in other supergroups the id of the chain of replies, which bots must not send back."""
        answered = self.message(place, reply_to) if reply_to else None
        if topic is not None:
            if topic not in place.topics:
                raise LookupError(f"{place.title} has no topic {topic}")
            return {"message_thread_id": topic, "is_topic_message": True}
        if answered is None or place.kind != "supergroup":
            return {}
        if answered.body.get("is_topic_message"):
            return {"message_thread_id": answered.body["message_thread_id"], "is_topic_message": True}
        return {} if place.forum else {"message_thread_id": answered.body.get("message_thread_id", answered.id)}

    def _forwarded(self, origin: int | str | None) -> Json:
        if origin is None:
            return {}
        at = self.stamp() - 3600
        if isinstance(origin, str):
            return {"forward_origin": {"type": "hidden_user", "sender_user_name": origin, "date": at}}
        return {"forward_origin": {"type": "user", "sender_user": self.user(origin).json(), "date": at}}

    def edit(self, chat: int, message_id: int, text: str, bot: str | None = None) -> Json:
        """A person changes his own words (of a photo: its caption); bots hear of it as an edited_message."""
        message = self.message(self.chat(chat, bot), message_id)
        field = "text" if "text" in message.body else "caption"
        for old in (field, "entities" if field == "text" else "caption_entities"):
            message.body.pop(old, None)
        message.body |= written(field, text) | {"edit_date": self.stamp()}
        self.spread("edited_message", message)
        return self.show(message)

    def delete(self, chat: int, message_id: int, bot: str | None = None) -> None:
        """Somebody takes a message away. No bot is told, as on Telegram."""
        place = self.chat(chat, bot)
        self.remove(self.message(place, message_id))

    def remove(self, message: Message) -> None:
        del message.chat.messages[message.id]
        if message.id in message.chat.pinned:
            message.chat.pinned.remove(message.id)
        self.changed.ring()

    def service(self, chat: Chat, by: Json, **what: Any) -> Message:
        """A line Telegram writes itself: who came, who left, what was pinned."""
        return self.post(chat, by, what)

    def start(self, user: int, payload: str = "", bot: str | None = None) -> Json:
        """Opens the private chat: the person presses Start, perhaps from a link with a payload."""
        place = self.room(self.bot(bot), user)
        was_blocked = place.blocked
        self.open_room(place)
        if was_blocked:
            self.tell_standing(place, self.bot(bot), user, "kicked", "member")
        return self.say(user, user, f"/start {payload}".strip(), bot=bot)

    def tell_standing(self, place: Chat, bot: Bot, by: int, old: str, new: str) -> None:
        """my_chat_member: the bot's own standing in a chat changed."""
        raise NotImplementedError


def written(field: str, text: str, entities: Sequence[Json] | None = None) -> Json:
    """A text or caption with what Telegram finds in it."""
    if not text:
        return {}
    marks = find(text) if entities is None else [dict(entity) for entity in entities]
    name = "entities" if field == "text" else "caption_entities"
    return {field: text, name: marks} if marks else {field: text}
