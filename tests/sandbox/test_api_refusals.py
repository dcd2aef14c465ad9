"""What Telegram refuses, with Telegram's own codes and words."""

import json
from typing import Any

import pytest

from sandbox.town import Town
from tests.sandbox.town import ANNA, LI, SQUARE, STRANGER, YARD, Wire

LONG_TEXT = "字" * 4097
LONG_CAPTION = "字" * 1025
BUTTON = {"text": "接单", "callback_data": "take 1"}


def under(*rows: Any) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def saying(text: str = "好", **more: Any) -> tuple[str, dict[str, Any]]:
    return "sendMessage", {"chat_id": SQUARE, "text": text, **more}


REFUSED = [
    (saying(""), "message text is empty"),
    (saying("  \n "), "message text is empty"),
    (saying("<b></b>", parse_mode="HTML"), "message text is empty"),
    (saying(LONG_TEXT), "message is too long"),
    (saying("😀" * 2049), "message is too long"),
    (saying("hi", parse_mode="LaTeX"), "unsupported parse_mode"),
    (saying(chat_id=""), "chat_id is empty"),
    (saying(chat_id="@nobody"), "chat not found"),
    (saying(chat_id=-1009999999999), "chat not found"),
    (saying(chat_id=77), "chat not found"),
    (saying(reply_parameters={"message_id": 999}), "message to be replied not found"),
    (saying(reply_to_message_id=999), "message to be replied not found"),
    (saying(message_thread_id=7), "message thread not found"),
    (saying(message_thread_id=1), "message thread not found"),
    (saying(reply_markup="{"), "can't parse reply keyboard markup JSON object"),
    (saying(reply_markup=[1]), "object expected as reply markup"),
    (saying(reply_markup=under([BUTTON | {"callback_data": "字" * 22}])), "BUTTON_DATA_INVALID"),
    (saying(reply_markup=under([BUTTON | {"callback_data": ""}])), "BUTTON_DATA_INVALID"),
    (saying(reply_markup=under([{"text": "x", "web_app": {"url": "https://a.cn"}}])), "BUTTON_TYPE_INVALID"),
    (saying(reply_markup=under(*[[BUTTON] * 8] * 13)), "reply markup is too long"),
    (saying(reply_markup=under([BUTTON] * 9)), "reply markup is too long"),
    (
        saying(reply_markup=under([{"text": "x"}])),
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        saying(reply_markup=under([{"text": "x", "url": "nowhere"}])),
        "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
    ),
    (("sendPhoto", {"chat_id": SQUARE}), "there is no photo in the request"),
    (("sendPhoto", {"chat_id": SQUARE, "photo": "https://a.cn/b.jpg"}), "failed to get HTTP URL content"),
    (("sendPhoto", {"chat_id": SQUARE, "photo": "nonsense"}), "wrong file identifier/HTTP URL specified"),
    (("sendDocument", {"chat_id": SQUARE}), "there is no document in the request"),
    (("editMessageText", {"chat_id": SQUARE, "text": "x"}), "message identifier is not specified"),
    (("editMessageText", {"chat_id": SQUARE, "message_id": 999, "text": "x"}), "message to edit not found"),
    (("deleteMessage", {"chat_id": SQUARE, "message_id": 999}), "message to delete not found"),
    (("copyMessage", {"chat_id": SQUARE, "from_chat_id": SQUARE, "message_id": 999}), "message to copy not found"),
    (
        ("forwardMessage", {"chat_id": SQUARE, "from_chat_id": SQUARE, "message_id": 999}),
        "message to forward not found",
    ),
    (("setMessageReaction", {"chat_id": SQUARE, "message_id": 999}), "message to react not found"),
    (("sendPoll", {"chat_id": SQUARE, "question": "", "options": ["a", "b"]}), "poll question must be non-empty"),
    (("sendPoll", {"chat_id": SQUARE, "question": "q", "options": ["a"]}), "poll must have at least 2 option"),
    (
        ("sendPoll", {"chat_id": SQUARE, "question": "q", "options": ["a", "字" * 101]}),
        "poll options length must not exceed 100",
    ),
    (
        ("sendPoll", {"chat_id": SQUARE, "question": "q" * 301, "options": ["a", "b"]}),
        "poll question length must not exceed 300",
    ),
    (("stopPoll", {"chat_id": SQUARE, "message_id": 1}), "message with poll to stop not found"),
    (("sendLocation", {"chat_id": SQUARE, "longitude": 1}), "latitude is empty"),
    (("sendChatAction", {"chat_id": SQUARE, "action": "dance"}), "wrong parameter action in request"),
    (("getFile", {"file_id": "nonsense"}), "wrong file_id or the file is temporarily unavailable"),
    (("getChatMember", {"chat_id": SQUARE, "user_id": 77}), "user not found"),
    (("setMyCommands", {"commands": [{"command": "接单", "description": "x"}]}), "BOT_COMMAND_INVALID"),
    (("setMyCommands", {"commands": [], "language_code": "chinese"}), "invalid language code specified"),
    (
        ("setMyCommands", {"commands": [], "scope": {"type": "planet"}}),
        "can't parse BotCommandScope: Unsupported type specified",
    ),
    (("setWebhook", {"url": "http://example.com/"}), "bad webhook: An HTTPS URL must be provided for webhook"),
    (
        ("setWebhook", {"url": "https://example.com:8080/"}),
        "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
    ),
    (
        ("setWebhook", {"url": "http://127.0.0.1:9/", "secret_token": "geheim!"}),
        "secret token contains unallowed characters",
    ),
]


@pytest.mark.parametrize(("call", "words"), REFUSED, ids=lambda value: str(value)[:60])
async def test_a_mistake_is_refused_in_telegrams_words(wire: Wire, call: tuple[str, Any], words: str) -> None:
    method, params = call
    assert await wire.refusal(method, **params) == (400, f"Bad Request: {words}")


async def test_a_refused_message_is_in_no_chat(wire: Wire, town: Town) -> None:
    before = town.messages(SQUARE)
    await wire.refusal("sendMessage", chat_id=SQUARE, text=LONG_TEXT)
    await wire.refusal("sendMessage", chat_id=SQUARE, text="x", reply_markup=under([BUTTON] * 9))
    assert town.messages(SQUARE) == before
    assert [call.status for call in town.calls_of("sendMessage")] == [400, 400]


async def test_exactly_the_limit_is_welcome(wire: Wire) -> None:
    sent = await wire.ask("sendMessage", chat_id=SQUARE, text="<b>" + "字" * 4096 + "</b>", parse_mode="HTML")
    assert len(sent["text"]) == 4096
    rows = under(*[[BUTTON] * 8] * 12, [BUTTON] * 4)
    kept = await wire.ask("sendMessage", chat_id=SQUARE, text="x", reply_markup=rows)
    assert sum(map(len, kept["reply_markup"]["inline_keyboard"])) == 100
    data = under([BUTTON | {"callback_data": "字" * 21 + "x"}])
    assert (await wire.ask("sendMessage", chat_id=SQUARE, text="x", reply_markup=data))["reply_markup"] == data


async def test_a_caption_of_more_than_1024_is_too_long(wire: Wire, town: Town) -> None:
    photo = town.photo(SQUARE, ANNA)["photo"][-1]["file_id"]
    refusal = await wire.refusal("sendPhoto", chat_id=SQUARE, photo=photo, caption=LONG_CAPTION)
    assert refusal == (400, "Bad Request: message caption is too long")
    assert (await wire.ask("sendPhoto", chat_id=SQUARE, photo=photo, caption="字" * 1024))["caption"] == "字" * 1024


async def test_a_photo_is_no_document(wire: Wire, town: Town) -> None:
    photo = town.photo(SQUARE, ANNA)["photo"][-1]["file_id"]
    refusal = await wire.refusal("sendDocument", chat_id=SQUARE, document=photo)
    assert refusal == (400, "Bad Request: can't use file of type Photo as Document")


async def test_a_missing_reply_target_may_be_overlooked(wire: Wire) -> None:
    wish = {"message_id": 999, "allow_sending_without_reply": True}
    sent = await wire.ask("sendMessage", chat_id=SQUARE, text="好", reply_parameters=json.dumps(wish))
    assert "reply_to_message" not in sent


async def test_who_never_pressed_start_gets_no_message(wire: Wire, town: Town) -> None:
    words = "Forbidden: bot can't initiate conversation with a user"
    assert await wire.refusal("sendMessage", chat_id=STRANGER, text="您好") == (403, words)
    town.start(STRANGER)
    assert (await wire.ask("sendMessage", chat_id=STRANGER, text="您好"))["chat"]["type"] == "private"


async def test_who_blocked_the_bot_gets_no_message_until_he_unblocks_it(wire: Wire, town: Town) -> None:
    town.start(LI)
    town.block(LI)
    assert await wire.refusal("sendMessage", chat_id=LI, text="在吗") == (403, "Forbidden: bot was blocked by the user")
    town.unblock(LI)
    assert await wire.ask("sendMessage", chat_id=LI, text="在吗")


async def test_a_deleted_account_gets_no_message(wire: Wire, town: Town) -> None:
    town.start(LI)
    town.deactivate(LI)
    assert await wire.refusal("sendMessage", chat_id=LI, text="在吗") == (403, "Forbidden: user is deactivated")


async def test_a_bot_that_was_put_out_is_told_so(wire: Wire, town: Town) -> None:
    town.kick_bot(SQUARE)
    town.kick_bot(YARD)
    refusals = [await wire.refusal("sendMessage", chat_id=chat, text="x") for chat in (SQUARE, YARD)]
    assert refusals == [
        (403, "Forbidden: bot was kicked from the supergroup chat"),
        (403, "Forbidden: bot was kicked from the group chat"),
    ]
    assert await wire.refusal("getChat", chat_id=SQUARE) == refusals[0]


async def test_a_bot_that_left_is_no_member(wire: Wire) -> None:
    assert await wire.ask("leaveChat", chat_id=SQUARE) is True
    words = "Forbidden: bot is not a member of the supergroup chat"
    assert await wire.refusal("sendMessage", chat_id=SQUARE, text="x") == (403, words)


async def test_a_silenced_group_hears_administrators_only(wire: Wire, town: Town) -> None:
    town.silence(SQUARE)
    words = "Bad Request: not enough rights to send text messages to the chat"
    assert await wire.refusal("sendMessage", chat_id=SQUARE, text="x") == (400, words)
    town.promote(SQUARE, 1000)
    assert await wire.ask("sendMessage", chat_id=SQUARE, text="x")


async def test_nobody_knows_this_token_or_this_method(wire: Wire, town: Town) -> None:
    wrong = await wire.http.post(f"{wire.http.base_url.copy_with(path='/')}bot1000:wrong/getMe")
    assert (wrong.status_code, wrong.json()) == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    assert await wire.refusal("sendTelepathy") == (404, "Not Found")
    assert await wire.refusal("nowhere/at/all") == (404, "Not Found")
    assert [(call.method, call.status) for call in town.calls] == [("getMe", 401), ("sendTelepathy", 404)]


async def test_unknown_parameters_are_overlooked_but_noted(wire: Wire, town: Town) -> None:
    await wire.ask("sendMessage", chat_id=SQUARE, text="x", colour="red")
    assert town.calls[-1].notes == ("unknown parameter colour",)


async def test_the_name_of_a_method_may_be_written_in_any_case(wire: Wire, town: Town) -> None:
    await wire.ask("SENDMESSAGE", chat_id=SQUARE, text="x")
    assert town.calls[-1].method == "sendMessage"


async def test_a_body_that_is_no_json_is_refused(wire: Wire) -> None:
    answer = await wire.http.post("sendMessage", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["description"] == "Bad Request: can't parse request body as JSON"
