"""Who is spoken to next: urgent first, then one community after the other, and in each one place after the other."""

from collections import Counter
from datetime import timedelta

from tests.tracker.queue import LARGE, SMALL, TINY, Queue
from tracker.outbox import Priority


def test_a_community_with_little_to_say_does_not_wait_for_one_with_much(queue: Queue) -> None:
    queue.waits(LARGE, 300, places=60)
    queue.waits(SMALL, 3, places=3)
    said = queue.whose([letter for _ in range(6) for letter in queue.says()])
    assert said == said[:2] * 3  # who is first, where nobody was yet, is anybody's
    assert sorted(said[:2]) == [LARGE, SMALL]
    assert queue.whose(queue.says(limit=8)) == [LARGE] * 8


def test_nor_within_one_look(queue: Queue) -> None:
    queue.waits(LARGE, 300, places=60)
    queue.waits(SMALL, 3, places=3)
    assert Counter(queue.whose(queue.says(limit=8))) == {LARGE: 5, SMALL: 3}


def test_three_are_served_in_turns(queue: Queue) -> None:
    for community in (LARGE, SMALL, TINY):
        queue.waits(community, 12, places=6)
    said = [community for _ in range(4) for community in queue.whose(queue.says(limit=3))]
    assert said == said[:3] * 4
    assert sorted(said[:3]) == [LARGE, SMALL, TINY]


def test_its_places_are_served_in_turns(queue: Queue) -> None:
    """Also where the one that was served first may be spoken to again meanwhile."""
    places = queue.waits(LARGE, 20, places=4)
    said = []
    for _ in range(12):
        said += [letter.place.id for letter in queue.says()]
        queue.clock.turn(timedelta(seconds=2))
    assert said == places * 3


def test_what_is_urgent_does_not_wait_for_its_communitys_turn(queue: Queue) -> None:
    queue.waits(LARGE, 30, places=10)
    assert queue.whose(queue.says()) == [LARGE]
    queue.waits(SMALL, 3, places=3)
    (danger,) = queue.waits(LARGE, 1, places=1, priority=Priority.CRITICAL)
    assert [letter.place.id for letter in queue.says()] == [danger]


def test_in_one_place_the_urgent_goes_first_then_as_it_was_posted(queue: Queue) -> None:
    (place,) = queue.waits(LARGE, 2, places=1, priority=Priority.PAGE)
    queue.also(place, LARGE, Priority.ROUTINE)
    queue.also(place, LARGE, Priority.PAGE)
    queue.also(place, LARGE, Priority.CRITICAL)
    said: list[int] = []
    for _ in range(5):
        said += [letter.id for letter in queue.says(limit=8)]
        queue.clock.turn(timedelta(seconds=2))
    assert said == [5, 1, 2, 4, 3]
