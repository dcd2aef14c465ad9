"""What people do to a ticket: accept, finish, check, answer, reopen, note, end it. Each checks, changes, tells."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import cards, routing
from tracker.db import insert_once
from tracker.errors import NoSuchParty, OwnWork, TooLateToReopen, WordsNeeded
from tracker.facts import (
    AfterPhoto,
    CheckWanted,
    Ended,
    QuestionAsked,
    Reminder,
    ReporterAdded,
    Reworked,
    Unhappy,
)
from tracker.models import Party, Rating, Supporter, Ticket
from tracker.outbox import Priority
from tracker.states import OPEN, Action, Part, Phase, Score, Status, Urgency
from tracker.tickets import asking, opening
from tracker.tickets.case import Case
from tracker.tickets.files import attach
from tracker.views import File, Somebody

_WATCH_UNTIL = time(18, 0)  # community time: the end of the working day


def accept(case: Case, who: Somebody) -> None:
    """接单. The clock goes on towards the promised end; it only changes its phase."""
    case.authorise(Action.ACCEPT, who)
    case.move(Action.ACCEPT)
    _take(case, who)


def _take(case: Case, who: Somebody) -> None:
    case.ticket.accepted_at, case.ticket.taken_by = case.now, who.name
    case.arm(Phase.RESOLVE, limit_at=case.ticket.resolve_by, anchor_at=case.clock.anchor_at)
    case.record("accepted", who)


def finish(case: Case, who: Somebody, words: str, files: tuple[File, ...] = ()) -> None:
    """办好了. The group hears at once, unless the category asks for a check by somebody else first."""
    case.authorise(Action.FINISH, who)
    accepted = case.ticket.status == Status.IN_PROGRESS
    case.move(Action.FINISH)
    if not accepted:
        _take(case, who)
    asking.moot(case, who)
    ticket = case.ticket
    ticket.handled_at, ticket.handled_by, ticket.done_words = case.now, who.address, words or None
    for file in files:
        attach(case.session, ticket.id, file, "after", now=case.now)
    if len(files) > 1:
        case.show_more([case.group()], "after", skip=1)
    if ticket.check:
        ticket.status = Status.HANDLED
        case.arm(Phase.CHECK)
        case.record("handled", who, words=words)
        for place in routing.dispatchers(case.session, ticket):
            case.page(place, CheckWanted(), slot="check")
    else:
        case.record("handled", who, words=words)
        _ask_reporter(case)


def _ask_reporter(case: Case) -> None:
    case.arm(Phase.CONFIRM)
    cards.post(
        case.session, case.ticket, case.ticket.place_id, "result", now=case.now, priority=Priority.ANSWER
    )  # fmt: skip


def add_after_photo(case: Case, who: Somebody, file: File) -> bool:
    """A photo that comes after 办好了 still reaches the resident; tells whether it was new."""
    case.authorise(Action.FINISH, who)
    if not attach(case.session, case.ticket.id, file, "after", now=case.now):
        return False
    case.record("after_photo", who)
    if case.ticket.status in (Status.CONFIRMING, Status.CLOSED):
        case.tell(case.group(), AfterPhoto(ref=file.ref, file_kind=file.kind), key=file.unique)
    return True


def check_passes(case: Case, who: Somebody, *, epoch: int | None = None) -> None:
    """核查通过, by anybody but the one who handled it."""
    case.fresh(epoch)
    case.authorise(Action.PASS, who)
    _not_own(case, who)
    case.move(Action.PASS)
    case.record("checked", who)
    _ask_reporter(case)


def check_fails(case: Case, who: Somebody, why: str, *, epoch: int | None = None) -> None:
    """退回重办."""
    case.fresh(epoch)
    case.authorise(Action.REDO, who)
    _not_own(case, who)
    case.move(Action.REDO)
    _rework(case, who, "check", why)


def rate(case: Case, who: Somebody, score: Score) -> None:
    """满意, 基本满意 or 不满意 closes the ticket; a rating after silence still counts."""
    case.authorise(Action.RATE, who)
    _not_own(case, who)
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
        raise NoSuchParty(name="", parties="、".join(_party_names(case)))
    case.move(Action.REOPEN)
    ticket.reopened += 1
    _rework(case, who, "reporter" if Part.REPORTER in parts else "coordinator", why)


def _rework(case: Case, who: Somebody, by: str, why: str) -> None:
    """Back to the party, with a new limit from now; its task card gets its buttons again."""
    ticket = case.ticket
    ticket.closed_at = ticket.outcome = ticket.handled_at = ticket.handled_by = ticket.done_words = None
    case.arm(Phase.RESOLVE)
    ticket.resolve_by = case.clock.limit_at
    case.record("reopened", who, by=by, why=why)
    for place in case.party_places():
        case.page(place, Reworked(by=by, why=why), slot="rework")
    if by == "reporter":
        for place in case.coordinators():
            case.tell(place, Reworked(by=by, why=why), key=f"c{case.clock.epoch}", priority=Priority.ROUTINE)


def _not_own(case: Case, who: Somebody) -> None:
    if case.ticket.handled_by is not None and who.address == case.ticket.handled_by:
        raise OwnWork(number=case.number)


def lapse(session: Session, ticket: Ticket, now: datetime) -> None:
    """The reporter said nothing: closed, and counted as not rated, never as satisfied."""
    case = Case.of(session, ticket, now)
    case.move(Action.LAPSE)
    ticket.closed_at, ticket.outcome = now, "lapsed"
    case.stop("lapsed")
    case.record("lapsed", None)


def note(case: Case, who: Somebody, words: str, files: tuple[File, ...] = ()) -> None:
    """补充说明: the card shows the party's latest word; what the reporter adds goes to the party."""
    parts = case.authorise(Action.NOTE, who)
    if not words and not files:
        raise WordsNeeded(command="/note", example=f"/note {case.number} …")
    case.move(Action.NOTE)
    from_reporter = parts == {Part.REPORTER}
    for file in files:
        if from_reporter:
            opening.add_photo(case.session, case.ticket, file, now=case.now)
        else:
            attach(case.session, case.ticket.id, file, "after", now=case.now)
    if not from_reporter and words:
        case.ticket.note = words
    event = case.record("note", who, words=words)
    if from_reporter:
        for place in case.party_places():
            case.tell(place, ReporterAdded(words=words), key=event.id, priority=Priority.PAGE)


def ask(case: Case, who: Somebody, words: str) -> None:
    """Staff ask the reporter in the group; the answer, a reply, becomes a note."""
    case.authorise(Action.NOTE, who)
    if not words:
        raise WordsNeeded(command="/ask", example=f"/ask {case.number} …")
    event = case.record("asked", who, words=words)
    case.tell(case.group(), QuestionAsked(words=words, by=case.lead_name or ""), key=event.id)


def reassign(case: Case, who: Somebody, party: str, *, why: str = "") -> None:
    """改派, or the first naming of a party; a waiting request of the old party is settled by it."""
    case.authorise(Action.DISPATCH, who)
    lead = case.session.scalars(
        select(Party.id).where(Party.community_id == case.community.id, Party.name == party)
    ).one_or_none()
    if lead is None:
        raise NoSuchParty(name=party, parties="、".join(_party_names(case)))
    asking.settle_by_reassigning(case, who)
    opening.dispatch(case, lead, who, why=why)


def _party_names(case: Case) -> list[str]:
    mine = select(Party.name).where(Party.community_id == case.community.id).order_by(Party.id)
    return list(case.session.scalars(mine))


def make_urgent(case: Case, who: Somebody) -> None:
    """/urgent: one level up, and every limit is counted anew from the dispatch."""
    case.authorise(Action.RAISE, who)
    case.move(Action.RAISE)
    up = {Urgency.URGENT: Urgency.CRITICAL, Urgency.CRITICAL: Urgency.CRITICAL}
    ticket = case.ticket
    ticket.urgency = up.get(Urgency(ticket.urgency), Urgency.URGENT)
    if ticket.lead_id is not None and ticket.status in (Status.DISPATCHED, Status.IN_PROGRESS):
        phase = Phase.ACCEPT if ticket.status == Status.DISPATCHED else Phase.RESOLVE
        case.arm(phase)
        if phase == Phase.ACCEPT:
            ticket.accept_by = case.clock.limit_at
        ticket.resolve_by = case.calendar.add(case.now, case.rules.limit(Phase.RESOLVE, Urgency(ticket.urgency)))
    case.record("raised", who, urgency=ticket.urgency)
    for place in case.party_places():
        case.page(place, Reminder(phase=case.clock.phase, n=1, next_at=case.clock.due_at), slot="raised")


def nudge(case: Case, who: Somebody) -> None:
    """催办: the party is reminded now; once a day and ticket, whoever asks, so that nobody is pestered."""
    case.authorise(Action.NUDGE, who)
    case.move(Action.NUDGE)
    case.record("nudged", who)
    today = case.now.astimezone(ZoneInfo(case.community.timezone)).date()
    for place in case.party_places():
        case.page(place, Reminder(phase=case.clock.phase, n=1, next_at=case.clock.due_at), slot=f"nudge:{today}")


def watch(case: Case, who: Somebody) -> None:
    """这件我盯着: no more alerts to coordinators until the end of this or the next working day."""
    case.authorise(Action.WATCH, who)
    case.move(Action.WATCH)
    zone = ZoneInfo(case.community.timezone)
    evening = datetime.combine(case.now.astimezone(zone).date(), _WATCH_UNTIL, zone)
    if evening - case.now < timedelta(hours=1):
        evening = case.calendar.next_workday_at(case.now, _WATCH_UNTIL)
    case.ticket.watched_by, case.ticket.watched_until = who.name, evening
    case.record("watched", who, until=evening.isoformat())


def reject(case: Case, who: Somebody, why: str) -> None:
    """不予受理, with the reason and, in it, where to go instead."""
    case.authorise(Action.REJECT, who)
    if not why:
        raise WordsNeeded(command="/reject", example=f"/reject {case.number} …")
    case.move(Action.REJECT)
    _end(case, who, "rejected", why)


def close(case: Case, who: Somebody, why: str) -> None:
    """A coordinator ends it, never one who handled it himself."""
    case.authorise(Action.CLOSE, who)
    if not why:
        raise WordsNeeded(command="/close", example=f"/close {case.number} …")
    _not_own(case, who)
    case.move(Action.CLOSE)
    _end(case, who, "closed", why)


def _end(case: Case, who: Somebody, outcome: str, why: str) -> None:
    ticket = case.ticket
    ticket.closed_at, ticket.outcome, ticket.reason = case.now, outcome, why
    asking.moot(case, who)
    case.stop(outcome)
    case.record(outcome, who, why=why)
    case.tell(case.group(), Ended(), key=f"e{case.clock.epoch}")


def support(case: Case, who: Somebody) -> bool:
    """我家也有: once a person; the one who reported it counts already."""
    if who.address == case.ticket.reporter or case.ticket.status not in OPEN:
        return False
    row = {"ticket_id": case.ticket.id, "address": who.address, "at": case.now}
    fresh = insert_once(case.session, Supporter, row, on=("ticket_id", "address"))
    if fresh:
        case.record("supported", who)
    return fresh
