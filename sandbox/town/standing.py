"""The only place for who belongs where: joining, leaving, blocking, rights, and a group that grows."""

from sandbox.json import Json
from sandbox.town.chats import RIGHTS, Chat, Member
from sandbox.town.people import Bot
from sandbox.town.talk import Talk


class Standing(Talk):
    def join(self, chat: int, user: int, by: int | None = None) -> None:
        """A person comes in, by himself or brought along."""
        place = self.chat(chat)
        self.set_member(place, Member(user), by=by or user)
        self.service(place, self.user(by or user).json(), **newcomers([self.user(user).json()]))

    def leave(self, chat: int, user: int, by: int | None = None) -> None:
        """A person goes, or is put out (`by`)."""
        place = self.chat(chat)
        self.service(place, self.user(by or user).json(), left_chat_member=self.user(user).json())
        self.set_member(place, Member(user, "kicked" if by else "left"), by=by or user)

    def promote(
        self, chat: int, user: int, title: str | None = None, rights: tuple[str, ...] = RIGHTS, by: int = 0
    ) -> None:
        """Makes a person or a bot an administrator."""
        place = self.chat(chat)
        self.set_member(place, Member(user, "administrator", frozenset(rights), title), by=by or self.host(place))

    def demote(self, chat: int, user: int, by: int = 0) -> None:
        place = self.chat(chat)
        self.set_member(place, Member(user), by=by or self.host(place))

    def add_bot_to(
        self, chat: int, by: int | None = None, status: str = "member", *,
        rights: tuple[str, ...] = RIGHTS, bot: str | None = None,
    ) -> None:  # fmt: skip
        """Somebody adds the bot to a group; as "administrator" with all rights unless told otherwise."""
        place, helper = self.chat(chat), self.bot(bot)
        host = by or self.host(place)
        given = frozenset(rights) if status == "administrator" else frozenset[str]()
        self.set_member(place, Member(helper.id, status, given), by=host)
        self.service(place, self.user(host).json(), **newcomers([helper.json()]))

    def kick_bot(self, chat: int, by: int | None = None, bot: str | None = None) -> None:
        """Somebody puts the bot out of a group."""
        place, helper = self.chat(chat), self.bot(bot)
        self.set_member(place, Member(helper.id, "kicked"), by=by or self.host(place))
        self.service(place, self.user(by or self.host(place)).json(), left_chat_member=helper.json())

    def block(self, user: int, bot: str | None = None) -> None:
        """A person blocks the bot in the private chat."""
        room = self.room(self.bot(bot), user)
        room.blocked = True
        self.tell_standing(room, self.bot(bot), user, "member", "kicked")

    def unblock(self, user: int, bot: str | None = None) -> None:
        room = self.room(self.bot(bot), user)
        room.blocked = False
        self.tell_standing(room, self.bot(bot), user, "kicked", "member")

    def silence(self, chat: int, *what: str) -> None:
        """Takes permissions from ordinary members, a bot that is no administrator among them (default: to write)."""
        self.chat(chat).silenced |= set(what or ("can_send_messages",))

    def deactivate(self, user: int) -> None:
        """A person deletes the account."""
        self.user(user).deactivated = True

    def host(self, place: Chat) -> int:
        """Who acts when a test does not say: the owner, an administrator, or the first member."""
        order = {"creator": 0, "administrator": 1}
        people = [m for m in place.present() if not self.users[m.user_id].is_bot]
        if not people:
            raise LookupError(f"nobody lives in {place.title}")
        return min(people, key=lambda member: order.get(member.status, 2)).user_id

    def set_member(self, place: Chat, member: Member, *, by: int) -> None:
        """Changes somebody's standing and tells the bots that follow it."""
        old = place.member(member.user_id)
        place.members[member.user_id] = member
        change = self._change(place, old, member, by)
        for bot in self.bots.values():
            if bot.id == member.user_id:
                self.tell(bot, "my_chat_member", change, lane=f"my_chat_member {place.id}")
            elif place.member(bot.id).in_charge:
                self.tell(bot, "chat_member", change, lane=f"user {by}")
        self.changed.ring()

    def _change(self, place: Chat, old: Member, new: Member, by: int) -> Json:
        who = self.user(new.user_id).json()
        return {
            "chat": place.json(),
            "from": self.user(by).json(),
            "date": self.stamp(),
            "old_chat_member": old.json(who),
            "new_chat_member": new.json(who),
        }

    def tell_standing(self, place: Chat, bot: Bot, by: int, old: str, new: str) -> None:
        change = self._change(place, Member(bot.id, old), Member(bot.id, new), by)
        self.tell(bot, "my_chat_member", change, lane=f"my_chat_member {place.id}")

    def upgrade(self, chat: int) -> int:
        """A basic group becomes a supergroup under a new id; both chats say so in a line of their own."""
        old = self.chat(chat)
        if old.kind != "group" or old.upgraded_to:
            raise ValueError(f"{old.title} is no basic group")
        new = Chat(-1_000_000_000_000 + chat, "supergroup", old.title, silenced=set(old.silenced))
        new.members = {user: Member(user, m.status, m.rights, m.title) for user, m in old.members.items()}
        self.groups[new.id] = new
        host = self.user(self.host(old)).json()
        self.service(old, host, migrate_to_chat_id=new.id)
        old.upgraded_to = new.id
        self.service(new, host, migrate_from_chat_id=chat)
        return new.id


def newcomers(people: list[Json]) -> Json:
    return {"new_chat_members": people, "new_chat_participant": people[0], "new_chat_member": people[0]}
