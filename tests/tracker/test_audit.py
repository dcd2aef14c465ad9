"""The auditor finds what is not as promised, puts right what is safe, and tells the coordinators once a day."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tests.tracker.office import CHEN, MONDAY, Office
from tracker.models import Card, Clock, Event, Inbox, Outbox, Place, Ticket
from tracker.outcomes import Delivered, Gone, NotSent, Refused, Unknown
from tracker.states import Phase

A_DAY_AGO = MONDAY - timedelta(days=1)


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    office = Office(database_url)
    yield office
    office.close()


def found(office: Office, **how: Any) -> dict[str, int]:
    return {finding.code: finding.count for finding in office.desk.audit(**how).findings}


def everything(office: Office) -> dict[str, int]:
    """The audit of the hour that has just begun."""
    office.passes(hours=1)
    return found(office, full=office.now)


def changing(table: Any, **values: Any) -> Callable[[Session], Any]:
    return lambda session: session.execute(update(table).values(values))


def test_where_all_is_well_nothing_is_found_and_nothing_written(office: Office) -> None:
    ticket = office.report()
    office.sends()
    office.act(ticket, "accept")
    before = [(row.id, row.state, row.audited) for row in office.rows(Outbox)]
    assert office.desk.audit().clean
    assert office.desk.audit(full=office.now).clean
    assert [(row.id, row.state, row.audited) for row in office.rows(Outbox)] == before


# --- each minute


def test_a_deadline_nobody_decided(office: Office) -> None:
    ticket = office.report()
    office.sends()
    due = office.row(Clock).due_at
    office.clock.turn_to(due + timedelta(minutes=4))
    assert "clocks_late" not in found(office)
    office.passes(minutes=2)
    assert found(office)["clocks_late"] == 1
    assert office.alarms() == [("clocks_late", {"count": 1, "tickets": [office.number(ticket)], "minutes": 6})]


def test_it_is_told_once_a_day_however_long_it_lasts(office: Office) -> None:
    office.report()
    office.clock.turn_to(office.row(Clock).due_at)
    for _ in range(30):
        office.passes(minutes=1)
        office.desk.audit()
    assert [code for code, _ in office.alarms() if code == "clocks_late"] == ["clocks_late"]
    office.passes(days=1)
    office.desk.audit()
    assert [code for code, _ in office.alarms() if code == "clocks_late"] == ["clocks_late"] * 2


def test_a_letter_that_nothing_holds_back(office: Office) -> None:
    office.report()
    office.passes(minutes=4)
    assert found(office) == {}
    office.passes(minutes=2)
    assert found(office)["letters_late"] == 2
    code, data = office.alarms()[0]
    assert (code, data["minutes"]) == ("letters_late", 6)


@pytest.mark.parametrize(
    "held",
    [
        changing(Outbox, not_before=MONDAY + timedelta(hours=9)),  # until morning
        changing(Place, slot_at=MONDAY + timedelta(minutes=2)),  # somebody was spoken to there a moment ago
        changing(Place, blocked_at=MONDAY, blocked_why="kicked"),
        changing(Place, address=None),  # a group that nobody has bound yet
    ],
)
def test_what_is_held_back_is_not_late(office: Office, held: Callable[[Session], Any]) -> None:
    office.report()
    office.spoil(held)
    office.passes(minutes=6)
    assert "letters_late" not in found(office)
    assert office.desk.health().late_letter is None


def test_one_that_telegram_does_not_take_is_late_though_its_place_is_given_a_rest(office: Office) -> None:
    office.report()
    for _ in range(6):
        office.passes(minutes=1)
        for letter in office.desk.claim(8):
            office.desk.settle(letter, NotSent("ConnectError"))
    assert found(office)["letters_late"] == 2
    assert office.desk.health().late_letter is not None


def test_a_queue_that_moves_is_slow_and_does_not_stand_still(office: Office) -> None:
    office.report()
    office.passes(minutes=59)
    assert "letters_late" not in found(office, speaking=True)
    office.passes(minutes=2)
    assert found(office, speaking=True)["letters_late"] == 2


def test_each_community_hears_of_its_own(office: Office) -> None:
    office.report()
    office.passes(minutes=6)
    office.desk.audit()
    told = office.row(Outbox, Outbox.dedup.like("alarm:%"))
    assert office.row(Place, Place.id == told.place_id).address == CHEN
    assert told.priority < 30  # it goes before what is routine


@pytest.mark.parametrize("until", [None, MONDAY + timedelta(hours=1), MONDAY - timedelta(minutes=2)])
def test_a_letter_in_flight_with_an_end_nobody_lives_to_see(office: Office, until: Any) -> None:
    office.report()
    office.desk.claim(8)
    office.spoil(lambda session: session.execute(update(Outbox).values(lease_until=until)))
    assert found(office)["claim_lost"] == 2
    office.passes(seconds=61)
    again = office.desk.claim(8)
    assert {letter.id for letter in again} >= {row.id for row in office.rows(Outbox, Outbox.kind == "card")}
    assert all(row.resends == 1 for row in office.rows(Outbox, Outbox.kind == "card"))


def test_who_is_alive_after_all_may_still_record_what_he_sent(office: Office) -> None:
    office.report()
    letters = office.desk.claim(8)
    office.spoil(changing(Outbox, lease_until=MONDAY + timedelta(hours=1)))
    office.desk.audit()
    for letter in letters:
        office.desk.settle(letter, NotSent("ConnectError"))
    assert {row.state for row in office.rows(Outbox, Outbox.kind == "card")} == {"pending"}
    assert {row.resends for row in office.rows(Outbox, Outbox.kind == "card")} == {0}


def test_a_page_nobody_knows_the_fate_of_is_told_though_its_sender_died(office: Office) -> None:
    ticket = office.report()
    office.spoil(lambda session: session.execute(update(Outbox).values(state="unsure", kind="page")))
    assert found(office) == {"unsure_page": 2}
    assert [code for code, _ in office.alarms()] == ["unsure_page"] * 2
    assert {row.ticket_id for row in office.rows(Outbox, Outbox.dedup.like("alarm:%"))} == {ticket}
    assert office.desk.audit().clean
    assert len(office.alarms()) == 2


@pytest.mark.expects_errors
def test_what_was_told_when_it_happened_is_not_told_again(office: Office) -> None:
    office.report()
    office.sends(lambda letter: Refused("no words"))
    told = office.alarms()
    assert {code for code, _ in told} == {"dead_letter"}
    assert found(office) == {"dead_letter": 2}  # the audit is dirty, once
    assert office.alarms() == told
    assert office.desk.audit().clean


def test_what_a_notice_may_end_as_breaks_no_promise(office: Office) -> None:
    office.report()
    office.spoil(changing(Outbox, kind="notice"))
    office.sends(lambda letter: Unknown("no answer in time"))
    assert {row.state for row in office.rows(Outbox)} == {"unsure"}
    assert office.desk.audit().clean
    assert {row.audited for row in office.rows(Outbox)} == {True}


def test_a_place_where_nobody_hears_us_has_been_told_of(office: Office) -> None:
    office.report()
    office.sends(lambda letter: Gone("kicked") if letter.kind == "card" else Delivered(letter.id))
    assert office.rows(Outbox, Outbox.state == "dead")
    assert office.desk.audit().clean


def test_updates_that_wait_and_updates_that_were_parked(office: Office) -> None:
    def arrive(session: Session) -> None:
        for number, state in ((1, "waiting"), (2, "dead")):
            session.add(Inbox(bot="test", update_id=number, chat="-1", raw={}, at=office.now, state=state))

    office.spoil(arrive)
    assert found(office) == {"parked_update": 1}
    assert found(office) == {}
    office.passes(minutes=6)
    assert found(office)["updates_late"] == 1
    assert [code for code, _ in office.alarms() if code != "letters_late"] == ["parked_update", "updates_late"]


def test_a_card_that_nobody_edits(office: Office) -> None:
    ticket = office.report()
    office.sends()
    office.act(ticket, "accept")
    office.passes(minutes=9)
    assert "cards_late" not in found(office)
    office.passes(minutes=2)
    assert found(office)["cards_late"] == 2


# --- each hour


def test_an_hour_is_audited_once_whoever_does_it(office: Office) -> None:
    office.report()
    office.spoil(lambda session: session.execute(delete(Clock)))
    office.passes(hours=1)
    hour = office.now
    assert found(office, full=hour) == {"clock_missing": 1}
    office.spoil(lambda session: session.execute(delete(Clock)))
    assert found(office, full=hour) == {}


@pytest.mark.parametrize(
    ("acts", "phase"),
    [
        ([], Phase.ACCEPT),
        ([("accept",)], Phase.RESOLVE),
        ([("accept",), ("finish", "换好了")], Phase.CONFIRM),
    ],
)
def test_a_ticket_without_a_clock_gets_one_for_what_it_waits_for(
    office: Office, acts: list[tuple[str, ...]], phase: Phase
) -> None:
    ticket = office.report()
    for what, *words in acts:
        office.act(ticket, what, *words)
    before = office.row(Clock)
    office.spoil(lambda session: session.execute(delete(Clock)))
    assert everything(office)["clock_missing"] == 1
    clock = office.row(Clock)
    assert clock.phase == phase
    assert clock.limit_at == before.limit_at
    assert clock.due_at == (before.limit_at if phase == Phase.CONFIRM else office.now)
    assert office.rows(Event, Event.kind == "clock_wound")
    assert ("clock_missing", {"count": 1, "tickets": [office.number(ticket)]}) in office.alarms()


def test_pages_of_before_do_not_come_alive_again(office: Office) -> None:
    office.report()
    office.clock.turn_to(office.row(Clock).due_at)
    office.desk.sweep()
    pages = [row.id for row in office.rows(Outbox, Outbox.kind == "page", Outbox.state == "pending")]
    assert pages
    old = office.row(Clock).epoch
    office.spoil(lambda session: session.execute(delete(Clock)))
    everything(office)
    assert office.row(Clock).epoch > old
    assert {row.state for row in office.rows(Outbox, Outbox.id.in_(pages))} == {"void"}


def test_a_closed_ticket_is_not_chased(office: Office) -> None:
    office.report()
    office.spoil(lambda session: session.execute(update(Ticket).values(status="closed", closed_at=office.now)))
    assert everything(office)["clock_left"] == 1
    assert office.row(Clock).due_at is None
    assert office.row(Clock).stopped == "closed"


@pytest.mark.parametrize("also", [changing(Outbox, state="void"), delete(Outbox), None])
def test_a_group_that_has_no_card_gets_one(office: Office, also: Any) -> None:
    """However it was lost: taken back unsaid, deleted by hand, or said and its row deleted."""
    office.report()
    if also is None:
        office.sends()
    else:
        office.spoil(also if callable(also) else lambda session: session.execute(also))
    office.spoil(lambda session: session.execute(delete(Card).where(Card.role == "card")))
    assert everything(office)["card_missing"] == 1
    office.sends()
    assert office.row(Card, Card.role == "card").message is not None
    assert "card_missing" not in everything(office)


def test_a_card_under_way_or_refused_for_good_is_not_missing(office: Office) -> None:
    office.report()
    assert "card_missing" not in everything(office)
    office.spoil(changing(Outbox, state="dead"))
    assert "card_missing" not in everything(office)


def test_what_a_lost_list_was_to_tell_waits_again(office: Office) -> None:
    office.report()
    office.report()
    office.spoil(lambda session: session.execute(update(Outbox).values(state="bundled", bundle_id=999)))
    assert everything(office)["list_lost"] == 4
    assert {(row.state, row.bundle_id) for row in office.rows(Outbox, Outbox.kind == "card")} == {("pending", None)}


def test_a_place_that_would_be_silent_for_an_hour_because_a_clock_was_wrong(office: Office) -> None:
    office.report()
    ahead = (MONDAY + timedelta(hours=3)).timestamp()
    office.spoil(changing(Place, slot_at=MONDAY + timedelta(hours=3), recent=[ahead]))
    places = len(office.rows(Place))
    assert everything(office)["pace_ahead"] == places
    assert office.desk.claim(8)


def test_a_rest_that_telegram_asked_for_is_kept(office: Office) -> None:
    office.report()
    office.spoil(changing(Place, slot_at=MONDAY + timedelta(hours=3), recent=[MONDAY.timestamp()]))
    assert "pace_ahead" not in everything(office)
    assert not office.desk.claim(8)


def test_an_edit_that_would_wait_for_hours_is_made_now(office: Office) -> None:
    ticket = office.report()
    office.sends()
    office.act(ticket, "accept")
    office.spoil(changing(Card, next_at=MONDAY + timedelta(days=1)))
    assert everything(office)["card_ahead"] == 2
    assert {card.next_at for card in office.rows(Card)} == {office.now}


def test_many_repairs_are_made_in_small_transactions(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(45):
        office.report()
    office.spoil(lambda session: session.execute(delete(Clock)))
    sizes: list[int] = []
    real = office.desk._db.writing

    def counted() -> Any:
        sizes.append(1)
        return real()

    monkeypatch.setattr(office.desk._db, "writing", counted)
    assert everything(office)["clock_missing"] == 45
    assert len(sizes) == 1 + 3  # the hour's slot, and twenty rows a time
    assert len(office.rows(Clock)) == 45
