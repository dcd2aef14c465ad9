"""Rows that an older or a newer program wrote: what can be read of them is kept, what cannot gives way, by name."""

from typing import Any

import pytest

from tests.world import A_MONDAY, XIZHU
from tracker import rulebook
from tracker.calendar import Span
from tracker.community import builtin, load
from tracker.enrol import from_file
from tracker.states import Phase, Urgency

WRITTEN = from_file(load(XIZHU))
SENSELESS: list[Any] = [None, 7, "soon", [], {}, [{}], {"normal": {}}, [["a", "b"]], {"2026-02-30": True}]


def test_what_the_program_itself_wrote_is_read_as_it_is() -> None:
    rules = rulebook.rules(WRITTEN.ladder)
    assert rules.value.spec == WRITTEN.ladder
    assert rules.mended == ()
    assert rulebook.calendar("Asia/Shanghai", WRITTEN.calendar).mended == ()


@pytest.mark.parametrize("key", WRITTEN.ladder)
@pytest.mark.parametrize("value", SENSELESS, ids=repr)
def test_no_value_in_a_ladder_keeps_a_ticket_from_being_chased(key: str, value: Any) -> None:
    read = rulebook.rules({**WRITTEN.ladder, key: value})
    for urgency in Urgency:
        for phase in Phase:
            assert read.value.limit(phase, urgency).amount
            assert read.value.rungs(phase, urgency)
    assert read.value.reopen_within.amount
    assert read.mended
    assert set(read.mended) <= {key, *map(str, Urgency)}


@pytest.mark.parametrize("key", WRITTEN.calendar)
@pytest.mark.parametrize("value", SENSELESS[1:], ids=repr)
def test_no_value_in_a_calendar_keeps_it_from_being_read(key: str, value: Any) -> None:
    read = rulebook.calendar("Asia/Shanghai", {**WRITTEN.calendar, key: value})
    fits = (key, value) == ("days", {})
    assert read.mended == (() if fits else (key,))
    assert read.value.hours
    assert read.value.add(A_MONDAY, Span(1, "wd")) > A_MONDAY


@pytest.mark.parametrize("key", ["limits", "accept", "resolve", "confirm_silence", "reopen_within"])
def test_a_ladder_without_a_key_has_the_one_all_begin_with(key: str) -> None:
    written = {name: value for name, value in WRITTEN.ladder.items() if name != key}
    assert rulebook.rules(written).value.spec[key] == WRITTEN.ladder[key]  # the example changes none of them
    assert rulebook.rules(written).mended == (tuple(map(str, Urgency)) if key == "limits" else (key,))


def test_an_urgency_needs_no_ladder_of_its_own() -> None:
    """A community that wrote one ladder for all has no hurried ones, and gets none."""
    written = {name: value for name, value in WRITTEN.ladder.items() if name != "resolve_critical"}
    read = rulebook.rules(written)
    assert read.mended == ()
    assert "resolve_critical" not in read.value.spec


@pytest.mark.parametrize("key", ["workdays", "hours", "quiet", "days"])
def test_a_calendar_without_a_key_has_the_one_all_begin_with(key: str) -> None:
    written = {name: value for name, value in WRITTEN.calendar.items() if name != key}
    read = rulebook.calendar("Asia/Shanghai", written)
    assert read.mended == (key,)
    expected = {"workdays": builtin.WORKDAYS, "hours": builtin.HOURS, "quiet": builtin.QUIET, "days": {}}
    assert getattr(read.value, key) == expected[key]


def test_keys_nobody_knows_are_passed_over() -> None:
    assert rulebook.rules({**WRITTEN.ladder, "weather": "fine"}).mended == ()
    assert rulebook.calendar("Asia/Shanghai", {**WRITTEN.calendar, "moon": "full"}).mended == ()
