"""How a ticket ends and comes back: the answer of the reporter, his silence, or a coordinator."""

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.errors import NoSuchParty, TooLateToReopen, WordsNeeded
from tracker.facts import Ended, Unhappy
from tracker.models import Rating, Ticket
from tracker.outbox import Priority
from tracker.statements import insert_once
from tracker.states import Action, Part, Score
from tracker.tickets import asking
from tracker.tickets.case import Case
from tracker.tickets.working import not_own, rework
from tracker.views import Somebody


def rate(case: Case, who: Somebody, score: Score) -> None:
    """满意, 基本满意 or 不满意 closes the ticket; a rating after silence still counts."""
    case.authorise(Action.RATE, who)
    not_own(case, who)
    case.move(Action.RATE)
    ticket = case.ticket
    row = {"ticket_id": ticket.id, "round": ticket.reopened, "score": score, "at": case.now}
    if not insert_once(case.session, Rating, row, on=("ticket_id", "round")):
        case.session.get_one(Rating, (ticket.id, ticket.reopened)).score = score
    ticket.closed_at, ticket.outcome = ticket.closed_at or case.now, "rated"
    case.stop("closed")
    case.record("rated", who, score=score)
    if score == Score.UNSATISFIED:
        for place in case.coordinators():
            case.tell(place, Unhappy(), key=f"r{ticket.reopened}", priority=Priority.ROUTINE)


def reopen(case: Case, who: Somebody, why: str = "") -> None:
    """没解决: the same number goes back to work. The reporter may within seven days, a coordinator any time."""
    parts = case.authorise(Action.REOPEN, who)
    ticket = case.ticket
    if ticket.closed_at is not None and Part.COORDINATOR not in parts:
        span = case.rules.reopen_within
        if case.now > case.calendar.add(ticket.closed_at, span):
            raise TooLateToReopen(number=case.number, days=span.amount)
    if ticket.lead_id is None:
        raise NoSuchParty(name="", parties="、".join(case.party_names), number=case.number)
    case.move(Action.REOPEN)
    ticket.reopened += 1
    rework(case, who, "reporter" if Part.REPORTER in parts else "coordinator", why)


def lapse(session: Session, ticket: Ticket, now: datetime) -> None:
    """The reporter said nothing: closed, and counted as not rated, never as satisfied."""
    case = Case.of(session, ticket, now)
    case.move(Action.LAPSE)
    ticket.closed_at, ticket.outcome = now, "lapsed"
    case.stop("lapsed")
    case.record("lapsed", None)


def reject(case: Case, who: Somebody, why: str) -> None:
    """不予受理, with the reason and, in it, where to go instead."""
    case.authorise(Action.REJECT, who)
    if not why:
        raise WordsNeeded(command="/reject", example=f"/reject #{case.number} …")
    case.move(Action.REJECT)
    _end(case, who, "rejected", why)


def close(case: Case, who: Somebody, why: str) -> None:
    """A coordinator ends it, never one who handled it himself."""
    case.authorise(Action.CLOSE, who)
    if not why:
        raise WordsNeeded(command="/close", example=f"/close #{case.number} …")
    not_own(case, who)
    case.move(Action.CLOSE)
    _end(case, who, "closed", why)


def _end(case: Case, who: Somebody, outcome: str, why: str) -> None:
    ticket = case.ticket
    ticket.closed_at, ticket.outcome, ticket.reason = case.now, outcome, why
    asking.moot(case, who)
    case.stop(outcome)
    case.record(outcome, who, why=why)
    for place in case.group():
        case.tell(place, Ended(), key=f"e{case.clock.epoch}")
