"""Callback data: small, read back exactly, and nothing forged is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.presses import ARGUMENTS, Pressed, decode, encode
from bot.messages.quick import EXTENSIONS, RETURNS, reason

VALID = {
    **dict.fromkeys(ARGUMENTS, ((None,))),
    "rate": ("satisfied", "fair", "unsatisfied"),
    "assign": ("0", "7", "999"),
    "return_why": ("0", "2"),
    "extend_by": ("1d", "2d", "36h", "10wd", "4wh", "30m"),
}
ids = st.integers(0, 2**63 - 1)


@given(ticket=ids, epoch=ids, data=st.data(), verb=st.sampled_from(sorted(VALID)))
def test_every_press_comes_back_and_fits(ticket: int, epoch: int, data: st.DataObject, verb: str) -> None:
    arg = data.draw(st.sampled_from(VALID[verb]))
    written = encode(verb, ticket, epoch, arg)
    assert 1 <= len(written.encode()) <= 64
    assert decode(written) == Pressed(verb, ticket, epoch, arg)


@given(st.one_of(st.text(), st.from_regex(r"1:[a-z_]{1,12}:\d{1,25}:\d{1,25}(:\w{0,20})?", fullmatch=True)))
def test_whatever_is_pressed_is_read_or_refused_and_never_twofold(data: str) -> None:
    pressed = decode(data)
    assert pressed is None or encode(pressed.verb, pressed.ticket, pressed.epoch, pressed.arg) == data


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "accept",
        "1:accept:27",
        "2:accept:27:1",
        "1:close:27:1",
        "1:accept:-27:1",
        "1:accept:027:1",
        "1:accept:27:1:",
        "1:accept:27:1:now",
        "1:accept:27:1\n",
        "1:accept:２７:1",
        "1:accept:9223372036854775808:1",
        "1:rate:27:1",
        "1:rate:27:1:excellent",
        "1:assign:27:1:-1",
        "1:assign:27:1:1000",
        "1:assign:27:1:٣",
        "1:extend_by:27:1:0d",
        "1:extend_by:27:1:2y",
        "1:accept:27:1' OR 1=1",
        "\ud83d",
    ],
)
def test_forged_data_is_refused(forged: str) -> None:
    assert decode(forged) is None


def test_a_button_nobody_could_read_is_never_made() -> None:
    with pytest.raises(ValueError, match="no button may say"):
        encode("rate", 27, 1, "excellent")


def test_one_tap_gives_a_reason_in_the_language_of_the_place() -> None:
    assert reason(Pressed("return_why", 1, 1, "0"), "zh") == RETURNS[0] == "不在我们的范围"
    assert reason(Pressed("return_why", 1, 1, "0"), "en") == "outside our area"
    assert reason(Pressed("extend_by", 1, 1, "3d"), "zh") == EXTENSIONS["3d"] == "等施工"


@pytest.mark.parametrize(
    "pressed", [Pressed("return_why", 1, 1, "3"), Pressed("extend_by", 1, 1, "9d"), Pressed("accept", 1, 1)]
)
def test_a_tap_that_offers_no_reason_gives_none(pressed: Pressed) -> None:
    assert reason(pressed, "zh") is None
