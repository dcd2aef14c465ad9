"""A resident's sentence becomes a ticket, once, and goes to the party that must act."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import cards, clocks, outbox, routing
from tracker.facts import Danger, NeedsParty, Withdrawn
from tracker.models import Card, Party, Place, Ticket
from tracker.outbox import Priority
from tracker.routing import Route
from tracker.states import Action, Phase, Status, Urgency
from tracker.tickets import beginning, files
from tracker.tickets.case import Case
from tracker.tickets.files import attach
from tracker.views import File, NewReport, PlaceView, Somebody


def open_ticket(
    session: Session, place: PlaceView, report: NewReport, by: Somebody | None, *, now: datetime
) -> tuple[int, bool]:
    """The ticket of this message, and whether it is new: the same message never opens a second one."""
    assert place.community is not None
    route = routing.route(session, place.community, report.category)
    begun = beginning.begin(session, place.community, place.id, report, route, by, now=now)
    if begun is None:
        return session.scalars(select(Ticket.id).where(Ticket.source == report.source)).one(), False
    ticket_id, everything = begun
    if not everything:
        _tell_more(Case.of(session, session.get_one(Ticket, ticket_id), now), route)
    return ticket_id, True


def _tell_more(case: Case, route: Route) -> None:
    """What few tickets need besides their cards."""
    if case.ticket.status == Status.DISPATCHED:
        _hand_over(case, case.party_places())
    elif case.ticket.status == Status.CAPTURED:
        _ask_for_party(case, route.why)
    if case.is_critical:
        for place in routing.dispatchers(case.session, case.ticket):
            case.page(place, Danger(), slot="danger")


def wait_for_party(case: Case, why: str) -> None:
    """No rule names a lead: whoever dispatches is asked now, and chased like anybody else."""
    case.ticket.lead_id = None
    case.arm(Phase.ASSIGN)
    case.ticket.accept_by = case.clock.limit_at
    _ask_for_party(case, why)


def _ask_for_party(case: Case, why: str) -> None:
    for place in routing.dispatchers(case.session, case.ticket):
        case.page(place, NeedsParty(why=why), slot="needs")


def dispatch(case: Case, lead_id: int, by: Somebody | None, *, why: str = "") -> None:
    """To exactly one lead party. Both limits run from here, not from acceptance, else unsigned tickets would hide."""
    session, ticket = case.session, case.ticket
    if ticket.lead_id is not None and ticket.lead_id != lead_id:
        _withdraw(case, lead_id)
    case.move(Action.DISPATCH)
    ticket.lead_id, ticket.accepted_at, ticket.taken_by = lead_id, None, None
    ticket.closed_at = ticket.outcome = ticket.reason = None
    case.arm(Phase.ACCEPT)
    ticket.accept_by = case.clock.limit_at
    ticket.resolve_by = case.calendar.add(case.now, case.rules.limit(Phase.RESOLVE, Urgency(ticket.urgency)))
    case.record("dispatched", by, to=case.lead_name, why=why)
    places = case.party_places()
    for place in places:
        urgent = Priority.CRITICAL if case.is_critical else Priority.PAGE
        awake = case.now if case.is_critical else case.calendar.out_of_quiet(case.now)
        cards.post(session, ticket, place.id, "task", now=case.now, priority=urgent, not_before=awake)
    _hand_over(case, places)


def _hand_over(case: Case, places: list[Place]) -> None:
    """The task's other photos; and where nobody can be reached, coordinators are told and the next rung comes."""
    if files.count(case.session, case.ticket.id, "before") > 1:
        case.show_more(places, "before", skip=1)
    if not places:
        clocks.unreachable(case.session, case.ticket, case.clock, now=case.now)
        clocks.hurry(case.session, case.ticket.id, now=case.now)


def _withdraw(case: Case, lead_id: int) -> None:
    """The old party is told at once that there is nothing more to do; its task keeps no buttons."""
    to = case.session.get_one(Party, lead_id).name
    old = select(Card).where(Card.ticket_id == case.ticket.id, Card.role == "task")
    for card in case.session.scalars(old).all():
        outbox.void_task(case.session, case.ticket.id, card.place_id)
        if card.message is not None:
            place = case.session.get_one(Place, card.place_id)
            case.tell(place, Withdrawn(to=to), key=f"e{case.clock.epoch}", priority=Priority.PAGE)


def add_photo(session: Session, ticket: Ticket, file: File, *, now: datetime, album: str | None = None) -> None:
    """One more photo of the report; the party sees it, too, if it has its task already."""
    case = Case.of(session, ticket, now)
    shown = files.count(session, ticket.id, "before")
    if attach(session, ticket.id, file, "before", now=now, album=album):
        case.record("photo", None)
        case.show_more(case.party_places(), "before", skip=shown)


def edit_report(session: Session, ticket: Ticket, report: NewReport, *, now: datetime) -> bool:
    """The resident corrected the message: until somebody accepted, that is the report; tells whether it changed."""
    case = Case.of(session, ticket, now)
    if report.words == ticket.words:
        return False
    if ticket.status not in (Status.CAPTURED, Status.DISPATCHED):
        case.record("edited_late", None, words=report.masked)
        return False
    case.record("edited", None, before=ticket.masked)
    ticket.words, ticket.masked, ticket.title = report.words, report.masked, report.title
    ticket.place_text, ticket.building, ticket.unit = report.place_text, report.building, report.unit
    return True
