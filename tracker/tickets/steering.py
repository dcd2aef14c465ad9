"""What those who see to it do: name another party, hurry it, remind it, watch it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tracker.errors import NoSuchParty
from tracker.facts import Reminder
from tracker.models import Party
from tracker.states import Action, Phase, Status, Urgency
from tracker.tickets import asking, opening
from tracker.tickets.case import Case
from tracker.views import Somebody

_WATCH_UNTIL = time(18, 0)  # community time: the end of the working day


def reassign(case: Case, who: Somebody, party: str, *, why: str = "") -> None:
    """改派, or the first naming of a party; a waiting request of the old party is settled by it."""
    case.authorise(Action.DISPATCH, who)
    lead = case.session.scalars(
        select(Party.id).where(Party.community_id == case.community.id, Party.name == party)
    ).one_or_none()
    if lead is None:
        raise NoSuchParty(name=party, parties="、".join(case.party_names), number=case.number)
    asking.settle_by_reassigning(case, who)
    opening.dispatch(case, lead, who, why=why)


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
