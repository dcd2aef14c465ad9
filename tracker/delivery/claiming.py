"""Notices taken to be said: the only place that leases them, and that drops at the last moment what is over by then."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.orm import Session

from tracker import clocks, outbox, slots
from tracker.db import UtcDateTime
from tracker.delivery import bundles
from tracker.delivery.ended import after_unknown
from tracker.delivery.lines import about
from tracker.delivery.turns import in_the_outbox
from tracker.models import Attachment, Community, Event, Outbox, Place
from tracker.outbox import LEASE, RESENDS_AFTER_CRASH, Priority

log = logging.getLogger(__name__)

_STAGES = {"danger": "before", "needs_party": "before", "check_wanted": "after"}  # whose photos a message carries


def take_back(session: Session, *, now: datetime) -> None:
    """The sender died between claim and record: a page goes again, marked; a card is looked for; a notice is unsure.

    A clock set ahead ends every lease while the senders live: at most what is in flight doubles, and says so. One set
    back makes leases last longer: the place of a sender who died just before waits that much longer, and nothing more.
    """
    lost = select(Outbox).where(Outbox.state == "sending", Outbox.lease_until < now)
    for row in session.scalars(lost.with_for_update(skip_locked=True)).all():
        after_unknown(session, row, "the sender ended before it knew", now, most=RESENDS_AFTER_CRASH)
    session.flush()


# Made once: to put a statement together takes longer than to ask it.
_PENDING = (
    select(Outbox, Place)
    .join(Place, Place.id == Outbox.place_id)
    .where(
        Outbox.id.in_(bindparam("notices", expanding=True)),
        Outbox.state == "pending",
        Outbox.not_before <= bindparam("now", type_=UtcDateTime),
    )
    .with_for_update(of=(Outbox, Place), skip_locked=True)
)


def claim(session: Session, notices: Sequence[int], *, now: datetime) -> list[int] | None:
    """Lease these, as far as they may still be said; at most one in flight a place, which an index enforces.

    What was leased may be a list in the stead of a page. Nobody is waited for: what another machine has in hand is
    left to it, and where that is all of them, None comes back.
    """
    rows = session.execute(_PENDING, {"notices": list(notices), "now": now}).all()
    if not rows:
        return None
    rows = sorted(rows, key=lambda pair: notices.index(pair[0].id))
    epochs = _epochs(session, [row for row, _ in rows])
    photos = _photos(session, [row for row, _ in rows])
    taken = [_take(session, row, place, epochs, photos, now) for row, place in rows]
    leased = [row for row in taken if row is not None]
    _remember_where_it_can_stand(session, leased, {place.id: place for _, place in rows})
    session.flush()
    return [row.id for row in leased]


def _epochs(session: Session, rows: Sequence[Outbox]) -> dict[int, int]:
    tickets = {row.ticket_id for row in rows if row.epoch is not None}
    return clocks.epochs(session, tickets) if tickets else {}


def _photos(session: Session, rows: Sequence[Outbox]) -> dict[tuple[int, str], int]:
    """How many there are of a ticket's stage, wherever a message may carry them."""
    tickets = {row.ticket_id for row in rows if row.fact.get("kind") in (*_STAGES, "more_photos")}
    if not tickets:
        return {}
    counted = (
        select(Attachment.ticket_id, Attachment.stage, func.count())
        .where(Attachment.ticket_id.in_(tickets))
        .group_by(Attachment.ticket_id, Attachment.stage)
    )
    return {(ticket or 0, stage): count for ticket, stage, count in session.execute(counted)}


def _take(
    session: Session, row: Outbox, place: Place, epochs: dict[int, int], photos: dict[tuple[int, str], int],
    now: datetime,
) -> Outbox | None:  # fmt: skip
    """Lease what is to be said there now, which may be a list in this one's stead; None: nothing."""
    urgent = row.priority <= Priority.CRITICAL
    slot_at = place.urgent_at if urgent else place.slot_at
    if (slot_at is not None and slot_at > now) or place.blocked_at is not None:
        return None  # another machine was quicker
    if _is_over(session, row, epochs, now) or _is_night(session, row, now):
        return None
    said = bundles.instead_of(session, row, place, now)
    if said is None:
        return None
    messages = _messages(said, photos)
    room_at = slots.room_at(place, now, messages)
    if room_at > now:
        slots.put_off(place, room_at)
        return None
    others = slots.is_last(place, now, messages) and _do_others_wait(session, place, now)
    slots.take(place, now, messages=messages, others_wait=others)
    said.state, said.attempt, said.lease_until = "sending", said.attempt + 1, now + LEASE
    return said


def _is_over(session: Session, row: Outbox, epochs: dict[int, int], now: datetime) -> bool:
    """Asked again at the last moment: what was accepted meanwhile is not chased."""
    if row.expires_at is not None and row.expires_at <= now:
        row.state, row.error = "void", "expired"
        session.info["expired"] = session.info.get("expired", 0) + 1
        kind = row.fact.get("kind")
        log.warning("a notice was not said in time", extra={"outbox": row.id, "kind": kind, **about(session, row)})
        if row.ticket_id is not None:
            data = {"notice": row.id, "tells": kind, "why": "expired", "since": row.not_before.isoformat()}
            session.add(Event(ticket_id=row.ticket_id, at=now, actor="bot", kind="unsaid", data=data))
    elif row.epoch is not None and row.epoch != epochs.get(row.ticket_id or 0):
        row.state = "void"
    return row.state == "void"


def _is_night(session: Session, row: Outbox, now: datetime) -> bool:
    """Quiet hours put a page off, also one that an outage kept until now; they never use it up."""
    if row.kind != "page" or row.priority <= Priority.CRITICAL or row.community_id is None:
        return False
    awake = clocks.calendar_of(session.get_one(Community, row.community_id)).out_of_quiet(now)
    row.not_before = max(row.not_before, awake)
    return awake > now


def _messages(row: Outbox, photos: dict[tuple[int, str], int]) -> int:
    """How many it counts: one photo carries the words, several follow them as an album."""
    kind = row.fact.get("kind")
    stage = row.fact.get("stage") if kind == "more_photos" else _STAGES.get(kind or "")
    count = photos.get((row.ticket_id or 0, stage or ""), 0)
    if kind == "more_photos":
        count -= int(row.fact.get("skip") or 0)
    return 1 if count <= 1 else 1 + count


def _do_others_wait(session: Session, place: Place, now: datetime) -> bool:
    """Whether more is due there than fits into the minute: this one, and two besides."""
    pending = literal("pending", literal_execute=True)
    mine = (Outbox.place_id == place.id, in_the_outbox(Outbox.state), Outbox.state == pending)
    due = select(Outbox.id).where(*mine, Outbox.not_before <= now).limit(3)
    return len(session.execute(due).all()) == 3


def _remember_where_it_can_stand(session: Session, rows: Sequence[Outbox], places: dict[int, Place]) -> None:
    """Should this program die, a card is looked for from here on (DESIGN promise 3)."""
    fresh = [row for row in rows if not row.resends]  # once it may stand already, where the first attempt began counts
    if not fresh:
        return
    private = outbox.newest_private(session) if any(places[row.place_id].kind == "private" for row in fresh) else 0
    for row in fresh:
        place = places[row.place_id]
        row.after = private if place.kind == "private" else place.newest or 0
