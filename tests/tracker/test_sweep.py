"""The sweep decides without a lock and writes in small batches: what people do in between is never overruled."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.tracker.office import LI, Office
from tracker import outbox, sweep
from tracker.desk.door import COURTESY
from tracker.models import Clock, Event, Outbox, Ticket
from tracker.states import Phase, Status
from tracker.writers import Courtesy


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    office = Office(database_url)
    yield office
    office.close()


def decided(office: Office, limit: int = 100) -> list[sweep.Decision]:
    with office.database.reading() as session:
        return sweep.decide(session, now=office.now, limit=limit)


def carried_out(office: Office, batch: Any) -> list[int]:
    with office.database.writing() as session:
        return [each.due.ticket_id for each in sweep.carry_out(session, batch, now=office.now)]


def pages(office: Office) -> set[int]:
    return {row.ticket_id for row in office.rows(Outbox, Outbox.dedup.like("ping:%"))}


def told(office: Office) -> list[int]:
    return [event.ticket_id for event in office.rows(Event, Event.kind == "told")]


def ended_in_silence(office: Office, count: int) -> list[int]:
    tickets = [office.report() for _ in range(count)]
    for ticket in tickets:
        office.act(ticket, "accept")
        office.act(ticket, "finish", "修好了")
    return tickets


def test_what_somebody_accepted_meanwhile_is_not_paged_any_more(office: Office) -> None:
    early, late = office.report(), office.report()
    office.passes(days=1)
    batch = decided(office)
    assert [each.due.ticket_id for each in batch] == [early, late]
    office.act(late, "accept", who=LI)
    accepted = office.row(Clock, Clock.ticket_id == late)
    assert carried_out(office, batch) == [early]
    assert (pages(office), told(office)) == ({early}, [early])
    now = office.row(Clock, Clock.ticket_id == late)
    assert (now.phase, now.epoch, now.due_at) == (Phase.RESOLVE, accepted.epoch, accepted.due_at)


def test_what_another_has_written_meanwhile_is_not_written_again(office: Office) -> None:
    ticket = office.report()
    office.passes(days=1)
    ours, theirs = decided(office), decided(office)
    assert carried_out(office, theirs) == [ticket]
    assert carried_out(office, ours) == []
    assert told(office) == [ticket]


@pytest.mark.expects_errors
def test_one_that_cannot_be_written_holds_up_nobody(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, poisoned, last = office.report(), office.report(), office.report()
    office.passes(days=1)
    batch = decided(office)
    real = outbox.post_all

    def breaks(session: Any, notices: Any) -> None:
        if any(notice["ticket_id"] == poisoned for notice in notices):
            raise ValueError("no")
        real(session, notices)

    monkeypatch.setattr(outbox, "post_all", breaks)
    assert carried_out(office, batch) == [first, poisoned, last]
    assert (pages(office), sorted(told(office))) == ({first, last}, [first, last])
    clock = office.row(Clock, Clock.ticket_id == poisoned)
    assert (clock.fails, clock.due_at) == (1, office.now + timedelta(minutes=2))
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == ["a decision failed"]


def test_those_that_end_in_silence_go_a_few_at_a_time(office: Office) -> None:
    tickets = ended_in_silence(office, 6)
    office.report()
    office.passes(days=30)
    batches = list(sweep.batches(decided(office)))
    assert max(sum(each.clock is None for each in batch) for batch in batches) == 4
    assert sum(len(batch) for batch in batches) == 7
    for batch in batches:
        carried_out(office, batch)
    assert {row.id for row in office.rows(Ticket, Ticket.status == Status.CLOSED)} == set(tickets)


def test_on_a_server_each_batch_first_lets_pass_who_has_just_said_something(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite they stand in one queue anyway."""
    for _ in range(120):
        office.report()
    office.spoil(lambda session: session.execute(update(Clock).values(due_at=office.now)))
    waited: list[float] = []
    monkeypatch.setattr(Courtesy, "lets_pass", lambda _, at_most: waited.append(at_most))
    assert office.desk.sweep() == 120
    assert waited == [] if office.desk.is_sqlite else [COURTESY, COURTESY]


def test_many_are_written_fifty_at_a_time_and_the_desk_tells_how_many(office: Office) -> None:
    tickets = [office.report() for _ in range(120)]
    office.spoil(lambda session: session.execute(update(Clock).values(due_at=office.now)))
    assert [len(batch) for batch in sweep.batches(decided(office, 200))] == [50, 50, 20]
    late: list[float] = []
    assert office.desk.sweep(110, late=late.append) == 110
    assert office.desk.sweep(110, late=late.append) == 10
    assert office.desk.sweep() == 0
    assert late == [0.0] * 120
    assert sorted(told(office)) == sorted(tickets), "each once, though on a server two batches are written at a time"
    assert pages(office) == set(tickets)
