"""Anything may happen: people act, time passes, Telegram and the machine fail, in any order; the laws hold."""

from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from shutil import copyfile
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import conftest
from tests.faults.acts import PeopleAct
from tests.faults.misfortunes import ANSWERS, ThingsHappen


class Anything(PeopleAct, ThingsHappen):
    """One neighbourhood with two groups, another community beside it, and all that can go wrong."""

    endings: ClassVar[Iterator[Callable[["Anything"], None]]]

    def teardown(self) -> None:
        """Wherever a walk has led, it ends with something that seldom comes about by itself."""
        try:
            if self.well:
                self.all_can_be_reached()
                self.a_neighbour_complains()
                next(self.endings)(self)
        finally:
            super().teardown()


ENDINGS: list[Callable[[Anything], None]] = [
    lambda walk: walk.what_fell_due_is_not_said_before_night(95),
    lambda walk: walk.it_is_answered_while_a_page_is_on_its_way(ANSWERS[0]),
    lambda walk: walk.whoever_is_to_be_told_asks_first(),
]


def how_much() -> settings:
    """A little in the suite, without looking for a shorter walk; `--hypothesis-profile=soak` takes its time."""
    checks = list(HealthCheck)
    if settings.get_current_profile_name() == "soak":
        return settings(suppress_health_check=checks)
    return settings(
        max_examples=5, stateful_step_count=20, phases=[Phase.generate], derandomize=True, database=None,
        deadline=None, suppress_health_check=checks,
    )  # fmt: skip


@pytest.mark.expects_errors
def test_anything(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    examples = iter(range(10**9))

    def fresh() -> str:
        if conftest.POSTGRES:
            url: str = request.getfixturevalue("_postgres_with_schema")
            conftest._empty(url)
            return url
        file = tmp_path / f"{next(examples)}.db"
        copyfile(request.getfixturevalue("_sqlite_with_schema"), file)
        return f"sqlite:///{file}"

    machine = type("Walk", (Anything,), {"fresh": staticmethod(fresh), "folder": tmp_path, "endings": cycle(ENDINGS)})
    run_state_machine_as_test(machine, settings=how_much())
