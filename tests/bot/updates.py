"""Updates as Telegram really sends them, for tests of hearing."""

from typing import Any

Json = dict[str, Any]

US: Json = {"id": 1000, "is_bot": True, "first_name": "社区小助手", "username": "linliban_bot"}
WANG: Json = {
    "id": 2101,
    "is_bot": False,
    "first_name": "王",
    "last_name": "阿姨",
    "language_code": "zh",
}
LI: Json = {"id": 2002, "is_bot": False, "first_name": "李师傅", "username": "Lishifu"}
ANOTHER_BOT: Json = {"id": 3000, "is_bot": True, "first_name": "Vote", "username": "vote_bot"}
HIDDEN_ADMIN: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
AS_CHANNEL: Json = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}

SOUTH: Json = {"id": -1001000000001, "title": "西渚花苑南区议事群", "type": "supergroup"}
SMALL: Json = {"id": -4001, "title": "三号楼小群", "type": "group", "all_members_are_administrators": False}
NEWS: Json = {"id": -1002000000002, "title": "西渚发布", "type": "channel", "username": "xizhu_news"}
WITH_WANG: Json = {"id": 2101, "first_name": "王", "last_name": "阿姨", "type": "private"}

PHOTO: list[Json] = [
    {"file_id": "small", "file_unique_id": "u-small", "width": 90, "height": 67, "file_size": 1100},
    {"file_id": "large", "file_unique_id": "u-large", "width": 1280, "height": 960, "file_size": 210_000},
    {"file_id": "middle", "file_unique_id": "u-middle", "width": 320, "height": 240, "file_size": 21_000},
]
DATE = 1_795_336_800  # 2026-11-22 06:40:00 UTC


def message(text: Any = None, **fields: Any) -> Json:
    """A message in the group 南区 by 王阿姨, unless `fields` say otherwise."""
    said = {"message_id": 71, "from": WANG, "chat": SOUTH, "date": DATE, **fields}
    if "by" in said:
        said["from"] = said.pop("by")
    return said if text is None else said | {"text": text}


def update(kind: str, body: Any) -> Json:
    return {"update_id": 700_000_001, kind: body}


def said(text: Any = None, **fields: Any) -> Json:
    return update("message", message(text, **fields))


def pressed(**fields: Any) -> Json:
    card = message("#XZ1 已收到", message_id=72, by=US)
    query = {"id": "4382", "from": LI, "message": card, "chat_instance": "-77", "data": "t:1:4:take"}
    return update("callback_query", query | fields)


def membership(chat: Json, old: str, new: str, by: Json = LI, **rights: Any) -> Json:
    """How our own membership changed."""
    change = {
        "chat": chat,
        "from": by,
        "date": DATE,
        "old_chat_member": _member(old),
        "new_chat_member": _member(new, **rights),
    }
    return update("my_chat_member", change)


def _member(status: str, **rights: Any) -> Json:
    return {"user": US, "status": status, **rights}
