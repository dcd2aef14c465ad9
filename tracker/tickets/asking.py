"""Requests of the party that a coordinator decides: to return the ticket, or for more time. Each is a record."""

from sqlalchemy import func, select

from tracker.calendar import parse_span
from tracker.errors import AlreadyAsked, BadSpan, NothingToDecide, OneExtensionOnly, OneReturnOnly, WordsNeeded
from tracker.facts import DecisionWanted, ExtensionDecided, ReturnDecided
from tracker.models import Approval
from tracker.states import Action, Phase
from tracker.tickets import opening
from tracker.tickets.case import Case
from tracker.views import Somebody


def waiting(case: Case) -> Approval | None:
    mine = (Approval.ticket_id == case.ticket.id, Approval.decided_at.is_(None))
    return case.session.scalars(select(Approval).where(*mine)).one_or_none()


def ask_return(case: Case, who: Somebody, why: str, *, party: str | None = None) -> None:
    """不归我管, once and with a reason; until it is decided the coordinators are the ones chased."""
    case.authorise(Action.RETURN, who)
    case.move(Action.RETURN)
    if not why:
        raise WordsNeeded(command="/return", example=f"/return #{case.number} …")
    _one_at_a_time(case)
    if _asked_before(case, "return"):
        raise OneReturnOnly(number=case.number)
    case.session.add(_request(case, "return", who, why, party=party))
    case.arm(Phase.ASSIGN)
    case.record("return_asked", who, why=why, party=party)
    _tell_coordinators(case, "return")


def ask_extension(case: Case, who: Somebody, span: str, why: str) -> None:
    """更多时间, once; the clock does not wait for the decision."""
    case.authorise(Action.EXTEND, who)
    case.move(Action.EXTEND)
    try:
        parse_span(span)
    except ValueError:
        raise BadSpan(text=span) from None
    if not why:
        raise WordsNeeded(command="/extend", example=f"/extend #{case.number} {span} …")
    _one_at_a_time(case)
    if _asked_before(case, "extension", allowed=True):
        raise OneExtensionOnly(number=case.number)
    case.session.add(_request(case, "extension", who, why, span=span))
    case.record("extension_asked", who, why=why, span=span)
    _tell_coordinators(case, "extension")


def decide(case: Case, who: Somebody, *, allow: bool, epoch: int | None = None) -> str:
    """同意 or 驳回; tells which kind of request it was."""
    case.fresh(epoch)
    request = waiting(case)
    if request is None:
        raise NothingToDecide(number=case.number)
    returning = request.kind == "return"
    allowing = Action.ALLOW_RETURN if returning else Action.ALLOW_EXTENSION
    denying = Action.DENY_RETURN if returning else Action.DENY_EXTENSION
    case.authorise(allowing if allow else denying, who)
    _settle(case, request, who, allowed=allow)
    if returning:
        _return_decided(case, who, request, allow)
    else:
        _extension_decided(case, who, request, allow)
    return request.kind


def settle_by_reassigning(case: Case, who: Somebody) -> None:
    """改派 answers a waiting request: granted, whatever it was."""
    if (request := waiting(case)) is not None:
        _settle(case, request, who, allowed=True)


def moot(case: Case, who: Somebody) -> None:
    """The ticket ended before anybody decided: the request is closed unanswered, so that a later round may ask."""
    if (request := waiting(case)) is not None:
        _settle(case, request, who, allowed=False)


def _return_decided(case: Case, who: Somebody, request: Approval, allow: bool) -> None:
    old = case.party_places()
    if allow:
        case.move(Action.ALLOW_RETURN)
        case.record("return_allowed", who)
        opening.wait_for_party(case, "returned")
    else:
        case.move(Action.DENY_RETURN)
        case.arm(Phase.ACCEPT)
        case.ticket.accept_by = case.clock.limit_at
        case.record("return_denied", who)
    for place in old:
        case.tell(place, ReturnDecided(allowed=allow), key=request.id)


def _extension_decided(case: Case, who: Somebody, request: Approval, allow: bool) -> None:
    ticket = case.ticket
    case.move(Action.ALLOW_EXTENSION if allow else Action.DENY_EXTENSION)
    if allow and ticket.resolve_by is not None and request.span is not None:
        ticket.resolve_by = case.calendar.add(max(ticket.resolve_by, case.now), parse_span(request.span))
        case.arm(Phase.RESOLVE, limit_at=ticket.resolve_by, anchor_at=case.clock.anchor_at)
    case.record("extension_allowed" if allow else "extension_denied", who, span=request.span)
    for place in case.party_places():
        case.tell(place, ExtensionDecided(allowed=allow, until=ticket.resolve_by), key=request.id)


def _one_at_a_time(case: Case) -> None:
    if waiting(case) is not None:
        raise AlreadyAsked(number=case.number)


def _asked_before(case: Case, kind: str, *, allowed: bool | None = None) -> bool:
    """By the present lead party: a new party may return it once, too."""
    mine = select(func.count()).where(
        Approval.ticket_id == case.ticket.id, Approval.kind == kind, Approval.lead_id == case.ticket.lead_id
    )
    return bool(case.session.scalar(mine if allowed is None else mine.where(Approval.allowed.is_(allowed))))


def _request(
    case: Case, kind: str, who: Somebody, why: str, *, span: str | None = None, party: str | None = None
) -> Approval:
    return Approval(
        ticket_id=case.ticket.id, kind=kind, asked_by=who.address, asked_name=who.name, asked_at=case.now, why=why,
        span=span, party=party, lead_id=case.ticket.lead_id,
    )  # fmt: skip


def _settle(case: Case, request: Approval, who: Somebody, *, allowed: bool) -> None:
    request.decided_by, request.decided_at, request.allowed = who.address, case.now, allowed
    case.session.flush()


def _tell_coordinators(case: Case, kind: str) -> None:
    for place in case.coordinators():
        case.page(place, DecisionWanted(asked=kind), slot=kind)
