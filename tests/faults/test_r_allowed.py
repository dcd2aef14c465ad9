"""R-ALLOWED: every start sends an explicit list, a stale one is replaced; what comes besides is taken and ignored."""

from typing import Any

import pytest

from bot.hear.update import KINDS
from bot.receive.hook import Hook
from tests.bot.delivery.posting import letterbox
from tests.bot.delivery.street import Street

URL = "http://127.0.0.1:9/hook"
UNASKED = ["business_message", "guest_message", "inline_query", "pre_checkout_query", "purchased_paid_media", "poll",
           "edited_channel_post", "chat_boost", "message_reaction", "a_kind_of_next_year"]  # fmt: skip


def hook_of(street: Street) -> Hook:
    return Hook(street.line, URL, "sesame", heard_at=lambda: None, sleep=street.slept)


async def test_a_poll_names_what_we_use_and_nothing_else(street: Street) -> None:
    await street.receiver.once(0)
    (call,) = street.calls("getUpdates")
    assert call.params["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert "offset" not in call.params


async def test_so_does_the_webhook(street: Street) -> None:
    await hook_of(street).once()
    (call,) = street.calls("setWebhook")
    assert call.params["allowed_updates"] == list(KINDS)
    assert "drop_pending_updates" not in call.params


@pytest.mark.parametrize("manner", ["polling", "webhook"])
async def test_a_list_that_a_former_program_left_is_replaced(street: Street, manner: str) -> None:
    await street.line.raw("setWebhook", url=URL, allowed_updates=["inline_query", "chat_member"])
    await street.line.raw("deleteWebhook")
    if manner == "polling":
        await street.receiver.once(0)
    else:
        await hook_of(street).once()
    assert street.town.bot().queue.allowed == frozenset(KINDS)


@pytest.mark.parametrize("kind", UNASKED)
async def test_what_comes_besides_is_taken_and_not_kept(street: Street, kind: str) -> None:
    update: dict[str, Any] = {kind: {"id": "1", "text": "private", "from": {"id": 2009}}}
    street.town.raw(update)
    await street.receiver.once(0)
    await street.receiver.once(0)
    assert not street.town.bot().queue.waiting
    async with letterbox(street) as postman:
        assert (await postman.brings({"update_id": 7, **update})).status_code == 200
        assert postman.waiting() == 0
