"""What is critical finds a place in a group however much waits there: the last of a minute's twenty is kept for it."""

from datetime import timedelta

from tests.tracker.queue import LARGE, Queue
from tracker.outbox import Priority
from tracker.slots import KEPT, MINUTE, PER_MINUTE

SECOND = timedelta(seconds=1)


def speaks_for(queue: Queue, seconds: int) -> int:
    """How many letters leave while so many seconds pass."""
    said = 0
    for _ in range(seconds):
        said += len(queue.says(limit=8))
        queue.clock.turn(SECOND)
    return said


def test_while_more_is_waiting_nineteen_go_and_danger_at_once(queue: Queue) -> None:
    (group,) = queue.waits(LARGE, 40, places=1, kind="residents")
    assert speaks_for(queue, 30) == PER_MINUTE - 1
    queue.also(group, LARGE, Priority.CRITICAL)
    (danger,) = queue.says()
    assert danger.id == 41
    assert danger.now == queue.clock.now()


def test_the_last_goes_to_the_next_in_line_once_another_is_free_within_seconds(queue: Queue) -> None:
    queue.waits(LARGE, 40, places=1, kind="residents")
    begun = queue.clock.now()
    speaks_for(queue, 30)
    free = queue.desk.next_send_at()
    assert free is not None
    assert begun + MINUTE - KEPT <= free < begun + MINUTE
    queue.clock.turn_to(free)
    assert len(queue.says()) == 1


def test_where_nothing_else_is_waiting_all_twenty_go(queue: Queue) -> None:
    queue.waits(LARGE, PER_MINUTE, places=1, kind="residents")
    assert speaks_for(queue, PER_MINUTE) == PER_MINUTE


def test_never_more_than_twenty_a_minute_however_urgent(queue: Queue) -> None:
    (group,) = queue.waits(LARGE, 40, places=1, kind="residents")
    queue.also(group, LARGE, Priority.CRITICAL, notices=40)
    assert speaks_for(queue, 60) == PER_MINUTE


def test_a_private_chat_has_no_minute(queue: Queue) -> None:
    queue.waits(LARGE, 40, places=1, kind="private")
    assert speaks_for(queue, 40) == 40
