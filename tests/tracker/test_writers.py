"""Threads that write wait in a queue: first come, first served, and nobody comes in between."""

import threading
from collections.abc import Callable

import pytest

from tracker.writers import Courtesy, Writers


class Crowd:
    """Threads that come for a turn one after the other, each known to wait before the next comes."""

    def __init__(self, writers: Writers) -> None:
        self.writers, self.served = writers, list[str]()
        self._threads: list[threading.Thread] = []

    def comes(self, name: str, does: Callable[[], None] = lambda: None) -> None:
        def wait() -> None:
            with self.writers.one_at_a_time():
                self.served.append(name)
                does()

        thread = threading.Thread(target=wait)
        before = len(self.writers._waiting)
        thread.start()
        self._threads.append(thread)
        while thread.is_alive() and len(self.writers._waiting) == before:
            threading.Event().wait(0.001)

    def all_go(self) -> None:
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive(), f"somebody still waits; served: {self.served}"


def test_first_come_first_served() -> None:
    crowd = Crowd(Writers())
    with crowd.writers.one_at_a_time():
        for name in "abcde":
            crowd.comes(name)
        assert crowd.served == []
    crowd.all_go()
    assert crowd.served == list("abcde")


def test_whoever_comes_again_stands_behind_those_who_wait() -> None:
    crowd = Crowd(Writers())
    for _ in range(2):  # a loop that writes batch after batch
        with crowd.writers.one_at_a_time():
            crowd.comes(f"a press {len(crowd.served)}")
        with crowd.writers.one_at_a_time():
            crowd.served.append("the next batch")
    crowd.all_go()
    assert crowd.served == ["a press 0", "the next batch", "a press 2", "the next batch"]


def test_a_turn_that_ends_badly_is_handed_over_too() -> None:
    crowd = Crowd(Writers())

    def fails() -> None:
        with crowd.writers.one_at_a_time():
            crowd.comes("the next")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    crowd.all_go()
    assert crowd.served == ["the next"]


class Patient:
    """A batch that waits for those who go first."""

    def __init__(self, courtesy: Courtesy, at_most: float = 10.0) -> None:
        self.passed = threading.Event()
        self._thread = threading.Thread(target=self._goes, args=(courtesy, at_most))
        self._thread.start()

    def _goes(self, courtesy: Courtesy, at_most: float) -> None:
        courtesy.lets_pass(at_most)
        self.passed.set()

    def goes_on(self) -> bool:
        self._thread.join(10)
        return self.passed.is_set()


def test_where_nobody_acts_the_next_batch_waits_for_nobody() -> None:
    assert Patient(Courtesy()).goes_on()


def test_a_batch_waits_until_the_last_of_those_who_act_is_done() -> None:
    courtesy = Courtesy()
    with courtesy.goes_first():
        with courtesy.goes_first():
            batch = Patient(courtesy)
        assert not batch.passed.wait(0.05)
    assert batch.goes_on()


def test_one_whose_act_failed_holds_up_nobody() -> None:
    courtesy = Courtesy()
    with pytest.raises(ValueError, match="no"), courtesy.goes_first():
        raise ValueError("no")
    assert Patient(courtesy).goes_on()


def test_however_many_act_the_batch_goes_on_after_a_while() -> None:
    courtesy = Courtesy()
    with courtesy.goes_first():
        assert Patient(courtesy, at_most=0.001).goes_on()
