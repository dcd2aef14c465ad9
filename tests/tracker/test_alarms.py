"""What is kept for a coordinator who could not be told, in the cases that no story would tell."""

from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import delete

from tests.tracker.office import CHEN, LI, Office
from tracker import alarms
from tracker.facts import FACT, Alarms, Unreachable
from tracker.models import Alarm, Outbox, Person, Role
from tracker.outcomes import Delivered, Gone, Outcome, Refused
from tracker.views import Letter


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    office = Office(database_url)
    yield office
    office.close()


def comes(office: Office, who: str = CHEN) -> None:
    """Says something to us in private."""
    office.desk.visit(f"{who} {office.now}", lambda visit: visit.register.open_private(who, language="zh"))


def sends(office: Office, outcome: Outcome | None = None) -> list[str]:
    """The kinds of all that was said, or tried with this outcome, and of lists the codes in them."""
    said: list[str] = []

    def settled(letter: Letter) -> Outcome:
        codes = [line.code for line in letter.fact.lines] if isinstance(letter.fact, Alarms) else []
        said.extend([FACT.validate_python(letter.fact).kind, *codes])
        return outcome or Delivered(letter.id + 1000)

    office.sends(settled)
    return said


def states(office: Office) -> list[str]:
    return [row.state for row in office.rows(Outbox)]


def test_a_list_that_nobody_heard_waits_too_and_is_said_once(office: Office) -> None:
    office.desk.tell_coordinators("clock_wrong", "1")
    assert sends(office, Gone("blocked")) == ["alarm"]
    office.desk.tell_coordinators("pace_ahead", "1", count=2)
    comes(office)
    assert sends(office, Gone("blocked")) == ["alarms", "clock_wrong", "pace_ahead"]
    office.passes(days=1)
    office.desk.tell_coordinators("card_ahead", "1", count=2)
    comes(office)
    assert sends(office) == ["alarms", "clock_wrong", "pace_ahead", "alarms", "card_ahead"]
    comes(office)
    assert sends(office) == []
    assert set(states(office)) == {"sent"}
    assert office.desk.audit(full=office.now).findings == ()


@pytest.mark.expects_errors  # it is a fault of ours, and logged as one
def test_one_that_telegram_will_never_take_is_not_tried_again(office: Office) -> None:
    office.desk.tell_coordinators("clock_wrong", "1")
    assert sends(office, Refused("too long")) == ["alarm"]
    comes(office)
    assert sends(office) == []


def test_whoever_is_no_coordinator_any_more_is_not_told(office: Office) -> None:
    office.desk.tell_coordinators("clock_wrong", "1")
    sends(office, Gone("blocked"))
    person = office.row(Person, Person.address == CHEN).id
    gone = delete(Role).where(Role.person_id == person, Role.kind == "coordinator")
    office.spoil(lambda session: session.execute(gone))
    comes(office)
    assert sends(office) == []
    assert states(office) == ["void"]


def test_what_he_hears_at_once_is_no_list(office: Office) -> None:
    comes(office)
    office.desk.tell_coordinators("clock_wrong", "1")
    comes(office)  # he says something in the same second
    assert sends(office) == ["alarm"]


def test_the_same_again_in_a_week_is_told_again_to_nobody_who_knows(office: Office) -> None:
    office.desk.tell_coordinators("clock_wrong", "1")
    assert sends(office) == ["alarm"]
    office.passes(days=8)
    list(office.desk.tidying())
    assert office.rows(Alarm) == []
    office.desk.tell_coordinators("clock_wrong", "1")
    comes(office)
    assert sends(office) == []


def test_a_new_one_is_kept_for_a_week(office: Office) -> None:
    office.desk.tell_coordinators("clock_wrong", "1")
    office.passes(days=6, hours=23)
    assert list(office.desk.tidying()) == []
    assert len(office.rows(Alarm)) == 1


def test_what_is_older_concerns_nobody_though_nobody_tidied(office: Office) -> None:
    office.desk.tell_coordinators("clock_wrong", "1")
    assert sends(office, Gone("never_started")) == ["alarm"]
    office.desk.tell_coordinators("pace_ahead", "1", count=2)
    office.passes(days=8)
    comes(office)
    assert sends(office) == []
    assert states(office) == ["void"]


def test_others_with_a_part_are_told_nothing(office: Office) -> None:
    office.desk.tell_coordinators("clock_wrong", "1")
    sends(office, Gone("never_started"))
    comes(office, LI)
    assert sends(office) == []
    comes(office)
    assert sends(office) == ["alarms", "clock_wrong"]


def test_a_list_of_whom_nobody_can_reach_waits_until_somebody_reads_it(office: Office) -> None:
    for number in range(4):
        nobody = Unreachable(who=f"师傅{number}", why="blocked")
        office.spoil(partial(alarms.tell, community_id=1, fact=nobody, key=f"{number}", now=office.now))
    assert sends(office) == ["unreachable"]
    office.passes(minutes=3)
    assert sends(office, Gone("blocked")) == ["bundle"]
    office.passes(days=1)
    assert sends(office) == []
    comes(office)
    assert sends(office) == ["bundle"]
    assert set(states(office)) == {"sent"}
    comes(office)
    assert sends(office) == []
