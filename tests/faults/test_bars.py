"""The table of bars in docs/developers.md is true: every bar stands in it, and every test it names is there."""

import re

from tests.bot.terminal import REPOSITORY

PAGE = (REPOSITORY / "docs" / "developers.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("### Bars and their tests")[2].partition("\n\nWhere ")[0]
TESTS = REPOSITORY / "tests"


def named() -> set[str]:
    return set(re.findall(r"`([a-z0-9_/]+\.py)`", TABLE))


def test_every_test_it_names_is_there() -> None:
    assert len(named()) > 30
    assert not [name for name in named() if not (TESTS / name).is_file()]


def test_every_bar_stands_in_it() -> None:
    bars = set(re.findall(r"\bR(\d+)\b", TABLE))
    assert bars == {str(number) for number in range(1, 32)}


def test_every_test_that_is_named_after_a_bar_stands_in_it() -> None:
    after_bars = {f"faults/{file.name}" for file in (TESTS / "faults").glob("test_r[0-9_]*.py")}
    assert not after_bars - named()
