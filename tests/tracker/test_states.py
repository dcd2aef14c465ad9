"""The life of a ticket has no dead end, and every move says who may make it."""

import pytest

from tracker.errors import NotNow
from tracker.states import ENDED, MAY, OPEN, TRANSITIONS, Action, Status, move


def test_every_action_names_who_may() -> None:
    assert set(MAY) == set(Action)
    assert all(MAY.values())


def test_every_action_leads_from_somewhere() -> None:
    assert {action for _, action in TRANSITIONS} == set(Action)


@pytest.mark.parametrize("status", OPEN)
def test_an_open_ticket_can_always_end(status: Status) -> None:
    reached, edge = {status}, {status}
    while edge:
        edge = {to for (start, _), to in TRANSITIONS.items() if start in edge} - reached
        reached |= edge
    assert reached & set(ENDED)


def test_what_the_table_does_not_list_is_refused_with_number_and_status() -> None:
    with pytest.raises(NotNow) as refused:
        move(Status.CONFIRMING, Action.ACCEPT, number="XZ7")
    assert refused.value.facts() == {
        "number": "XZ7", "action": "accept", "status": "confirming", "by": "", "ago": 0,
    }  # fmt: skip
