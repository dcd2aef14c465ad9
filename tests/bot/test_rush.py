"""When much comes at once: from when, and until when, reading goes before talking."""

import pytest

from bot.rush import BEGINS, ENDS, OFTEN, Rush


class Ticks:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def rush(ticks: Ticks) -> Rush:
    return Rush(ticks=ticks)


def reads_for(rush: Rush, ticks: Ticks, seconds: float) -> None:
    """Without a pause, twenty times a second."""
    end = ticks.now + seconds
    while ticks.now < end - 1e-9:
        rush.read()
        ticks.now += 0.05


@pytest.mark.parametrize(
    ("seconds", "on"),
    [(0.0, False), (BEGINS - 0.1, False), (BEGINS + 0.1, True), (ENDS - 0.1, True), (ENDS + 0.1, False)],
)
def test_it_begins_after_a_second_and_ends_however_much_goes_on_coming(
    rush: Rush, ticks: Ticks, seconds: float, on: bool
) -> None:
    reads_for(rush, ticks, seconds)
    assert rush.is_on() is on


def test_one_moment_without_anything_to_read_ends_it(rush: Rush, ticks: Ticks) -> None:
    reads_for(rush, ticks, BEGINS + 1)
    assert rush.over()
    assert not rush.is_on()
    rush.read()
    assert not rush.is_on()


def test_a_quiet_day_is_no_rush(rush: Rush, ticks: Ticks) -> None:
    for _ in range(100):
        rush.read()
        ticks.now += 0.5
        assert not rush.over()
    assert not rush.is_on()


def test_meanwhile_whoever_speaks_is_not_asked_at_each_sentence(rush: Rush, ticks: Ticks) -> None:
    assert rush.read()
    ticks.now += 0.01
    assert rush.read()  # no rush: each is followed by its answer at once
    reads_for(rush, ticks, BEGINS + 0.1)
    asked = 0
    for _ in range(100):
        asked += rush.read()
        ticks.now += 0.01
    assert asked == pytest.approx(1 / OFTEN, abs=1)
