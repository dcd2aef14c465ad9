"""Whose turn it is to write: the only place where threads of one process wait for each other.

SQLite itself keeps no queue for its single write lock. Whoever finds the file locked looks again after a nap, and a
loop that writes batch after batch (the sweep, when ten thousand deadlines fall due at once) would let a neighbour's
press starve for seconds. On a server all can write at once; there they share this process's one interpreter.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Writers:
    """First come, first served."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Inside, nobody else writes; not to be asked for again by a thread that is inside."""
        self._wait()
        try:
            yield
        finally:
            self._hand_over()

    def _wait(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            called = threading.Lock()
            called.acquire()
            self._waiting.append(called)
        called.acquire()  # until whoever goes before us lets go

    def _hand_over(self) -> None:
        """The turn passes straight to the next: nobody who comes by in between may take it."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Courtesy:
    """Who has much to write lets those go first who handle what somebody has just said or pressed."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._first = 0
        self._nobody = threading.Event()
        self._nobody.set()

    @contextmanager
    def goes_first(self) -> Iterator[None]:
        with self._guard:
            self._first += 1
            self._nobody.clear()
        try:
            yield
        finally:
            with self._guard:
                self._first -= 1
                if not self._first:
                    self._nobody.set()

    def lets_pass(self, at_most: float) -> None:
        """Wait while somebody goes first, but no longer than so many seconds."""
        self._nobody.wait(at_most)
