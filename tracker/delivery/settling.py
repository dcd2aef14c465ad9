"""What became of a letter: the only place that writes an outcome down, each in a commit of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from tracker import cards, outbox, people, slots
from tracker.delivery import bundles, ended
from tracker.facts import MorePhotos
from tracker.models import Card, Outbox, Place
from tracker.outbox import Priority
from tracker.outcomes import Delivered, Gone, Moved, NotSent, Outcome, Refused, TooFast, Unasked, Unknown
from tracker.views import Letter

_PHOTOS_TRIED = 3
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=5)


# Made once: to put a statement together takes longer than to ask it. A group has a ticket's card and its result.
_SAID = (
    select(Outbox, Place, Card)
    .join(Place, Place.id == Outbox.place_id)
    .outerjoin(Card, and_(Outbox.kind == "card", Card.ticket_id == Outbox.ticket_id, Card.place_id == Outbox.place_id))
    .where(Outbox.id == bindparam("notice"))
    .with_for_update(of=(Outbox, Place))
)


def settle(session: Session, letter: Letter, outcome: Outcome, *, now: datetime) -> None:
    """Record one outcome; ignored when the lease went to somebody else meanwhile."""
    found = session.execute(_SAID, {"notice": letter.id}).all()
    row, place, _ = found[0]
    if row.state != "sending" or row.attempt != letter.attempt:
        return
    there: list[Card | None] = [card for _, _, card in found]
    card = next((each for each in there if each is not None and each.role == cards.ROLES[row.fact["kind"]]), None)
    row.lease_until = None
    if isinstance(outcome, Unasked | NotSent):
        slots.give_back(place, letter.now)
    else:
        slots.answered(place, letter.now, now)
    _end(session, _Said(row, place, card), letter, outcome, now)


@dataclass
class _Said:
    row: Outbox
    place: Place
    card: Card | None  # the one that it posted


def _end(session: Session, said: _Said, letter: Letter, outcome: Outcome, now: datetime) -> None:
    row, place = said.row, said.place
    match outcome:
        case Delivered():
            _delivered(session, said, letter, outcome, now)
        case NotSent(why):
            row.state, row.error = "pending", why
            slots.put_off(place, now + _patience(row))
        case Unasked(why):
            row.state, row.attempt, row.error = "pending", row.attempt - 1, why
        case TooFast(seconds):
            row.state, row.attempt = "pending", row.attempt - 1
            slots.put_off(place, now + timedelta(seconds=seconds))
        case Unknown(why):
            # A card is looked for before it is posted again, as after a crash (docs/decisions/0002).
            most = outbox.RESENDS_AFTER_CRASH if row.kind == "card" else 1
            ended.after_unknown(session, row, why, now, most=most)
        case Moved(address):
            row.state = "pending"
            people.move(session, letter.place.address, address)
        case Gone(why):
            ended.nobody_hears(session, row, place, why, now)
        case Refused(why):
            ended.refused(session, row, why, now)


def _delivered(session: Session, said: _Said, letter: Letter, outcome: Delivered, now: datetime) -> None:
    row, card = said.row, said.card
    row.state, row.message, row.sent_at, row.error = "sent", outcome.message, now, None
    if outbox.is_answer(row):
        row.fact = {"kind": row.fact["kind"]}  # a list of somebody's tickets would outlive them (tracker/privacy.py)
    bundles.settle(session, row, state="sent", message=outcome.message, sent_at=now, error=None)
    outbox.heard(said.place, outcome.message)
    if outcome.photos_after is not None:
        _photos_later(session, row, now, now + timedelta(seconds=outcome.photos_after))
    if card is not None:
        cards.posted(card, outcome.message, letter.place.address,
                     has_photo=outcome.has_photo, version=letter.card_version or 0, now=now)  # fmt: skip


def _photos_later(session: Session, row: Outbox, now: datetime, at: datetime) -> None:
    """The photos of what has been said, in a message of their own that says it comes again; a few times at most."""
    kind = row.fact["kind"]
    after = kind in ("result", "check_wanted") or row.fact.get("stage") == "after"
    stage: Literal["before", "after"] = "after" if after else "before"
    if row.ticket_id is None or row.resends >= _PHOTOS_TRIED:
        return
    again = outbox.row(
        row.place_id, MorePhotos(stage=stage, skip=int(row.fact.get("skip") or 0)), dedup=f"photos:{row.id}",
        now=now, community_id=row.community_id, priority=Priority.PAGE, ticket_id=row.ticket_id, topic=row.topic,
        not_before=at,
    )  # fmt: skip
    outbox.post_all(session, [again | {"resends": row.resends + 1}])


def _patience(row: Outbox) -> timedelta:
    """How long the place waits until the same row tries again: 1 s doubling to 5 minutes, each a little else."""
    longest = min(_FIRST_WAIT * (1 << min(row.attempt - 1, 9)), _LONGEST_WAIT)
    return longest * (0.75 + (row.id * 7919 + row.attempt * 104_729) % 1000 / 4000)
