"""The inbox is worked off one by one, and whoever pressed a button hears at once."""

from typing import Any

import pytest

from bot.popup import Popup
from bot.work import Handle, Worker
from tests.bot.delivery.street import ANNA, SQUARE, Street
from tracker.desk import Unparsable, Visit


def worker(street: Street, handle: Handle) -> Worker:
    street.said_something = 0  # type: ignore[attr-defined]

    def after() -> None:
        street.said_something += 1  # type: ignore[attr-defined]

    return Worker(street.line, street.desk, handle, after=after, tally=street.tally)


@pytest.fixture
async def press(street: Street) -> Any:
    """Anna presses a button of ours."""
    button = {"inline_keyboard": [[{"text": "进度", "callback_data": "1:progress:1:0"}]]}
    posted = await street.line.send_message(SQUARE, "#XZ1", reply_markup=button)  # type: ignore[arg-type]
    pressed = street.town.press(SQUARE, ANNA, posted.message_id, "进度")
    await street.receiver.once(0)
    return pressed


async def test_updates_are_handled_in_order_and_once(street: Street) -> None:
    for word in ("一", "二", "三"):
        street.town.say(SQUARE, ANNA, word)
    await street.receiver.once(0)
    seen: list[str] = []
    work = worker(street, lambda visit, raw: seen.append(raw["message"]["text"]))
    assert await work.drain() == 3
    assert await work.drain() == 0
    assert seen == ["一", "二", "三"]
    assert street.said_something  # type: ignore[attr-defined]


async def test_who_pressed_is_answered(street: Street, press: Any) -> None:
    def handle(visit: Visit, raw: dict[str, Any]) -> Popup:
        return Popup(raw["callback_query"]["id"], "已接单", alert=True)

    await worker(street, handle).drain()
    assert press.answer == {"text": "已接单", "show_alert": True}


async def test_a_button_stops_spinning_even_if_nothing_is_said(street: Street, press: Any) -> None:
    await worker(street, lambda visit, raw: None).drain()
    assert press.answer is not None
    assert not press.answer["text"]


@pytest.mark.expects_errors
async def test_a_button_stops_spinning_even_if_we_failed(street: Street, press: Any) -> None:
    def handle(visit: Visit, raw: dict[str, Any]) -> Popup:
        raise Unparsable("no such thing")

    await worker(street, handle).drain()
    assert press.answer is not None


@pytest.mark.parametrize("status", [400, 403, 429, 500])
async def test_a_popup_that_fails_is_never_shown_again(street: Street, press: Any, status: int) -> None:
    street.town.fail("answerCallbackQuery", status=status, times=5)
    await worker(street, lambda visit, raw: None).drain()
    assert len(street.calls("answerCallbackQuery")) == 1
    assert street.desk.health().waiting == 0


async def test_a_popup_that_hangs_does_not_hold_up_the_end(street: Street, press: Any) -> None:
    street.town.fail("answerCallbackQuery", hang=30)
    work = worker(street, lambda visit, raw: None)
    assert await work.once() == 1
    await work.finish(within=0.02)


@pytest.mark.expects_errors
async def test_an_update_nobody_can_handle_is_parked_and_the_next_one_handled(street: Street) -> None:
    for word in ("毒", "好"):
        street.town.say(SQUARE, ANNA, word)
    await street.receiver.once(0)
    seen: list[str] = []

    def handle(visit: Visit, raw: dict[str, Any]) -> None:
        if raw["message"]["text"] == "毒":
            raise ZeroDivisionError
        seen.append(raw["message"]["text"])

    await worker(street, handle).drain()
    assert seen == ["好"]
    assert street.desk.health().parked == 1
    assert (street.tally["updates_handled"], street.tally["updates_parked"]) == (1, 1)
