"""What people add to a ticket without moving it: notes, questions, support."""

from tracker.errors import NobodyToAsk, WordsNeeded
from tracker.facts import QuestionAsked, ReporterAdded
from tracker.models import Supporter
from tracker.outbox import Priority
from tracker.statements import insert_once
from tracker.states import OPEN, Action, Part
from tracker.tickets import opening
from tracker.tickets.case import Case
from tracker.tickets.files import attach
from tracker.views import File, Somebody


def note(case: Case, who: Somebody, words: str, files: tuple[File, ...] = ()) -> None:
    """补充说明: the card shows the party's latest word; what the reporter adds goes to the party."""
    parts = case.authorise(Action.NOTE, who)
    if not words and not files:
        raise WordsNeeded(command="/note", example=f"/note #{case.number} …")
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
    parts = case.authorise(Action.NOTE, who)
    if not words:
        raise WordsNeeded(command="/ask", example=f"/ask #{case.number} …")
    if not case.group():
        raise NobodyToAsk(number=case.number)
    case.move(Action.NOTE)
    event = case.record("asked", who, words=words)
    by = case.lead_name if Part.LIAISON in parts else None
    for place in case.group():
        case.tell(place, QuestionAsked(words=words, by=by or ""), key=event.id)


def support(case: Case, who: Somebody) -> bool:
    """我家也有: once a person; the one who reported it counts already."""
    if who.address == case.ticket.reporter or case.ticket.status not in OPEN:
        return False
    row = {"ticket_id": case.ticket.id, "address": who.address, "at": case.now}
    fresh = insert_once(case.session, Supporter, row, on=("ticket_id", "address"))
    if fresh:
        case.record("supported", who)
    return fresh
