"""A report made in somebody's private chat: ninety days after its end no row of any table leads from it to him."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from tests.tracker.office import CHEN, MONDAY, Office
from tests.tracker.test_tidying import commits
from tracker.db import Base
from tracker.facts import Progress, TicketList
from tracker.models import Card, Event, Outbox, Place, Ticket
from tracker.outcomes import Delivered, Gone
from tracker.states import Urgency
from tracker.tidying import MOST
from tracker.views import File, NewReport

ZHAO, SUN, HUANG = "telegram:7101", "telegram:7102", "telegram:7103"  # a resident, his neighbour, a liaison
ITSELF = ("place", "person", "invite")  # that somebody has a chat with us, or a part, says nothing of any ticket


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    office = Office(database_url)

    def joins(visit: Any) -> None:
        token, _ = visit.register.invite(1, "liaison:社区居委会", "黄干事")
        visit.register.accept_invitation(token, HUANG, "黄干事")
        for who in (HUANG, SUN):
            visit.register.open_private(who, language="zh", community=1)

    office.desk.visit("joins", joins)
    yield office
    office.close()


def told_in_private(office: Office, who: str = ZHAO) -> int:
    """A report with photos, led by a party whose people are reached in their private chats; its id."""
    office.reports += 1
    number = 70_000 + office.reports
    new = NewReport(
        source=f"{who}:{number}", message=number, reporter=who, at=office.now, words="5号楼201有人半夜敲墙,13812345678",
        masked="5号楼有人半夜敲墙", title="半夜敲墙", tag="投诉", category="公共设施维修", urgency=Urgency.NORMAL,
        tier="group", place_text="5号楼", building="5", unit="",
        files=(File(f"r{number}", f"u{number}", "photo"), File(f"r{number}b", f"u{number}b", "photo")),
    )  # fmt: skip

    def work(visit: Any) -> int:
        place = visit.register.open_private(who, language="zh", community=1)
        ticket: int = visit.cases.open(place, new, visit.register.somebody(who, 1))[0]
        return ticket

    ticket = office.desk.visit(f"tell {number}", work)
    office.act(ticket, "reassign", "社区居委会", who=CHEN)
    return ticket


def says(office: Office, what: str, who: str, ticket: int | None = None) -> None:
    """Something asked in a private chat, answered there."""

    def work(visit: Any) -> None:
        place = visit.register.open_private(who, language="zh", community=1)
        fact = Progress() if ticket else TicketList(what="mine", lines=visit.cases.mine(who))
        visit.answer(place, fact, ticket_id=ticket)

    office.desk.visit(f"{what} {who} {office.now}", work)


def lived_through(office: Office) -> int:
    """All that may happen to such a ticket, with everybody's hands on it; it ends today."""
    ticket = told_in_private(office)
    office.sends()
    office.act(ticket, "accept", who=HUANG)
    office.act(ticket, "support", who=SUN)
    office.act(ticket, "note", "又敲了", who=ZHAO)
    office.act(ticket, "ask_extension", "2d", "找不到人", who=HUANG)
    office.desk.visit("allow", lambda visit: visit.cases.decide(ticket, visit.register.somebody(CHEN, 1), allow=True))
    office.act(ticket, "watch", who=CHEN)
    office.act(ticket, "ask", "几点敲的?", who=HUANG)
    office.sends()
    office.passes(days=9)  # late: the ladder speaks to all
    while office.desk.sweep():
        office.sends()
    says(office, "/status", SUN, ticket)
    says(office, "/mine", ZHAO)
    office.act(ticket, "finish", "谈过了", who=HUANG)
    office.sends()
    office.act(ticket, "reopen", "还敲", who=ZHAO)
    office.act(ticket, "finish", "又谈过了", who=HUANG)
    office.sends()
    office.act(ticket, "rate", "satisfied", who=ZHAO)
    office.sends()
    return ticket


def cells(office: Office) -> Iterator[tuple[str, str, Any]]:
    for table in Base.metadata.sorted_tables:
        with office.database.reading() as session:
            for row in session.execute(select(table)).mappings():
                yield from ((table.name, column, value) for column, value in row.items())


def traces(office: Office, *people: str) -> list[str]:
    """Where any column of any table still names one of these, or the private chat with him."""
    chats = office.rows(Place, Place.kind == "private")
    places = {row.id for row in chats if row.address in (*people, None)}  # whose a chat was may be forgotten by now
    assert len(places) >= len(people)
    found = [(table, column, value) for table, column, value in cells(office) if table not in ITSELF]
    named = [f"{table}.{column}: {value}" for table, column, value in found if any(who in str(value) for who in people)]
    led = [f"{table}.{column}: {value}" for table, column, value in found if column == "place_id" and value in places]
    return named + led


def words(office: Office, *those: str) -> list[str]:
    return [f"{table}.{column}" for table, column, value in cells(office) for word in those if word in str(value)]


def tidies(office: Office, **how_long: float) -> None:
    office.passes(**how_long)
    list(office.desk.audit(full=office.now).findings)
    list(office.desk.tidying())


def test_nothing_leads_to_the_person(office: Office) -> None:
    ticket = lived_through(office)
    tidies(office, days=89)
    assert traces(office, ZHAO)  # the test can see
    assert words(office, "13812345678", "还敲")

    tidies(office, days=2)
    assert traces(office, ZHAO, SUN, HUANG) == []
    assert words(office, "13812345678", "还敲", "谈过了", "找不到人", "几点敲的", f"{70_001}") == []
    kept = office.row(Ticket, Ticket.id == ticket)
    assert (kept.place_id, kept.source, kept.message, kept.reporter) == (None, None, None, "forgotten")
    assert (kept.title, kept.building, kept.status, kept.outcome) == ("半夜敲墙", "5", "closed", "rated")
    assert None not in (kept.created_at, kept.accepted_at, kept.closed_at, kept.lead_id)
    assert {row.actor for row in office.rows(Event)} == {"forgotten"}


def test_a_group_stays_the_tickets_place_but_not_the_message_that_says_who_spoke(office: Office) -> None:
    ticket = office.report()
    office.act(ticket, "finish", "换了灯泡")
    office.act(ticket, "close", "王阿姨说修好了", who=CHEN)
    office.sends()
    place = office.row(Ticket).place_id
    tidies(office, days=91)
    assert words(office, "王阿姨") == []
    kept = office.row(Ticket)
    assert (kept.place_id, kept.source, kept.message) == (place, None, None)
    assert office.rows(Card, Card.place_id == place)  # ours, kept true should it be opened again


def test_what_somebody_asked_the_day_before_goes_with_it(office: Office) -> None:
    lived_through(office)
    office.passes(days=89, hours=23)
    says(office, "/mine", ZHAO)
    office.sends()
    tidies(office, hours=2)
    assert traces(office, ZHAO)  # that we answered him, not what
    assert set(words(office, "敲墙", "XZ1'")) == {"ticket.title"}


def test_an_answer_that_never_arrived_goes_with_it(office: Office) -> None:
    ticket = lived_through(office)
    office.passes(days=89, hours=23)
    says(office, "/mine", ZHAO)
    office.sends(lambda letter: Gone("blocked"))
    says(office, "/status", ZHAO, ticket)
    office.spoil(lambda session: session.execute(update(Place).where(Place.address == ZHAO).values(blocked_at=MONDAY)))
    assert [row.state for row in office.rows(Outbox, Outbox.dedup.like("answer:/%"))].count("pending") == 1
    tidies(office, days=4)  # nobody will ever hear what waits there
    assert traces(office, ZHAO) == []


def test_the_figures_and_the_lists_stay(office: Office) -> None:
    lived_through(office)
    tidies(office, days=91)
    stats = office.desk.visit("stats", lambda visit: visit.cases.stats(1))
    assert (stats.stats.open, stats.stats.overdue) == (0, 0)
    view = office.desk.visit("view", lambda visit: visit.cases.view(1))
    assert (view.status, view.supporters, view.score) == ("closed", 0, "satisfied")
    assert office.desk.visit("mine", lambda visit: visit.cases.mine(ZHAO)) == ()
    assert office.desk.audit(full=office.now + timedelta(hours=1)).findings == ()


def test_in_the_end_we_do_not_know_him_and_he_may_come_back(office: Office) -> None:
    """His chat is forgotten when he has said nothing there for as long; one who has a part, or a ticket, is known."""
    lived_through(office)
    open_still = told_in_private(office, "telegram:7104")
    office.sends()
    tidies(office, days=91)
    office.desk.visit("late", lambda visit: visit.register.open_private(SUN, language="zh"))
    tidies(office, days=1)
    assert words(office, ZHAO) == []
    assert set(words(office, SUN)) == {"place.address"}
    tidies(office, days=91)
    assert words(office, SUN) == []
    assert "place.address" in words(office, HUANG)
    assert "place.address" in words(office, "telegram:7104")
    assert office.row(Ticket, Ticket.id == open_still).reporter == "telegram:7104"

    again = told_in_private(office)
    office.sends()
    place = office.row(Ticket, Ticket.id == again).place_id
    assert office.row(Place, Place.address == ZHAO).id == place
    assert office.rows(Card, Card.place_id == place, Card.message.is_not(None))


def test_what_still_waits_for_him_is_said_first(office: Office) -> None:
    """Nobody ran the program for months: the chat is known until the answer has been given."""
    says(office, "/mine", ZHAO)
    tidies(office, days=91)
    assert "place.address" in words(office, ZHAO)
    assert office.sends() == 1
    tidies(office, hours=1)
    assert words(office, ZHAO) == []


def test_opened_again_it_is_worked_on_and_ends_in_silence(office: Office) -> None:
    """Nobody is left to ask: it goes back to the party, and when it is done it lapses, and is forgotten anew."""
    ticket = lived_through(office)
    tidies(office, days=91)
    office.act(ticket, "reopen", "又有人敲", who=CHEN)
    office.sends()
    office.passes(days=9)
    while office.desk.sweep():
        office.sends()
    overdue = office.desk.visit("overdue", lambda visit: visit.cases.overdue(1))
    assert [line.title for line in overdue] == ["半夜敲墙"]
    assert office.desk.audit(full=office.now).findings == ()
    office.act(ticket, "finish", "再谈了一次", who=HUANG)
    assert office.row(Ticket).status == "confirming"
    assert office.desk.audit(full=office.now + timedelta(hours=1)).findings == ()
    office.passes(days=4)
    office.desk.sweep()
    office.sends()
    assert (office.row(Ticket).status, office.row(Ticket).outcome) == ("closed", "lapsed")
    tidies(office, days=91)
    assert traces(office, ZHAO, SUN, HUANG) == []
    assert words(office, "再谈了一次", "又有人敲") == []


def test_opened_again_and_ended_by_a_coordinator(office: Office) -> None:
    ticket = lived_through(office)
    tidies(office, days=91)
    office.act(ticket, "reopen", "又有人敲", who=CHEN)
    office.act(ticket, "close", "已移交派出所", who=CHEN)
    office.sends()
    assert office.row(Ticket).status == "closed"


def test_a_photo_that_comes_after_all_that_time_does_not_stay(office: Office) -> None:
    """Whatever is added to what is forgotten is forgotten at the next round, by its old end."""
    ticket = lived_through(office)
    tidies(office, days=91)
    photo = File("late", "late", "photo")

    def work(visit: Any) -> None:
        visit.cases.add_after_photo(ticket, visit.register.somebody(HUANG, 1), photo)

    office.desk.visit("late photo", work)
    office.sends()
    assert words(office, "late")
    assert traces(office, HUANG)
    list(office.desk.tidying())
    assert traces(office, HUANG) == words(office, "late") == []


def test_a_card_that_somebody_edits_just_then(office: Office) -> None:
    """It is gone when the edit comes back: that is the end of it, for the card and for whoever could not read it."""
    lived_through(office)
    office.passes(days=91)
    office.spoil(lambda session: session.execute(update(Card).values(shown_version=0, next_at=office.now)))
    taken = office.desk.behind_cards(8)
    assert taken
    list(office.desk.tidying())
    for card in taken:
        office.desk.settle_card(card, Delivered(card.message))
    assert traces(office, ZHAO, HUANG) == []


def test_many_cards_go_a_few_in_each_commit(office: Office) -> None:
    ticket = told_in_private(office)
    office.act(ticket, "finish", "谈过了", who=HUANG)
    office.act(ticket, "close", "好了", who=CHEN)
    office.sends()
    many = 2 * MOST + 7
    place = {"kind": "private", "recent": [], "welcomed": False}
    office.spoil(
        lambda session: session.execute(insert(Place), [{**place, "address": f"telegram:9{n}"} for n in range(many)])
    )
    cards = [
        {"ticket_id": ticket, "place_id": row.id, "role": "task", "wanted_version": 1, "shown_version": 1,
         "message": 1, "has_photo": False, "fails": 0}
        for row in office.rows(Place, Place.address.like("telegram:9%"))
    ]  # fmt: skip
    office.spoil(lambda session: session.execute(insert(Card), cards))
    office.passes(days=91)
    with commits() as changed:
        list(office.desk.tidying())
    assert max(changed) <= MOST + 5
    with office.database.reading() as session:
        private = select(Place.id).where(Place.kind == "private")
        assert session.scalar(select(func.count()).select_from(Card).where(Card.place_id.in_(private))) == 0
