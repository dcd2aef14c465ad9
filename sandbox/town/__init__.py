"""The practice town: people, groups and what they do. Bots see it only through the Bot API."""

from collections.abc import Sequence

from sandbox.town.chats import RIGHTS, Chat, Member
from sandbox.town.people import Bot, User
from sandbox.town.taps import Press, Taps

__all__ = ["Bot", "Press", "Town", "User"]


class Town(Taps):
    """Everything a test or the page can do and see. Times come from `now`, which gives aware instants."""

    def add_bot(
        self,
        token: str,
        username: str,
        name: str,
        *,
        reads_all: bool = True,
        first_update_id: int | None = None,
    ) -> Bot:
        """A bot known by `token` ("1000:anything"); `reads_all`: privacy mode is off."""
        number = int(token.partition(":")[0])
        bot = Bot(number, name, username=username, is_bot=True, token=token, reads_all=reads_all)
        bot.queue.next_id = first_update_id or bot.queue.next_id
        self.users[number] = self.bots[token] = bot
        return bot

    def add_user(
        self, user_id: int, name: str, username: str | None = None, language: str | None = "zh",
        last_name: str | None = None,
    ) -> User:  # fmt: skip
        user = User(user_id, name, last_name, username, language)
        self.users[user_id] = user
        return user

    def add_group(
        self,
        chat_id: int,
        title: str,
        members: Sequence[int] = (),
        kind: str = "supergroup",
        *,
        owner: int | None = None,
        admins: Sequence[int] = (),
        forum: bool = False,
    ) -> Chat:
        """A group as it stands before any bot came; `kind` "supergroup" (-100…) or "group" (basic)."""
        if kind not in {"supergroup", "group"} or (kind == "supergroup") != str(chat_id).startswith("-100"):
            raise ValueError(f"{chat_id} is no id of a {kind}: supergroups begin with -100, basic groups do not")
        chat = Chat(chat_id, kind, title, forum=forum)
        for user in members:
            chat.members[self.user(user).id] = Member(user)
        for user in admins:
            chat.members[self.user(user).id] = Member(user, "administrator", frozenset(RIGHTS))
        if owner is not None:
            chat.members[self.user(owner).id] = Member(owner, "creator")
        self.groups[chat_id] = chat
        self.changed.ring()
        return chat

    def add_topic(self, chat: int, name: str, by: int | None = None) -> int:
        """A forum's topic; its id is the id of the line that announces it."""
        place = self.chat(chat)
        if not place.forum:
            raise ValueError(f"{place.title} is no forum")
        person = self.user(by or self.host(place)).json()
        topic = place.last_id + 1
        place.topics[topic] = name
        what = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        self.service(place, person, message_thread_id=topic, is_topic_message=True, **what)
        return topic
