"""What is handed to the speaker, and what follows from each outcome of a send or an edit."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from tracker import cards, clocks, outbox, people, routing
from tracker.facts import FACT, Unreachable
from tracker.models import Card, Clock, Community, Outbox, Party, Place, Ticket
from tracker.outbox import Priority
from tracker.outcomes import CardGone, Delivered, Gone, Moved, NotSent, Outcome, Refused, TooFast, Unknown
from tracker.tickets import showing
from tracker.views import CardView, Letter, PlaceView

log = logging.getLogger(__name__)

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=5)
_ROLES = {fact.kind: role for role, fact in cards.FACTS.items()}


def letters(session: Session, *, now: datetime, limit: int) -> list[Letter]:
    """Claim what may be said now, each with the state of the world it is to be rendered from."""
    return [_letter(session, row, now) for row in outbox.claim(session, now=now, limit=limit)]


def _letter(session: Session, row: Outbox, now: datetime) -> Letter:
    place = session.get_one(Place, row.place_id)
    ticket = session.get(Ticket, row.ticket_id) if row.ticket_id else None
    card = _card_of(session, row)
    after = row.after if card and row.resends else None
    community_id = ticket.community_id if ticket else place.community_id
    community = session.get(Community, community_id) if community_id else None
    return Letter(
        id=row.id,
        attempt=row.attempt,
        place=_seen_from(session, place, ticket),
        kind=row.kind,
        fact=FACT.validate_python(row.fact),
        ticket=showing.ticket_view(session, ticket) if ticket else None,
        reply_to=row.reply_to or _task_message(session, row),
        topic=row.topic,
        repeat=row.resends > 0 and row.kind == "page",
        card_version=card.wanted_version if card else None,
        now=now,
        community=showing.community_view(session, community) if community else None,
        adopt_after=after,
        rivals=after is not None and _has_rivals(session, row),
    )


def _seen_from(session: Session, place: Place, ticket: Ticket | None) -> PlaceView:
    """The place, and for whom it stands with this ticket: a group may serve several parties, and lose this one's."""
    view = showing.place_view(session, place)
    if ticket is None or ticket.lead_id is None or place.kind not in ("work", "private"):
        return view
    with_lead = place in routing.party_places(session, ticket.lead_id)
    return replace(view, party=session.get_one(Party, ticket.lead_id).name if with_lead else view.party or "")


def _card_of(session: Session, row: Outbox) -> Card | None:
    if row.kind != "card" or row.ticket_id is None:
        return None
    return cards.find(session, row.ticket_id, row.place_id, _ROLES[row.fact["kind"]])


def _task_message(session: Session, row: Outbox) -> int | None:
    """A page answers the task it is about, so that buttons and history stay in one thread."""
    if row.ticket_id is None or row.kind == "card":
        return None
    task = cards.find(session, row.ticket_id, row.place_id, "task")
    return task.message if task else None


def _has_rivals(session: Session, row: Outbox) -> bool:
    """Whether something else of ours may stand there whose id nobody recorded: it was said before the lost card."""
    lost = or_(Outbox.state == "unsure", Outbox.resends > 0)
    same = and_(Outbox.place_id == row.place_id, Outbox.after == row.after, Outbox.id != row.id)
    return session.scalar(select(Outbox.id).where(same, lost).limit(1)) is not None


def settle(  # noqa: C901 - a table, one case an outcome
    session: Session, letter: Letter, outcome: Outcome, *, now: datetime
) -> None:
    """Record one outcome; ignored when the lease went to somebody else meanwhile."""
    row = session.get_one(Outbox, letter.id, with_for_update=True)
    if row.state != "sending" or row.attempt != letter.attempt:
        return
    place = session.get_one(Place, row.place_id)
    row.lease_until = None
    match outcome:
        case Delivered():
            row.state, row.message, row.sent_at, row.error = "sent", outcome.message, now, None
            outbox.heard(place, outcome.message)
            if card := _card_of(session, row):
                cards.posted(session, card, outcome.message, letter.place.address,
                             has_photo=outcome.has_photo, version=letter.card_version or 0)  # fmt: skip
                if card.shown_version < card.wanted_version:
                    card.next_at = now
        case NotSent(why):
            row.state, row.error = "pending", why
            place.slot_at = now + min(_FIRST_WAIT * 2 ** min(row.attempt, 9), _LONGEST_WAIT)
        case TooFast(seconds):
            row.state, row.attempt = "pending", row.attempt - 1
            place.slot_at = now + timedelta(seconds=seconds)
        case Unknown(why):
            outbox.after_unknown(row, why, most=1)
            if row.state == "unsure":
                _tell_unsure(session, row, now)
        case Moved(address):
            row.state = "pending"
            people.move(session, letter.place.address, address)
        case Gone(why):
            row.state, row.error = "dead", why
            _nobody_hears(session, row, place, why, now)
        case Refused(why):
            row.state, row.error = "dead", why
            _tell_dead(session, row, now)


def _tell_unsure(session: Session, row: Outbox, now: datetime) -> None:
    if row.kind == "page":
        clocks.alarm(session, _community_of(session, row), "unsure_page", str(row.id), now=now, ticket_id=row.ticket_id)


def _tell_dead(session: Session, row: Outbox, now: datetime) -> None:
    """A message the platform will never take is a fault of ours: logged, and told unless it is itself such news."""
    log.error("a notice was refused for good", extra={"outbox": row.id, "kind": row.fact["kind"]})
    if row.fact["kind"] != "alarm":
        clocks.alarm(session, _community_of(session, row), "dead_letter", str(row.id), now=now, ticket_id=row.ticket_id)


def _nobody_hears(session: Session, row: Outbox, place: Place, why: str, now: datetime) -> None:
    """The place is silent: the ladder moves on at once, and the coordinators hear of it once, not each time."""
    fresh = people.block(session, place, why, now=now)
    session.flush()
    ticket = session.get(Ticket, row.ticket_id) if row.ticket_id else None
    if ticket is not None and row.fact["kind"] in ("task_card", "reminder", "reworked") and ticket.lead_id is not None:
        if not routing.party_places(session, ticket.lead_id):
            clocks.hurry(session, ticket.id, now=now)
        else:  # the group is gone, its liaisons may still be reached
            _send_elsewhere(session, ticket, now)
    if fresh and place.community_id is not None:
        name = showing.name_of(session, place, place.community_id)
        for coordinator in routing.coordinators(session, place.community_id):
            outbox.post(
                session, coordinator.id, Unreachable(who=name, why=why), now=now, priority=Priority.PAGE,
                dedup=f"unreachable:{place.id}:{now.timestamp()}:{coordinator.id}", ticket_id=row.ticket_id,
            )  # fmt: skip


def _send_elsewhere(session: Session, ticket: Ticket, now: datetime) -> None:
    assert ticket.lead_id is not None
    for place in routing.party_places(session, ticket.lead_id):
        if cards.find(session, ticket.id, place.id, "task") is None:
            cards.post(session, ticket, place.id, "task", now=now, priority=Priority.PAGE)


def _community_of(session: Session, row: Outbox) -> int | None:
    if row.ticket_id is not None:
        return session.get_one(Ticket, row.ticket_id).community_id
    return session.get_one(Place, row.place_id).community_id


def stale_cards(session: Session, *, now: datetime, limit: int) -> list[CardView]:
    return [_card_view(session, card, now) for card in cards.behind(session, now=now, limit=limit)]


def _card_view(session: Session, card: Card, now: datetime) -> CardView:
    ticket = session.get_one(Ticket, card.ticket_id)
    place = session.get_one(Place, card.place_id)
    assert card.message is not None
    return CardView(
        id=card.id,
        place=replace(_seen_from(session, place, ticket), address=card.address or place.address or ""),
        fact=cards.FACTS[card.role],
        message=card.message,
        has_photo=card.has_photo,
        version=card.wanted_version,
        ticket=showing.ticket_view(session, ticket),
        now=now,
        community=showing.community_view(session, session.get_one(Community, ticket.community_id)),
    )


def settle_card(session: Session, view: CardView, outcome: Outcome | CardGone, *, now: datetime) -> None:
    card = session.get_one(Card, view.id, with_for_update=True)
    match outcome:
        case Delivered():
            cards.shown(card, view.version)
            if card.shown_version < card.wanted_version:
                card.next_at = now
        case CardGone():
            cards.gone(session, card, now=now)
        case TooFast(seconds):
            cards.put_off(card, now=now, at_least=timedelta(seconds=seconds))
            session.get_one(Place, card.place_id).slot_at = now + timedelta(seconds=seconds)
        case NotSent() | Unknown():
            cards.put_off(card, now=now)
        case Moved(address):
            people.move(session, view.place.address, address)
            cards.put_off(card, now=now)
        case Gone(why):
            cards.give_up(card)
            people.block(session, session.get_one(Place, card.place_id), why, now=now)
        case Refused(why):
            log.error("a card was refused for good", extra={"card": card.id, "why": why})
            cards.give_up(card)


def next_send_at(session: Session, *, now: datetime) -> datetime | None:
    """The earliest moment at which anything that waits may be said."""
    letter = session.execute(
        select(Outbox.not_before, Place.slot_at)
        .join(Place, Place.id == Outbox.place_id)
        .where(Outbox.state == "pending", Place.blocked_at.is_(None), Place.address.is_not(None))
    ).all()
    edit = session.execute(
        select(Card.next_at, Place.slot_at)
        .join(Place, Place.id == Card.place_id)
        .where(Card.shown_version < Card.wanted_version, Card.message.is_not(None), Place.blocked_at.is_(None))
    ).all()
    moments = [max(at, slot or at) for at, slot in [*letter, *edit] if at is not None]
    return min(moments, default=None)


def next_due_at(session: Session) -> datetime | None:
    return session.scalar(select(func.min(Clock.due_at)))
