"""Many pages of a kind for one place: the first goes at once, the rest as a list. The only place that gathers them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from tracker import clocks
from tracker.delivery.turns import in_the_outbox
from tracker.facts import Bundle
from tracker.models import Community, Outbox, Place
from tracker.outbox import Priority

GATHERED = timedelta(seconds=120)  # from the first of a kind until those that came after it leave together
MOST = 64  # tickets in one list: with a title each they fit into one message
_ROUTINE = [int(each) for each in Priority if each > Priority.CRITICAL]
KINDS = frozenset({"reminder", "overdue", "needs_party", "check_wanted", "unreachable"})
"""What a list can say. A danger is told of alone, and so is what waits for somebody's decision."""


def instead_of(session: Session, row: Outbox, place: Place, now: datetime) -> Outbox | None:
    """What is said now where this page is first in line: itself, a list of it and others, or nothing yet."""
    if row.fact.get("kind") == "bundle":
        return row if _is_still_a_list(session, row) else None
    key = _key(row)
    if key is None:
        return row
    began = _began(place, key, now)
    if began is not None and now < began + GATHERED:
        _put_off(session, row, began + GATHERED)
        return None
    waiting = _waiting(session, row, now) if began is not None else []
    if began is None or min(each.not_before for each in waiting) > began + GATHERED:
        _lead(place, key, now)
        _put_off(session, row, now + GATHERED, Outbox.id != row.id)
        return row
    return _gathered(session, place, key, waiting, now)


def _key(row: Outbox) -> str | None:
    """What is gathered together: a kind of page, overdue ones by the part of whoever is told."""
    kind = row.fact.get("kind")
    if kind not in KINDS or row.priority <= Priority.CRITICAL or row.resends:
        return None
    return f"overdue:{row.fact.get('to')}" if kind == "overdue" else str(kind)


def _began(place: Place, key: str, now: datetime) -> datetime | None:
    """When a page of this kind last went first here; later than now was before the clock was set back."""
    at = (place.led or {}).get(key)
    return datetime.fromtimestamp(at, UTC) if at is not None and at <= now.timestamp() else None


def _lead(place: Place, key: str, now: datetime) -> None:
    recent = (now - GATHERED).timestamp()
    place.led = {**{kind: at for kind, at in (place.led or {}).items() if at > recent}, key: now.timestamp()}


def _like(row: Outbox) -> list[ColumnElement[bool]]:
    """Pages of the same kind that wait for the same place, from the same community."""
    kind = Outbox.fact["kind"].as_string() == row.fact["kind"]
    same = [
        Outbox.place_id == row.place_id,
        in_the_outbox(Outbox.state),
        Outbox.state == "pending",
        Outbox.priority.in_(_ROUTINE),  # each by name: else SQLite goes through all that waits in the community
        Outbox.resends == 0,
        Outbox.community_id == row.community_id,
        kind,
    ]
    return [*same, Outbox.fact["to"].as_string() == row.fact["to"]] if row.fact["kind"] == "overdue" else same


def _put_off(session: Session, row: Outbox, until: datetime, *but: ColumnElement[bool]) -> None:
    """Those that wait are in nobody's way; a night that has begun by then puts them off further."""
    if row.kind == "page" and row.community_id is not None:
        until = clocks.calendar_of(session.get_one(Community, row.community_id)).out_of_quiet(until)
    others = select(Outbox.id).where(*_like(row), *but, Outbox.not_before < until).with_for_update(skip_locked=True)
    session.execute(
        update(Outbox).where(Outbox.id.in_(others)).values(not_before=until),
        execution_options={"synchronize_session": False},
    )


def _waiting(session: Session, row: Outbox, now: datetime) -> Sequence[Outbox]:
    """As many as a list holds and one more, in their order."""
    due = select(Outbox).where(*_like(row), Outbox.not_before <= now).order_by(Outbox.priority, Outbox.id)
    return session.scalars(due.limit(MOST + 1).with_for_update(skip_locked=True)).all()


def _gathered(session: Session, place: Place, key: str, waiting: Sequence[Outbox], now: datetime) -> Outbox | None:
    """Those that still hold, in one list; a single one stays the page it was. More than a list holds follow at once."""
    if len(waiting) <= MOST:
        _lead(place, key, now)
    told = _still_so(session, waiting[:MOST])
    if len(told) < 2:
        return told[0] if told else None
    return _list_of(session, told, now)


def _still_so(session: Session, rows: Sequence[Outbox]) -> list[Outbox]:
    """What the tickets have moved on from is void."""
    tickets = {row.ticket_id for row in rows if row.epoch is not None}
    moved_to = clocks.epochs(session, tickets)
    for row in rows:
        if row.epoch is not None and row.epoch != moved_to.get(row.ticket_id or 0):
            row.state, row.bundle_id = "void", None
    return [row for row in rows if row.state != "void"]


def _list_of(session: Session, told: Sequence[Outbox], now: datetime) -> Outbox:
    first = told[0]
    fact = Bundle(of=first.fact["kind"], to=first.fact.get("to") or "")
    row = Outbox(
        dedup=f"list:{first.id}:{now.timestamp()}", kind=first.kind, place_id=first.place_id, priority=first.priority,
        not_before=now, fact=fact.model_dump(mode="json"), created_at=now, community_id=first.community_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for each in told:
        each.state, each.bundle_id = "bundled", row.id
    return row


def told_by(session: Session, notice: int) -> Sequence[Outbox]:
    """The pages that a list tells."""
    return session.scalars(select(Outbox).where(Outbox.bundle_id == notice).order_by(Outbox.id)).all()


def _is_still_a_list(session: Session, row: Outbox) -> bool:
    """Looked through again at each attempt: a last one is a page again, marked if the list may have been read."""
    told = _still_so(session, told_by(session, row.id))
    if len(told) < 2:
        row.state = "void"
        for last in told:
            last.state, last.bundle_id, last.resends = "pending", None, max(last.resends, row.resends)
        return False
    for each in told:
        each.state = "bundled"
    return True


def settle(session: Session, row: Outbox, **ended: Any) -> None:
    """What became of a list became of all that it told."""
    if row.fact.get("kind") in ("bundle", "alarms"):
        told = (Outbox.bundle_id == row.id, Outbox.state == "bundled")
        # An audit tells of the list, not of each line on it.
        session.execute(update(Outbox).where(*told).values(audited=True, **ended))
