"""The only place for a chat: who is in it with which rights, what was said there, under which numbers."""

from dataclasses import dataclass, field

from sandbox.json import Json

RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories", "can_pin_messages", "can_manage_topics",
)  # fmt: skip
PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
)  # fmt: skip
PRESENT = {"creator", "administrator", "member", "restricted"}


@dataclass
class Member:
    user_id: int
    status: str = "member"  # creator administrator member restricted left kicked
    rights: frozenset[str] = frozenset()  # of an administrator
    title: str | None = None

    @property
    def present(self) -> bool:
        return self.status in PRESENT

    @property
    def in_charge(self) -> bool:
        return self.status in {"creator", "administrator"}

    def may(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def json(self, user: Json) -> Json:
        """Telegram's ChatMember."""
        shown: Json = {"user": user, "status": self.status}
        match self.status:
            case "creator":
                shown |= {"is_anonymous": False}
            case "administrator":
                shown |= {"can_be_edited": False, "is_anonymous": False}
                shown |= {right: right in self.rights for right in RIGHTS}
            case "restricted":
                shown |= {"is_member": True, "until_date": 0} | dict.fromkeys(PERMISSIONS, False)
            case "kicked":
                shown |= {"until_date": 0}
        return {**shown, "custom_title": self.title} if self.title and self.in_charge else shown


@dataclass
class Message:
    """One message as the chat keeps it. `body` is Telegram's JSON without the message it replies to."""

    chat: "Chat"
    id: int
    author: int
    body: Json
    reply_to: int | None = None
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    votes: dict[int, list[int]] = field(default_factory=dict)

    @property
    def is_service(self) -> bool:
        return not any(content in self.body for content in CONTENTS)


NAMES = ("first_name", "last_name", "username")
CONTENTS = ("text", "photo", "document", "voice", "video", "location", "venue", "poll", "sticker", "contact")


@dataclass
class Chat:
    id: int
    kind: str  # private group supergroup
    title: str = ""
    person: Json = field(default_factory=dict)  # of a private chat: the person's names
    bot_id: int = 0  # of a private chat: the bot at the other end
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    last_id: int = 0
    pinned: list[int] = field(default_factory=list)
    forum: bool = False
    topics: dict[int, str] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    started: bool = False  # private: the person wrote first
    blocked: bool = False  # private: the person blocked the bot
    silenced: set[str] = field(default_factory=set)  # what ordinary members may not send: PERMISSIONS
    upgraded_to: int | None = None
    last_speaker: int | None = None

    @property
    def is_private(self) -> bool:
        return self.kind == "private"

    def json(self) -> Json:
        if self.is_private:
            names: Json = {key: self.person[key] for key in NAMES if key in self.person}
            return {"id": self.id, "type": "private", **names}
        shown: Json = {"id": self.id, "title": self.title, "type": self.kind}
        return {**shown, "is_forum": True} if self.forum else shown

    def member(self, user_id: int) -> Member:
        return self.members.get(user_id) or Member(user_id, "left")

    def present(self) -> list[Member]:
        return [member for member in self.members.values() if member.present]
