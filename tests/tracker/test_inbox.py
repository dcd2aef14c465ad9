"""Updates are handled a chat in order and chats side by side, several in a commit, whatever becomes of one of them."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Select, select

from tests.bot.terminal import REPOSITORY
from tests.conftest import POSTGRES
from tracker.clock import SystemClock
from tracker.db import Database
from tracker.desk import Arrival, Desk, Taken, Unparsable, Visit
from tracker.errors import DatabaseAway
from tracker.models import Inbox, Place

Raw = dict[str, Any]


@dataclass
class Box:
    """A desk with words waiting in it; handling one leaves a place of that name behind, so that effects are counted."""

    url: str
    desk: Desk
    seen: list[str] = field(default_factory=list)
    said: int = 0

    def holds(self, *words: str, urgent: tuple[str, ...] = ()) -> None:
        """`A1` is the first word of chat A."""
        self.said += len(words)
        first = self.said - len(words) + 1
        arrivals = [Arrival(first + n, word[0], {"word": word}, word in urgent) for n, word in enumerate(words)]
        assert self.desk.store_updates("test", arrivals, self.said + 1) == len(words)

    def handle(self, visit: Visit, raw: Raw) -> None:
        self.seen.append(raw["word"])
        visit.register.meet_group(f"telegram:{raw['word']}")

    def failing(self, *bad: str, times: int = 99, error: type[Exception] = ZeroDivisionError) -> Callable[..., None]:
        """Handles as always, and then fails, after all was written, where one of the `bad` words comes."""
        left = dict.fromkeys(bad, times)

        def handle(visit: Visit, raw: Raw) -> None:
            self.handle(visit, raw)
            if left.get(raw["word"], 0):
                left[raw["word"]] -= 1
                raise error

        return handle

    def drain(self, handle: Callable[..., None] | None = None, most: int = 20) -> None:
        while self.take(handle, most):
            pass

    def take(self, handle: Callable[..., None] | None = None, most: int = 20) -> list[Taken[None]]:
        """As much as there is, however slow the machine."""
        return self.desk.take(handle or self.handle, most, hold=60)

    def rows(self) -> dict[int, tuple[str, int]]:
        return {row.update_id: (row.state, row.tries) for row in self.all(select(Inbox))}

    def effects(self) -> list[str]:
        """What was done and committed, in the order in which it was done."""
        return [place.address.removeprefix("telegram:") for place in self.all(select(Place).order_by(Place.id))]

    def all(self, rows: Select[Any]) -> Sequence[Any]:
        database = Database(self.url)
        try:
            with database.reading() as session:
                return session.scalars(rows).all()
        finally:
            database.close()


@pytest.fixture
def box(database_url: str) -> Iterator[Box]:
    desk = Desk(database_url, SystemClock())
    yield Box(database_url, desk)
    desk.close()


@pytest.mark.parametrize("most", [1, 2, 20])
def test_a_chat_is_handled_in_its_order_and_each_update_once(box: Box, most: int) -> None:
    box.holds("A1", "B1", "A2", "A3", "B2")
    box.drain(most=most)
    assert sorted(box.seen) == ["A1", "A2", "A3", "B1", "B2"]
    assert [word for word in box.seen if word[0] == "A"] == ["A1", "A2", "A3"]
    assert [word for word in box.seen if word[0] == "B"] == ["B1", "B2"]
    assert box.effects() == box.seen
    assert box.rows() == dict.fromkeys(range(1, 6), ("done", 0))
    assert box.take() == []


def test_no_other_is_begun_once_the_time_is_over(box: Box) -> None:
    """On SQLite nobody else can write meanwhile."""
    box.holds("A1", "A2", "B1")
    assert len(box.desk.take(box.handle, hold=0)) == 1
    assert box.effects() == ["A1"]


def test_what_is_done_is_not_kept(box: Box) -> None:
    box.holds("A1", "A2")
    box.drain(box.failing("A2", error=Unparsable))
    kept = box.all(select(Inbox).order_by(Inbox.id))
    assert [row.raw for row in kept] == [None, {"word": "A2"}]


def test_a_chat_in_which_somebody_may_be_in_danger_goes_first_and_in_its_order(box: Box) -> None:
    box.holds("A1", "B1", "B2", "B3", "C1", urgent=("B2",))
    box.drain(most=1)
    assert box.seen == ["B1", "B2", "A1", "B3", "C1"]


def test_chats_are_handled_side_by_side_where_the_database_can(box: Box) -> None:
    """Two machines: never both in one chat. On SQLite the one writer does one thing at a time."""
    box.holds(*(f"{chat}{n}" for n in range(6) for chat in "ABCDE"))
    working: set[str] = set()
    at_once: list[int] = []
    meet = threading.Barrier(2)

    def work(desk: Desk) -> None:
        met = not POSTGRES

        def handle(visit: Visit, raw: Raw) -> None:
            nonlocal met
            assert raw["word"][0] not in working, "two in one chat"
            working.add(raw["word"][0])
            if not met:
                meet.wait(timeout=10)
                met = True
            at_once.append(len(working))
            box.handle(visit, raw)
            working.remove(raw["word"][0])

        while desk.take(handle, 3):
            pass

    other = Desk(box.url, SystemClock())
    with ThreadPoolExecutor(2) as threads:
        for each in [threads.submit(work, desk) for desk in (box.desk, other)]:
            each.result()
    box.drain()  # what the one left because the other had it just then
    other.close()
    for chat in "ABCDE":
        assert [word for word in box.seen if word[0] == chat] == [f"{chat}{n}" for n in range(6)]
    assert sorted(box.effects()) == sorted(box.seen)
    assert max(at_once) == (2 if POSTGRES else 1)


def test_nobody_else_gets_the_next_of_a_chat_that_is_being_handled(box: Box) -> None:
    """Another machine, looking in the middle, gets another chat's or nothing."""
    box.holds("A1", "A2", "B1")
    other, found = Desk(box.url, SystemClock()), []

    def handle(visit: Visit, raw: Raw) -> None:
        if raw["word"] == "A1" and POSTGRES:  # on SQLite the other would wait until we are done
            found.append([each.raw["word"] for each in other.take(box.handle)])
            found.append([each.raw["word"] for each in other.take(box.handle)])
        box.handle(visit, raw)

    box.drain(handle)
    other.close()
    assert found == ([["B1"], []] if POSTGRES else [])
    assert box.seen == (["B1", "A1", "A2"] if POSTGRES else ["A1", "A2", "B1"])


def test_while_something_is_handled_whatever_falls_due_lets_it_pass(box: Box) -> None:
    box.holds("A1")
    going_first: list[bool] = []

    def handle(_visit: Visit, _raw: Raw) -> None:
        going_first.append(not box.desk._courtesy._nobody.is_set())

    assert len(box.take(handle)) == 1
    assert going_first == [True]
    assert box.desk._courtesy._nobody.is_set()


@pytest.mark.expects_errors
def test_one_that_fails_is_not_overtaken_and_holds_up_nobody_else(box: Box) -> None:
    """R-POISON: it is parked after three tries; then its chat goes on."""
    box.holds("A1", "A2", "B1")
    box.drain(box.failing("A1"))
    assert box.seen == ["A1", "A1", "A1", "A2", "B1"]
    assert box.effects() == ["A2", "B1"]
    assert box.rows() == {1: ("dead", 3), 2: ("done", 0), 3: ("done", 0)}


@pytest.mark.expects_errors
def test_one_that_fails_once_in_a_batch_costs_the_others_nothing(box: Box) -> None:
    box.holds("A1", "A2", "A3")
    handle = box.failing("A2", times=1)
    first = box.take(handle)
    assert [(each.update_id, each.error) for each in first] == [(1, None), (2, "ZeroDivisionError")]
    assert box.effects() == ["A1"]
    assert box.rows() == {1: ("done", 0), 2: ("waiting", 1), 3: ("waiting", 0)}
    box.drain(handle)
    assert box.effects() == ["A1", "A2", "A3"]
    assert box.rows() == {1: ("done", 0), 2: ("done", 1), 3: ("done", 0)}


@pytest.mark.expects_errors
def test_what_the_database_refuses_is_counted_against_that_one_only(box: Box) -> None:
    box.holds("A1", "A2", "A3")

    def handle(visit: Visit, raw: Raw) -> None:
        box.handle(visit, raw)
        if raw["word"] == "A2":
            visit.session.add(Place(kind="no such kind"))

    box.drain(handle)
    assert box.effects() == ["A1", "A3"]
    assert box.rows() == {1: ("done", 0), 2: ("dead", 3), 3: ("done", 0)}


def test_a_database_that_goes_away_is_counted_against_nobody(box: Box) -> None:
    box.holds("A1", "A2")
    with pytest.raises(DatabaseAway):
        box.take(box.failing("A2", error=DatabaseAway))
    assert box.effects() == []
    assert box.rows() == {1: ("waiting", 0), 2: ("waiting", 0)}
    box.drain()
    assert box.effects() == ["A1", "A2"]


WORKS = """
import sys
from tracker.clock import SystemClock
from tracker.desk import Desk
desk = Desk(sys.argv[1], SystemClock())
while desk.take(lambda visit, raw: visit.register.meet_group("telegram:" + raw["word"]), hold=60): pass
desk.close()
"""


def work_off(url: str, **environment: str) -> int:
    given = {**os.environ, "PYTHONPATH": str(REPOSITORY), **environment}
    return subprocess.run([sys.executable, "-c", WORKS, url], env=given, timeout=60, check=False).returncode


@pytest.mark.parametrize(("point", "done"), [("update_handled", []), ("update_done", ["A1", "A2"])])
def test_who_is_killed_before_the_commit_has_done_nothing_and_behind_it_all(
    box: Box, point: str, done: list[str]
) -> None:
    box.holds("A1", "A2")
    assert work_off(box.url, LINLIBAN_TEST_DIE_AT=point) == -signal.SIGKILL
    assert box.effects() == done
    assert work_off(box.url) == 0
    assert box.effects() == ["A1", "A2"]
    assert box.rows() == {1: ("done", 0), 2: ("done", 0)}
