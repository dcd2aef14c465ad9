"""What the party and its checker do: accept, finish, check, do it again. Each checks, changes, tells."""

from tracker import cards, routing
from tracker.errors import OwnWork
from tracker.facts import AfterPhoto, CheckWanted, Reworked
from tracker.outbox import Priority
from tracker.states import Action, Phase, Status
from tracker.tickets import asking
from tracker.tickets.case import Case
from tracker.tickets.files import attach
from tracker.views import File, Somebody


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
        case.show_more(case.group(), "after", skip=1)
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
    for place in case.group():
        cards.post(case.session, case.ticket, place.id, "result", now=case.now, priority=Priority.ANSWER)


def add_after_photo(case: Case, who: Somebody, file: File) -> bool:
    """A photo that comes after 办好了 still reaches the resident; tells whether it was new."""
    case.authorise(Action.FINISH, who)
    if not attach(case.session, case.ticket.id, file, "after", now=case.now):
        return False
    case.record("after_photo", who)
    if case.ticket.status in (Status.CONFIRMING, Status.CLOSED):
        for place in case.group():
            case.tell(place, AfterPhoto(ref=file.ref, file_kind=file.kind), key=file.unique)
    return True


def check_passes(case: Case, who: Somebody, *, epoch: int | None = None) -> None:
    """核查通过, by anybody but the one who handled it."""
    case.fresh(epoch)
    case.authorise(Action.PASS, who)
    not_own(case, who)
    case.move(Action.PASS)
    case.record("checked", who)
    _ask_reporter(case)


def check_fails(case: Case, who: Somebody, why: str, *, epoch: int | None = None) -> None:
    """退回重办."""
    case.fresh(epoch)
    case.authorise(Action.REDO, who)
    not_own(case, who)
    case.move(Action.REDO)
    rework(case, who, "check", why)


def rework(case: Case, who: Somebody, by: str, why: str) -> None:
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


def not_own(case: Case, who: Somebody) -> None:
    if case.ticket.handled_by is not None and who.address == case.ticket.handled_by:
        raise OwnWork(number=case.number)
