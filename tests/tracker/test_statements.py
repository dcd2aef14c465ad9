"""Rows that go straight to the database come out as they went in, by whichever way each database takes many of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.tracker.office import MONDAY, Help, Office
from tracker.models import Clock, Event, Outbox
from tracker.outbox import Priority, row
from tracker.statements import insert_rows, update_rows

BEIJING = timezone(timedelta(hours=8))
TRICKY = {
    "words": "\"路灯\" \\ %s :name {x} 'no'\n\t🎫",
    "none": None, "yes": True, "many": [1, -2, 3.5, {"深": []}], "big": 2**60,
}  # fmt: skip


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    office = Office(database_url)
    yield office
    office.close()


def inserted(office: Office, model: Any, *rows: dict[str, Any], unless: tuple[str, ...] = ()) -> None:
    office.spoil(lambda session: insert_rows(session, model, rows, unless=unless))


def updated(office: Office, model: Any, *rows: dict[str, Any]) -> None:
    office.spoil(lambda session: update_rows(session, model, rows))


def event(ticket: int, **columns: Any) -> dict[str, Any]:
    return {"ticket_id": ticket, "at": MONDAY, "actor": "bot", "kind": "tricky", "data": {}} | columns


def test_what_goes_in_comes_out(office: Office) -> None:
    ticket = office.report()
    inserted(office, Event, event(ticket, data=TRICKY), event(ticket, actor='"; DROP TABLE event; --'))
    first, second = office.rows(Event, Event.kind == "tricky")
    assert (first.data, first.actor, first.at) == (TRICKY, "bot", MONDAY)
    assert (second.data, second.actor) == ({}, '"; DROP TABLE event; --')


def test_they_stand_in_the_order_in_which_they_were_given(office: Office) -> None:
    ticket = office.report()
    inserted(office, Event, *(event(ticket, actor=str(n)) for n in range(200)))
    assert [each.actor for each in office.rows(Event, Event.kind == "tricky")] == [str(n) for n in range(200)]


def test_a_moment_of_any_zone_is_the_same_moment(office: Office) -> None:
    ticket = office.report()
    inserted(office, Event, event(ticket, at=MONDAY.astimezone(BEIJING)))
    assert office.row(Event, Event.kind == "tricky").at == MONDAY


def test_one_that_is_there_already_stays_as_it_is_and_the_others_come(office: Office) -> None:
    def notice(key: str, priority: Priority) -> dict[str, Any]:
        return row(1, Help(part="resident"), dedup=key, now=MONDAY, community_id=1, priority=priority)

    inserted(office, Outbox, notice("one", Priority.PAGE), unless=("dedup",))
    again = [notice("one", Priority.CRITICAL), notice("two", Priority.ANSWER), notice("two", Priority.PAGE)]
    inserted(office, Outbox, *again, unless=("dedup",))
    found = {each.dedup: each.priority for each in office.rows(Outbox, Outbox.dedup.in_(["one", "two"]))}
    assert found == {"one": Priority.PAGE, "two": Priority.ANSWER}


def test_what_is_not_named_has_its_default_or_nothing(office: Office) -> None:
    inserted(office, Outbox, row(1, Help(part="resident"), dedup="one", now=MONDAY, community_id=None,
                                 priority=Priority.PAGE), unless=("dedup",))  # fmt: skip
    one = office.row(Outbox, Outbox.dedup == "one")
    assert (one.community_id, one.epoch, one.audited, one.message, one.expires_at) == (None, None, False, None, None)


def test_only_the_rows_and_columns_that_are_named_change(office: Office) -> None:
    first, second, third = office.report(), office.report(), office.report()
    before = {each.ticket_id: each.due_at for each in office.rows(Clock)}
    later = MONDAY + timedelta(days=1)
    updated(office, Clock, {"ticket_id": first, "due_at": later, "n": 3},
            {"ticket_id": third, "due_at": later + timedelta(hours=1), "n": 4})  # fmt: skip
    now = {each.ticket_id: (each.n, each.due_at, each.epoch) for each in office.rows(Clock)}
    assert now == {first: (3, later, 1), second: (0, before[second], 1), third: (4, later + timedelta(hours=1), 1)}


def test_none_at_all_is_nothing(office: Office) -> None:
    ticket = office.report()
    inserted(office, Event)
    updated(office, Clock)
    assert (office.rows(Event, Event.kind == "tricky"), office.row(Clock).ticket_id) == ([], ticket)


def test_a_moment_without_a_zone_is_refused(office: Office) -> None:
    ticket = office.report()
    with pytest.raises(Exception, match="naive datetime"):
        inserted(office, Event, event(ticket, at=datetime(2026, 11, 23)))  # noqa: DTZ001 - that is the point
    with pytest.raises(Exception, match="naive datetime"):
        updated(office, Clock, {"ticket_id": ticket, "due_at": datetime(2026, 11, 23)})  # noqa: DTZ001
    assert office.rows(Event, Event.kind == "tricky") == []
