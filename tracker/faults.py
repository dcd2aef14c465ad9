"""Death at a named point: the only place where a test may have the program killed from within, to count afterwards.

`LINLIBAN_TEST_DIE_AT=claimed` kills the process, as `kill -9` would, when it reaches that point for the first time;
`claimed:3` at the third. Nothing else reads the variable, and without it a point costs one comparison.
"""

import os
import signal
from typing import Literal

Point = Literal[
    "update_stored", "update_handled", "update_done",
    "deciding", "decided",
    "claimed", "asked", "recorded",
    "edit_claimed", "edit_asked", "edit_recorded",
]  # fmt: skip
"""update_stored: committed, not yet confirmed to Telegram · update_handled: all is written, nothing committed ·
update_done: committed, the pop-up not yet shown · deciding: the sweep has written, not committed · decided: it has ·
claimed: leased, not yet asked of Telegram · asked: Telegram has answered, nothing recorded · recorded: it is ·
edit_…: the same of a card that is made true by editing."""

_WANTED, _, _COUNT = os.environ.get("LINLIBAN_TEST_DIE_AT", "").partition(":")
_left = int(_COUNT or 1)


def reached(point: Point) -> None:
    """Here the process may die."""
    if point == _WANTED:
        _count_down()


def _count_down() -> None:
    global _left
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
