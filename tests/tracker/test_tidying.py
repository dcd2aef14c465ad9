"""What is old goes a few rows a commit until none is left; what waits, or went wrong unnoticed, never goes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, insert, select, update

from tests.tracker.office import CHEN, LI, MONDAY, Office
from tracker import privacy, tidying
from tracker.db import Base
from tracker.errors import DatabaseAway
from tracker.models import Approval, Attachment, Clock, Event, Inbox, Outbox, Place, Slot, Supporter, Ticket
from tracker.tidying import MOST

A_YEAR_AGO = MONDAY - timedelta(days=365)
MANY = 3 * MOST + 7
SENT, WAITS = ["sent", "void"], ["pending", "sending", "bundled"]


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """A year ago it heard 25 reports, all of which soon ended; then nobody was there to tidy."""
    office = Office(database_url)
    office.clock.turn_to(A_YEAR_AGO)
    for number in range(25):
        office.report(f"3号楼的灯坏了,第{number}盏")
    office.spoil(lambda session: session.execute(update(Outbox).values(state="sent")))
    ended = {"status": "closed", "closed_at": A_YEAR_AGO, "outcome": "closed", "taken_by": "李师傅"}
    office.spoil(lambda session: session.execute(update(Ticket).values(ended)))
    office.spoil(lambda session: session.execute(update(Clock).values(due_at=None, stopped="closed")))
    office.clock.turn_to(MONDAY)
    yield office
    office.close()


def adds(office: Office, table: type[Base], count: int, **values: Any) -> None:
    """So many rows; each word with a {} holds the row's number."""
    rows = [
        {name: value.format(n) if isinstance(value, str) else value for name, value in values.items()}
        for n in range(count)
    ]
    office.spoil(lambda session: session.execute(insert(table), rows))


def updates(office: Office, count: int, state: str, at: datetime, first: int = 0, *, audited: bool = False) -> None:
    rows = [
        {"bot": "b", "update_id": first + n, "chat": "1", "raw": {"t": state}, "at": at, "state": state, "tries": 0,
         "urgent": False, "audited": audited}
        for n in range(count)
    ]  # fmt: skip
    office.spoil(lambda session: session.execute(insert(Inbox), rows))


def letters(office: Office, count: int, state: str, **values: Any) -> None:
    place = office.rows(Place)[0].id
    given = {
        "dedup": f"{state}:{sorted(values)}:{{}}", "kind": "notice", "place_id": place, "priority": 30,
        "not_before": A_YEAR_AGO, "created_at": A_YEAR_AGO, "state": state, "attempt": 1, "resends": 0,
        "audited": False, "fact": {"kind": "help", "part": "resident", "v": 1},
    }  # fmt: skip
    adds(office, Outbox, count, **given | values)


def count(office: Office, table: type[Base], *where: Any) -> int:
    with office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


@contextmanager
def commits() -> Iterator[list[int]]:
    """How many rows each commit changes meanwhile."""
    changed: list[int] = []
    rows = [0]

    def ran(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.split()[0] in ("DELETE", "UPDATE", "INSERT"):
            rows[0] += cursor.rowcount

    def done(_connection: Any) -> None:
        changed.extend(rows if rows[0] else ())
        rows[0] = 0

    event.listen(Engine, "after_cursor_execute", ran)
    event.listen(Engine, "commit", done)
    try:
        yield changed
    finally:
        event.remove(Engine, "after_cursor_execute", ran)
        event.remove(Engine, "commit", done)


def test_a_year_goes_to_the_last_row_and_no_commit_is_large(office: Office) -> None:
    adds(office, Event, MANY, ticket_id=1, at=A_YEAR_AGO, actor="telegram:{}", kind="note", data={"words": "原话"})
    adds(office, Supporter, MANY, ticket_id=2, address="telegram:{}", at=A_YEAR_AGO)
    adds(
        office, Attachment, MANY, ticket_id=3, at=A_YEAR_AGO, stage="before", ref="r{}", unique_ref="u{}", kind="photo"
    )
    adds(office, Attachment, MANY, at=A_YEAR_AGO, stage="before", ref="r{}", unique_ref="u{}", kind="photo", album="a")
    adds(office, Approval, 2, ticket_id=4, kind="return", asked_by="telegram:2002", asked_name="李师傅", why="原话",
         asked_at=A_YEAR_AGO, decided_by="telegram:2001", decided_at=A_YEAR_AGO, allowed=True)  # fmt: skip
    office.spoil(
        lambda session: session.execute(
            insert(Slot), [{"name": "audit", "at": A_YEAR_AGO + n * timedelta(hours=1)} for n in range(MANY)]
        )
    )
    letters(office, MANY, "sent", ticket_id=5)
    letters(office, MANY, "void")
    updates(office, MANY, "done", A_YEAR_AGO)

    with commits() as changed:
        steps = list(office.desk.tidying())

    assert max(changed) <= MOST + privacy.TICKETS
    assert changed == steps
    assert len(changed) > 7 * 3
    for table in (Supporter, Attachment, Slot, Outbox, Inbox):
        assert count(office, table) == 0, table
    assert count(office, Ticket, Ticket.reporter != "forgotten") == 0
    assert count(office, Ticket, Ticket.words != "") == 0
    assert {(row.actor, str(row.data)) for row in office.rows(Event)} == {("forgotten", "{}")}
    assert count(office, Event) > MANY  # what happened when is kept, for the figures
    assert {(row.asked_by, row.asked_name, row.why, row.decided_by) for row in office.rows(Approval)} == {
        ("forgotten", "", "", None)
    }
    assert list(office.desk.tidying()) == []


def test_a_letter_that_waits_or_went_wrong_unnoticed_stays(office: Office) -> None:
    for state in (*SENT, "pending", "bundled", "unsure", "dead"):
        letters(office, 1, state)
        letters(office, 1, state, ticket_id=1)
    letters(office, 1, "sending")
    for state in ("unsure", "dead"):
        letters(office, 1, state, audited=True)
        letters(office, 1, state, audited=True, ticket_id=1)
    list(office.desk.tidying())
    left = sorted((row.state, row.ticket_id) for row in office.rows(Outbox, Outbox.ticket_id.is_not(None)))
    assert left == [("bundled", 1), ("dead", 1), ("pending", 1), ("unsure", 1)]
    loose = sorted(row.state for row in office.rows(Outbox, Outbox.ticket_id.is_(None)))
    assert loose == ["bundled", "dead", "pending", "sending", "unsure"]
    assert office.row(Ticket, Ticket.id == 1).reporter == "forgotten"  # whose words need not wait for them

    office.spoil(lambda session: session.execute(update(Outbox).values(state="sent")))
    list(office.desk.tidying())
    assert count(office, Outbox) == 0


def test_a_list_stays_as_long_as_what_it_told(office: Office) -> None:
    ticket = office.report()  # today's, still open
    office.spoil(lambda session: session.execute(update(Outbox).values(state="sent")))
    letters(office, 1, "sent", dedup="list")
    the_list = office.row(Outbox, Outbox.dedup == "list").id
    letters(office, 1, "sent", dedup="told", ticket_id=ticket, bundle_id=the_list)
    list(office.desk.tidying())
    assert count(office, Outbox, Outbox.dedup.in_(("list", "told"))) == 2
    ended = {"status": "closed", "closed_at": A_YEAR_AGO}
    office.spoil(lambda session: session.execute(update(Ticket).where(Ticket.id == ticket).values(ended)))
    list(office.desk.tidying())
    assert count(office, Outbox) == 0


def test_what_is_young_stays(office: Office) -> None:
    list(office.desk.tidying())
    ticket = office.report()
    office.act(ticket, "accept")
    office.sends()
    updates(office, 3, "done", MONDAY - timedelta(days=2))
    adds(office, Attachment, 2, at=office.now, stage="before", ref="r{}", unique_ref="u{}", kind="photo", album="a")
    adds(office, Slot, 1, name="audit", at=MONDAY)
    letters(office, 2, "sent", ticket_id=ticket)  # however old, it is about something that goes on
    assert list(office.desk.tidying()) == []
    assert office.row(Ticket, Ticket.id == ticket).taken_by


def test_an_update_that_waits_stays_and_one_that_nobody_can_read_goes_with_the_words(office: Office) -> None:
    updates(office, MOST, "waiting", A_YEAR_AGO)
    updates(office, 3, "dead", A_YEAR_AGO, 1000)  # nobody was told yet
    updates(office, 4, "dead", A_YEAR_AGO, 2000, audited=True)
    updates(office, MANY, "done", A_YEAR_AGO, 3000)
    updates(office, 5, "dead", MONDAY - timedelta(days=89), 4000, audited=True)
    updates(office, 6, "done", MONDAY - timedelta(days=4), 5000)
    list(office.desk.tidying())
    assert count(office, Inbox, Inbox.state == "waiting") == MOST
    assert count(office, Inbox, Inbox.state == "dead", Inbox.audited.is_(False)) == 3
    assert count(office, Inbox, Inbox.state == "dead", Inbox.audited) == 5
    assert count(office, Inbox) == MOST + 3 + 5


def test_one_that_was_opened_again_meanwhile_keeps_its_words(office: Office) -> None:
    with office.database.reading() as session:
        found = privacy.to_forget(session, now=MONDAY)
    again = {"status": "in_progress", "closed_at": None}
    office.spoil(lambda session: session.execute(update(Ticket).where(Ticket.id == found[0]).values(again)))
    office.spoil(lambda session: privacy.forget(session, found, most=10 * MOST, now=MONDAY))
    assert office.row(Ticket, Ticket.id == found[0]).words
    assert count(office, Ticket, Ticket.reporter == "forgotten") == len(found) - 1


def test_what_is_said_after_it_was_opened_again_is_forgotten_in_its_turn(office: Office) -> None:
    list(office.desk.tidying())
    office.act(1, "reopen", "又坏了", who=CHEN)
    office.act(1, "finish", "换了灯泡")
    office.act(1, "close", "好了", who=CHEN)
    office.passes(days=89)
    list(office.desk.tidying())
    assert office.row(Ticket, Ticket.id == 1).done_words == "换了灯泡"
    office.passes(days=2)
    list(office.desk.tidying())
    assert office.row(Ticket, Ticket.id == 1).done_words is None
    assert {row.actor for row in office.rows(Event, Event.ticket_id == 1)} == {"forgotten"}


def test_whoever_is_broken_off_goes_on_where_he_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    updates(office, MANY, "done", A_YEAR_AGO)
    adds(office, Event, MANY, ticket_id=1, at=A_YEAR_AGO, actor="telegram:{}", kind="note", data={"words": "原话"})
    for _ in range(60):
        only_one = office.desk.tidying()
        if next(only_one, None) is None:
            break
    else:
        raise AssertionError("it never comes to an end")
    assert count(office, Inbox) == 0
    assert count(office, Event, Event.actor != "forgotten") == 0

    def away(*_: object) -> None:
        raise DatabaseAway("the database does not answer")

    updates(office, 1, "done", A_YEAR_AGO)
    with monkeypatch.context() as trouble:
        trouble.setattr(tidying, "_span", away)
        with pytest.raises(DatabaseAway):
            list(office.desk.tidying())
    assert list(office.desk.tidying()) == [1]


def test_others_write_between_two_steps(office: Office) -> None:
    updates(office, MANY, "done", A_YEAR_AGO)
    steps = 0
    for _ in office.desk.tidying():
        office.report()
        steps += 1
    assert steps >= 4
    assert count(office, Ticket, Ticket.closed_at.is_(None)) == steps
    assert office.row(Ticket, Ticket.id == 26).reporter != "forgotten"
    assert count(office, Inbox) == 0
    office.act(26, "accept", who=LI)
