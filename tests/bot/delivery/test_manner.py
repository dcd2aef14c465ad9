"""Polling or webhook, never both: which it is, is settled at the start, and our webhook is kept as we want it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.hear.update import KINDS
from bot.receive.hook import CONNECTIONS, LOOK_EVERY, Hook
from bot.receive.manner import WrongManner, require_no_webhook, require_same, webhook_at
from sandbox.town.people import Webhook
from tests.bot.delivery.street import ANNA, SQUARE, Street

URL = "http://127.0.0.1:9/telegram/hook"  # nobody listens there, so that what is said waits
OTHER = "http://127.0.0.1:9/somebody/else"
BEFORE, AFTER = timedelta(seconds=-1), timedelta(seconds=1)


class Watched(Hook):
    """A hook whose last kept update, and whose ticks, a test chooses."""

    def __init__(self, street: Street) -> None:
        self.heard: datetime | None = None
        self.now = 0.0
        super().__init__(
            street.line, URL, "sesame", heard_at=lambda: self.heard, sleep=street.slept, ticks=lambda: self.now
        )


@pytest.fixture
def hook(street: Street) -> Watched:
    return Watched(street)


def hooked(street: Street, url: str) -> None:
    street.town.bot().webhook = Webhook(url)


def well(hook: Hook) -> bool:
    return hook.well


async def test_it_is_set_with_all_we_want_and_drops_nothing(street: Street, hook: Hook) -> None:
    street.town.say(SQUARE, ANNA, "#报修 路灯不亮")
    assert not well(hook)
    await hook.once()
    (call,) = street.calls("setWebhook")
    assert call.params == {
        "url": URL, "allowed_updates": list(KINDS), "secret_token": "sesame", "max_connections": CONNECTIONS
    }  # fmt: skip
    assert well(hook)
    assert hook.rest == LOOK_EVERY
    assert len(street.town.bot().queue.waiting) == 1


async def test_it_is_set_anew_at_each_start_since_a_secret_cannot_be_read(street: Street, hook: Hook) -> None:
    street.town.bot().webhook = Webhook(URL, "an older secret")
    await hook.once()
    assert street.town.bot().webhook == Webhook(URL, "sesame", CONNECTIONS)


async def test_then_it_is_only_looked_at(street: Street, hook: Hook) -> None:
    for _ in range(3):
        await hook.once()
    assert len(street.calls("setWebhook")) == 1
    assert len(street.calls("getWebhookInfo")) == 2


async def test_a_list_that_somebody_else_left_is_replaced(street: Street, hook: Hook) -> None:
    await street.line.raw("setWebhook", url=OTHER, allowed_updates=["inline_query"])
    await hook.once()
    assert street.town.bot().queue.allowed == frozenset(KINDS)
    await street.line.raw("setWebhook", url=URL, allowed_updates=["message"])
    await hook.once()
    assert street.town.bot().queue.allowed == frozenset(KINDS)


async def test_somebody_took_it_away(street: Street, hook: Hook) -> None:
    await hook.once()
    street.town.bot().webhook = None
    await hook.once()
    assert street.town.bot().webhook == Webhook(URL, "sesame", CONNECTIONS)
    assert well(hook)


@pytest.mark.expects_errors
async def test_somebody_elses_is_not_fought_over(street: Street, hook: Hook, caplog: pytest.LogCaptureFixture) -> None:
    await hook.once()
    hooked(street, OTHER)
    street.town.bot().queue.chosen = False
    await hook.once()
    assert not well(hook)
    assert street.town.bot().webhook == Webhook(OTHER)
    assert "another program uses this token" in caplog.text
    assert "somebody/else" not in caplog.text
    hooked(street, URL)
    await hook.once()
    assert well(hook)


TROUBLES: dict[str, dict[str, Any]] = {
    "token refused": {"status": 401},
    "no such method": {"status": 404},
    "forbidden": {"status": 403},
    "conflict": {"status": 409},
    "server error": {"status": 500},
    "bad gateway, in HTML": {"status": 502, "body": "<html><h1>502 Bad Gateway</h1></html>"},
    "HTML with status 200": {"status": 200, "body": "<html>Welcome to the hotel's WiFi</html>"},
    "no result": {"status": 200, "body": {"ok": False}},
    "an answer that is a list": {"status": 500, "body": []},
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
async def test_no_trouble_ends_the_trying(street: Street, hook: Hook, trouble: dict[str, Any]) -> None:
    street.town.fail("setWebhook", times=3, **trouble)
    rests = []
    for _ in range(3):
        await hook.once()
        rests.append(hook.rest)
        assert not well(hook)
    assert rests[2] >= 2.0 > rests[0] >= 0.5
    await hook.once()
    assert well(hook)


async def test_it_waits_as_long_as_telegram_says(street: Street, hook: Hook) -> None:
    street.town.fail("setWebhook", status=429, retry_after=17)
    await hook.once()
    assert hook.rest == 17


async def test_a_clear_no_is_one_line(street: Street, hook: Hook) -> None:
    words = "Bad Request: bad webhook: HTTPS url must be provided for webhook"
    street.town.fail("setWebhook", status=400, description=words)
    with pytest.raises(WrongManner, match=r"https url must be provided.*leave it empty to poll"):
        await hook.once()


@pytest.mark.parametrize("known", [True, False])
async def test_a_no_to_what_stands_already_is_a_hiccup(street: Street, hook: Hook, known: bool) -> None:
    """Telegram asks the name servers each time, and they may be away; a restart must not end the program for that."""
    if known:
        await hook.once()
        street.town.bot().webhook = None
    else:
        hooked(street, URL)
    street.town.fail("setWebhook", status=400, description="Bad Request: bad webhook: failed to resolve host")
    await hook.once()
    assert not well(hook)
    assert hook.rest < LOOK_EVERY
    await hook.once()
    assert well(hook)


@pytest.mark.parametrize(
    ("heard", "waits", "fine"),
    [(None, True, False), (BEFORE, True, False), (AFTER, True, True), (timedelta(0), True, True), (None, False, True)],
)
@pytest.mark.expects_errors
async def test_what_telegram_could_not_deliver(
    street: Street, hook: Watched, heard: timedelta | None, waits: bool, fine: bool
) -> None:
    await hook.once()
    webhook = street.town.bot().webhook
    assert webhook is not None
    webhook.last_error, webhook.last_error_date = (
        "Wrong response from the webhook: 502 Bad Gateway",
        street.town.stamp(),
    )
    if waits:
        street.town.say(SQUARE, ANNA, "#报修 路灯不亮")
    hook.heard = None if heard is None else street.clock.now() + heard
    await hook.once()
    assert hook.well is fine
    street.town.bot().queue.waiting.clear()
    await hook.once()
    assert well(hook)


async def test_telegram_away_for_long_is_not_well(street: Street, hook: Watched) -> None:
    await hook.once()
    street.town.fail("getWebhookInfo", status=500, times=2)
    hook.now = 149.0
    await hook.once()
    assert well(hook)
    hook.now = 150.0
    await hook.once()
    assert not well(hook)
    await hook.once()
    assert well(hook)


UNKNOWN: dict[str, dict[str, Any]] = {
    "no such method": {"status": 404},
    "not allowed": {"status": 401},
    "bad request": {"status": 400},
    "no result": {"status": 200, "body": {"ok": False}},
    "another shape": {"status": 200, "body": {"ok": True, "result": True}},
    "no url": {"status": 200, "body": {"ok": True, "result": {"pending_update_count": 0}}},
}


@pytest.mark.parametrize("answer", UNKNOWN.values(), ids=UNKNOWN)
async def test_a_server_that_does_not_tell(street: Street, hook: Hook, answer: dict[str, Any]) -> None:
    street.town.fail("getWebhookInfo", times=3, **answer)
    assert await webhook_at(street.line) is None
    await require_no_webhook(street.line)
    await hook.once()
    await hook.once()
    assert well(hook)


async def test_polling_beside_a_webhook_is_refused_with_the_cure(street: Street) -> None:
    await require_no_webhook(street.line)
    hooked(street, "https://bot.example.org/a-secret-path")
    with pytest.raises(WrongManner, match=r"\(bot.example.org\).*set LINLIBAN_WEBHOOK_URL.*linliban webhook off") as no:
        await require_no_webhook(street.line)
    assert "a-secret-path" not in str(no.value)


async def test_telegram_away_at_the_question_does_not_keep_us_from_polling(
    street: Street, caplog: pytest.LogCaptureFixture
) -> None:
    street.town.fail("getWebhookInfo", status=502)
    await require_no_webhook(street.line)
    assert [call.status for call in street.calls("getWebhookInfo")] == [502]  # asked once, and not waited for
    assert "telegram_away" in caplog.text
    street.town.say(SQUARE, ANNA, "#报修 路灯不亮")
    assert await street.receiver.once(0) == 1


def test_two_machines_do_the_same() -> None:
    require_same("polling", None, "")
    require_same("polling", "polling", "east:1:a")
    require_same("webhook", "webhook", "east:1:a")
    with pytest.raises(WrongManner, match=r"east:1:a.*is in webhook mode.*set its LINLIBAN_WEBHOOK_URL here"):
        require_same("polling", "webhook", "east:1:a")
    with pytest.raises(WrongManner, match=r"east:1:a.*is in polling mode.*leave LINLIBAN_WEBHOOK_URL empty"):
        require_same("webhook", "polling", "east:1:a")
