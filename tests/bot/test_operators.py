"""docs/operators.md says what to do about whatever may ring: each alarm, each condition of /readyz, each warning."""

import ast
import re
from datetime import UTC, datetime
from functools import cache

import pytest

from board import Signs
from board.health import ready
from tests.bot.terminal import REPOSITORY
from tracker.desk import Health

PAGE = (REPOSITORY / "docs" / "operators.md").read_text(encoding="utf-8")
TEMPLATE = (REPOSITORY / "bot" / "messages" / "templates" / "_alarms.j2").read_text(encoding="utf-8")
NO_ALARM = {"which", "unknown"}  # a part of others, and what is said of a code that has no words
LOUD = {"warning", "error", "critical", "exception"}


@cache
def calls() -> tuple[ast.Call, ...]:
    """Every call in our own code."""
    files = (file for package in ("bot", "tracker", "board") for file in sorted((REPOSITORY / package).rglob("*.py")))
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in files)
    return tuple(node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def words(nodes: list[ast.expr]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def alarm_codes() -> set[str]:
    """What the program can raise an alarm about: by itself, by the audit, or handed on to be told."""
    found = set()
    for call in calls():
        handed_on = any(name_of(each) == "tell_coordinators" for each in call.args)
        if name_of(call.func) in ("alarm", "by_community", "tell_coordinators") or handed_on:
            found.update(words(call.args[:3])[:1])
    return found


def written_alarms() -> set[str]:
    return set(re.findall(r"{% macro (\w+)\(", TEMPLATE)) - NO_ALARM


def log_lines() -> set[str]:
    """What our loggers say at WARNING or above."""
    found: set[str] = set()
    for call in calls():
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr in LOUD
            and name_of(call.func.value) in ("log", "line")
        ):
            first = call.args[0]
            found.update(words([first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]))
    return found


def rows(section: str) -> set[str]:
    """What stands in the first column of the tables under a heading."""
    part = PAGE.split(f"### {section}\n", 1)[1].split("\n### ", 1)[0].split("\n## ", 1)[0]
    return {
        name
        for line in part.splitlines()
        if line.startswith("|")
        for name in re.findall("`([^`]+)`", line.split("|")[1])
    }


def test_the_code_is_read_as_it_is_written() -> None:
    assert {"parked_update", "dead_letter", "clocks_late", "clock_missing", "clock_wrong"} <= alarm_codes()
    assert {"not_alone", "part_failed", "too_fast", "a decision failed", "audit_found"} <= log_lines()


@pytest.mark.parametrize("code", sorted(alarm_codes() | written_alarms()))
def test_an_alarm_has_words_and_a_cure(code: str) -> None:
    assert code in written_alarms(), "no words in bot/messages/templates/_alarms.j2"
    assert code in rows("An alarm"), "no row in docs/operators.md"


def test_no_cure_is_offered_for_what_cannot_ring() -> None:
    assert rows("An alarm") <= written_alarms()
    assert rows("A line in the log") <= log_lines()


@pytest.mark.parametrize("line", sorted(log_lines()))
def test_a_line_in_the_log_has_a_cure(line: str) -> None:
    assert line in rows("A line in the log"), "no row in docs/operators.md"


def test_each_condition_of_readyz_has_a_cure() -> None:
    leading = Signs(now=datetime(2026, 11, 23, tzinfo=UTC), polled=1.0, leads=True, loops={"work": 1.0, "beat": 1.0})
    conditions = set(ready(Health(database=True), leading))
    assert len(conditions) > 8
    assert conditions <= rows("/readyz is red")


def test_each_variable_is_explained() -> None:
    example = (REPOSITORY / ".env.example").read_text(encoding="utf-8")
    variables = re.findall(r"^(LINLIBAN_\w+)=", example, re.M)
    assert len(variables) > 8
    assert [name for name in variables if f"`{name}`" not in PAGE] == []
