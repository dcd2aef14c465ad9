"""Presses, comings and goings, and updates that are garbage."""

import json
import random
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.hear import Blocked, Heard, Joined, Left, Migrated, Pressed, Speaker, Unblocked, Unparsable, hear
from tests.bot.updates import (
    LI,
    PHOTO,
    SMALL,
    SOUTH,
    US,
    WITH_WANG,
    Json,
    membership,
    message,
    pressed,
    said,
    update,
)

MR_LI = Speaker("telegram:2002", "李师傅", "Lishifu", None, is_person=True)


def heard(raw: Any) -> Heard | None:
    return hear(raw, bot_id=1000, username="linliban_bot")


def test_a_press() -> None:
    it = heard(pressed())
    assert it == Pressed("4382", MR_LI, "telegram:-1001000000001", 72, "t:1:4:take", accessible=True)


def test_a_press_under_a_message_long_gone() -> None:
    it = heard(pressed(message={"message_id": 72, "chat": SOUTH, "date": 0}))
    assert it == Pressed("4382", MR_LI, "telegram:-1001000000001", 72, "t:1:4:take", accessible=False)


def test_a_press_without_message_or_data() -> None:
    raw = pressed(inline_message_id="x")
    del raw["callback_query"]["message"], raw["callback_query"]["data"]
    assert heard(raw) == Pressed("4382", MR_LI, None, None, "", accessible=False)


def test_a_forged_press_is_heard_as_it_is() -> None:
    it = heard(pressed(data="<b>" * 100))
    assert isinstance(it, Pressed)
    assert it.data == "<b>" * 100


def test_what_is_under_the_pressed_button_does_not_matter() -> None:
    it = heard(pressed(message=message("x", by="nonsense", photo=7)))
    assert isinstance(it, Pressed)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            membership(SOUTH, "left", "member"),
            Joined("telegram:-1001000000001", "西渚花苑南区议事群", MR_LI, "member", "supergroup"),
        ),
        (
            membership(SMALL, "left", "administrator"),
            Joined("telegram:-4001", "三号楼小群", MR_LI, "administrator", "group", fresh=True),
        ),
        (
            membership(SMALL, "member", "administrator"),
            Joined("telegram:-4001", "三号楼小群", MR_LI, "administrator", "group", fresh=False),
        ),
        (
            membership(SMALL, "member", "restricted", is_member=True),
            Joined("telegram:-4001", "三号楼小群", MR_LI, "member", "group", fresh=False),
        ),
        (membership(SOUTH, "restricted", "restricted", is_member=False), Left("telegram:-1001000000001")),
        (membership(SOUTH, "member", "left"), Left("telegram:-1001000000001")),
        (membership(SOUTH, "administrator", "kicked"), Left("telegram:-1001000000001")),
        (membership(WITH_WANG, "member", "kicked"), Blocked("telegram:2101")),
        (membership(WITH_WANG, "kicked", "member"), Unblocked("telegram:2101")),
        (membership(SOUTH | {"type": "channel"}, "left", "administrator", can_post_messages=True), None),
    ],
)
def test_our_own_coming_and_going(raw: Json, expected: Heard | None) -> None:
    if raw["my_chat_member"]["old_chat_member"]["status"] == "restricted":
        raw["my_chat_member"]["old_chat_member"]["is_member"] = True
    assert heard(raw) == expected


def test_a_group_that_became_a_supergroup_says_so_in_both_chats() -> None:
    moved = Migrated(old="telegram:-4001", new="telegram:-1001000000001")
    assert heard(said(chat=SMALL, migrate_to_chat_id=-1001000000001)) == moved
    assert heard(said(chat=SOUTH, migrate_from_chat_id=-4001)) == moved


TAG = [{"type": "hashtag", "offset": 0, "length": 3}]
WHOLE: list[Json] = [
    said("#报修 路灯不亮", reply_to_message=message("😀", photo=PHOTO), entities=TAG),
    said(photo=PHOTO, caption="/done 好了", media_group_id="7", message_thread_id=4, is_topic_message=True),
    said("公告", by=US | {"id": 1087968824}, sender_chat=SOUTH),
    said("x", forward_origin={"type": "user", "date": 5, "sender_user": LI}),
    said(chat=SMALL, migrate_to_chat_id=-1001000000001),
    pressed(),
    membership(SOUTH, "left", "administrator"),
    membership(WITH_WANG, "member", "kicked"),
]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("garbage", "the update is no object"),
        (None, "the update is no object"),
        (update("message", "garbage"), "message: is no object"),
        (update("callback_query", [1]), "callback_query: is no object"),
        (said(5), "message: the text is no text"),
        (said("x", chat={"id": "seven", "type": "group"}), "message: the chat's id is no number"),
        (said("x", chat={"id": 2**70, "type": "group"}), "message: the chat's id is no number"),
        (said("x", message_id=True), "message: the message's id is no number"),
        (said("x", by=None), "message: nobody is named as the sender"),
        (said("x", reply_to_message="y"), "message: the message is no object"),
        (said("x", by={"id": 5, "first_name": "王"}),
         "message: User.__init__() missing 1 required positional argument: 'is_bot'"),
    ],
)  # fmt: skip
def test_garbage_is_refused_with_its_reason(raw: Any, reason: str) -> None:
    with pytest.raises(Unparsable, match=reason.replace("(", r"\(").replace(")", r"\)")):
        heard(raw)


SECRETS = ("王秘密", "13800001111")


def test_the_reason_holds_no_personal_word() -> None:
    """The parser quotes what it stumbles over; coordinators and logs must not read it."""
    for field in ("date", "chat", "from", "photo", "entities", "sender_chat", "text"):
        for value in (*SECRETS, list(SECRETS), dict.fromkeys(SECRETS, SECRETS)):
            refusal = _refusal(update("message", message("x") | {field: value}))
            assert not any(secret in refusal for secret in SECRETS)
    assert _refusal(said("x", date="王秘密"))


def _refusal(raw: Json) -> str:
    try:
        heard(raw)
    except Unparsable as error:
        return str(error)
    return ""


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)

WRITTEN: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in get_args(Heard)}


@given(base=st.sampled_from(WHOLE), seed=st.integers(0, 2**32), garbage=ANYTHING, drop=st.booleans())
def test_a_spoilt_update_is_heard_truly_or_refused(base: Json, seed: int, garbage: Any, drop: bool) -> None:
    raw = json.loads(json.dumps(base))
    _spoil(raw, random.Random(seed), garbage, drop=drop)
    try:
        it = heard(raw)
    except Unparsable:
        return
    if it is not None:
        WRITTEN[type(it)].dump_json(it, warnings="error")  # complains of any value that is not of its type


def _spoil(raw: Json, chance: random.Random, garbage: Any, *, drop: bool) -> None:
    """Replace or drop one value somewhere in the tree."""
    spots = list(_spots(raw))
    holder, key = chance.choice(spots)
    if drop:
        del holder[key]
    else:
        holder[key] = garbage


def _spots(node: Any) -> Any:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield node, key
        yield from _spots(value)
