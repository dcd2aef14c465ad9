"""The engine's lease: one holder a term, whoever asks, and whatever the clocks say."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tracker import leases
from tracker.clock import SystemClock, TurnedClock
from tracker.db import Database
from tracker.desk import Desk
from tracker.leases import LASTS, Held, Rival

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SOON, LATE = NINE + timedelta(seconds=5), NINE + LASTS


class Table:
    """The lease as several machines see it."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)

    def asks(
        self,
        who: str,
        at: datetime,
        term: int | None = None,
        unmoved: Held | Rival | None = None,
        mode: str = "polling",
    ) -> Held | Rival:
        assert not isinstance(unmoved, Held)
        with self.database.writing() as session:
            return leases.hold(session, "engine", who, mode, now=at, term=term, unmoved=unmoved)

    def releases(self, who: str, term: int, at: datetime) -> bool:
        with self.database.writing() as session:
            return leases.release(session, "engine", who, term, now=at)


@pytest.fixture
def table(database_url: str) -> Iterator[Table]:
    table = Table(database_url)
    yield table
    table.database.close()


def test_the_first_holds_it_and_renews_it_and_the_second_stands_by(table: Table) -> None:
    assert table.asks("a", NINE) == Held(1)
    assert table.asks("b", SOON) == Rival("a", 1, "polling", NINE + LASTS)
    assert table.asks("a", SOON, term=1) == Held(1)
    assert table.asks("b", LATE) == Rival("a", 1, "polling", SOON + LASTS)


def test_what_has_ended_goes_to_whoever_asks_and_the_term_goes_up(table: Table) -> None:
    table.asks("a", NINE)
    assert table.asks("b", LATE, mode="webhook") == Held(2)
    assert table.asks("a", LATE, term=1) == Rival("b", 2, "webhook", LATE + LASTS)


def test_a_late_renewal_is_as_good_while_nobody_has_taken_over(table: Table) -> None:
    table.asks("a", NINE)
    assert table.asks("a", NINE + timedelta(hours=1), term=1) == Held(1, vacant=timedelta(minutes=59, seconds=45))
    assert isinstance(table.asks("b", NINE + timedelta(hours=1)), Rival)


def test_what_is_given_back_is_free_at_once_and_only_the_holder_gives_it_back(table: Table) -> None:
    table.asks("a", NINE)
    assert not table.releases("b", 1, SOON)
    assert not table.releases("a", 2, SOON)
    assert table.releases("a", 1, SOON)
    assert table.asks("b", SOON) == Held(2)
    assert not table.releases("a", 1, SOON)


def test_who_lost_sight_of_his_term_begins_a_new_one(table: Table) -> None:
    table.asks("a", NINE)
    assert table.asks("a", SOON) == Held(2)
    assert table.asks("a", SOON, term=1) == Held(3)  # a renewal that came late is none


def test_a_clock_set_back_keeps_a_dead_holder_no_longer_than_he_stands_still(table: Table) -> None:
    table.asks("a", NINE)
    an_hour_less = NINE - timedelta(hours=1)
    seen = table.asks("b", an_hour_less)
    assert isinstance(table.asks("b", an_hour_less + LASTS), Rival)
    assert table.asks("b", an_hour_less + LASTS, unmoved=seen) == Held(2)


def test_who_has_renewed_meanwhile_is_not_taken_for_dead(table: Table) -> None:
    table.asks("a", NINE)
    seen = table.asks("b", SOON)
    table.asks("a", SOON, term=1)
    assert table.asks("b", SOON, unmoved=seen) == Rival("a", 1, "polling", SOON + LASTS)


def test_many_ask_at_once_and_one_gets_it(table: Table) -> None:
    gate, answers = threading.Barrier(8), list[Held | Rival]()

    def ask(who: str) -> None:
        for at in (NINE, LATE, LATE + LASTS):
            gate.wait()
            answers.append(table.asks(who, at))

    threads = [threading.Thread(target=ask, args=(f"machine {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.term for answer in answers if isinstance(answer, Held)) == [1, 2, 3]
    assert len(answers) == 24


def test_a_file_has_one_program_so_a_rival_there_is_dead_and_a_server_has_many(database_url: str) -> None:
    clock = TurnedClock(NINE, frozen=True)
    one, other = Desk(database_url, clock), Desk(database_url, clock)
    assert one.hold_engine("a", "polling") == Held(1)
    rival = other.hold_engine("b", "polling")
    assert rival == Held(2) if other.is_sqlite else rival == Rival("a", 1, "polling", NINE + LASTS)
    if other.is_sqlite:
        assert other.release_engine("b", 2)
    else:
        assert one.release_engine("a", 1)
    one.close()
    other.close()


class Wrong(SystemClock):
    """A machine's own clock, an hour ahead."""

    def now(self) -> datetime:
        return super().now() + timedelta(hours=1)


def test_machines_agree_on_the_databases_clock(database_url: str) -> None:
    """Their own may differ: the one that is an hour ahead would take over every time it asks."""
    right, wrong = Desk(database_url, SystemClock()), Desk(database_url, Wrong())
    if right.is_sqlite:  # one machine, one clock
        assert right.hold_engine("a", "polling") == Held(1)
        assert right.hold_engine("a", "polling", term=1) == Held(1)
    else:
        assert wrong.hold_engine("b", "polling") == Held(1)
        assert isinstance(right.hold_engine("a", "polling"), Rival)
        assert wrong.release_engine("b", 1)
        ours = right.hold_engine("a", "polling")
        assert isinstance(ours, Held)
        assert ours.term == 2
        assert isinstance(wrong.hold_engine("b", "polling"), Rival)
    right.close()
    wrong.close()
