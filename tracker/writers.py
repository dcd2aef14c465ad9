"""Whose turn it is to write: the only place where threads of one process queue for SQLite's single write lock.

SQLite itself keeps no queue. Whoever finds the file locked looks again after a nap, and a loop that writes batch after
batch (the sweep, when ten thousand deadlines fall due at once) would let a neighbour's press starve for seconds.
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
