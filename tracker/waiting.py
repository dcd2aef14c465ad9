"""What waits to be said and what could not be: the only place that tells why, and that sends one again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from tracker import cards, clocks, people
from tracker.delivery.bundles import GATHERED
from tracker.models import Clock, Community, Event, Outbox, Place, Ticket
from tracker.outbox import Priority
from tracker.views import Again, NoticeLine, Outgoing, Refusal, Role, Wait

STATES = {"waiting": ("pending", "sending"), "unsure": ("unsure",), "dead": ("dead",)}
OPERATOR = "operator"  # who acts at the machine itself has no address
_ROLES: Mapping[str, str] = {fact.kind: role for role, fact in cards.FACTS.items()}
_NO_NEED: Mapping[str, Refusal] = {
    "pending": "on_its_way", "sending": "on_its_way", "sent": "sent", "bundled": "in_a_list", "void": "over",
}  # fmt: skip


def outgoing(
    session: Session, community_id: int | None, wanted: Sequence[str], *, limit: int, now: datetime
) -> Outgoing:
    """At most `limit` lines of each wanted state (waiting, unsure, dead); every community's where none is given."""
    lines: list[NoticeLine] = []
    for state in wanted:
        lines += [_line(session, row, now) for row in session.scalars(_rows(community_id, state).limit(limit))]
    return Outgoing(tuple(lines), {state: _count(session, community_id, state) for state in STATES})


def _rows(community_id: int | None, state: str) -> Select[Outbox]:
    """What waits in the order in which it goes; of what went wrong the newest first."""
    rows = select(Outbox).where(*_these(community_id, state))
    if state == "waiting":
        return rows.order_by(Outbox.state.desc(), Outbox.not_before, Outbox.priority, Outbox.id)
    return rows.order_by(Outbox.id.desc())


def _count(session: Session, community_id: int | None, state: str) -> int:
    return session.scalar(select(func.count()).where(*_these(community_id, state))) or 0


def _these(community_id: int | None, state: str) -> Sequence[ColumnElement[bool]]:
    """Without what a list tells: the list speaks for it."""
    whose = true() if community_id is None else Outbox.community_id == community_id
    return Outbox.state.in_(STATES[state]), Outbox.bundle_id.is_(None), whose


def _line(session: Session, row: Outbox, now: datetime) -> NoticeLine:
    place = session.get_one(Place, row.place_id)
    community = session.get(Community, row.community_id) if row.community_id else None
    name, roles = _called(session, place, community)
    return NoticeLine(
        id=row.id,
        state=row.state,
        kind=row.kind,
        tells=_told_by(row),
        tickets=tuple(_number(session, ticket) for ticket in _tickets(session, row)),
        place=name,
        place_kind=place.kind,
        place_id=place.id,
        roles=roles,
        community=community.name if community else None,
        timezone=community.timezone if community else "UTC",
        since=row.created_at,
        attempts=row.attempt,
        error=row.error,
        wait=_wait(session, row, place, community, now) if row.state in STATES["waiting"] else None,
    )


def _told_by(row: Outbox) -> str:
    """The kind of its fact; what an older program left may have none."""
    return str(row.fact.get("kind", "unknown"))


def _called(session: Session, place: Place, community: Community | None) -> tuple[str, tuple[str, ...]]:
    """The name by which the register knows the place, and the roles of whose private chat it is; a resident has none.

    The title that people gave a group in the chat is theirs and is not shown.
    """
    if place.kind != "private":
        return place.name or "", ()
    who = people.somebody(session, place.address or "", community.id if community else None)
    return who.name, tuple(_role(role) for role in who.roles)


def _role(role: Role) -> str:
    scope = role.party or role.grid or role.point
    return f"{role.kind}:{scope}" if scope else str(role.kind)


def _tickets(session: Session, row: Outbox) -> Sequence[Ticket]:
    """What it is about: a list tells of all that were bundled into it."""
    told = _told_in(row).with_only_columns(Outbox.ticket_id)
    about = or_(Ticket.id == row.ticket_id, Ticket.id.in_(told))
    return session.scalars(select(Ticket).where(about).order_by(Ticket.id)).all()


def _number(session: Session, ticket: Ticket) -> str:
    return f"{session.get_one(Community, ticket.community_id).prefix}{ticket.number}"


def _wait(session: Session, row: Outbox, place: Place, community: Community | None, now: datetime) -> Wait:
    """The first thing in its way, as the sender would meet it (tracker/outbox.py)."""
    if row.state == "sending":
        return Wait("in_flight", until=row.lease_until)
    if place.address is None:
        return Wait("unbound")
    if place.blocked_at is not None:
        return Wait("blocked", said=place.blocked_why)
    if row.not_before > now:
        return Wait(_held_back(row, place, community), until=row.not_before)
    slot_at = place.urgent_at if row.priority <= Priority.CRITICAL else place.slot_at
    if slot_at is not None and slot_at > now:
        return Wait("pace", until=slot_at)
    return Wait("turn" if _others_first(session, row, now) else "next")


def _held_back(row: Outbox, place: Place, community: Community | None) -> Literal["gathering", "quiet", "later"]:
    """Why it has a moment of its own: others of its kind have just gone first, or the night ends then."""
    led = [at for key, at in (place.led or {}).items() if key.partition(":")[0] == _told_by(row)]
    if any(at < row.not_before.timestamp() <= at + GATHERED.total_seconds() for at in led):
        return "gathering"
    before = row.not_before - timedelta(seconds=1)
    night = community is not None and clocks.calendar_of(community).out_of_quiet(before) == row.not_before
    return "quiet" if night else "later"


def _others_first(session: Session, row: Outbox, now: datetime) -> bool:
    sooner = or_(Outbox.priority < row.priority, and_(Outbox.priority == row.priority, Outbox.id < row.id))
    waits = or_(Outbox.state == "sending", and_(Outbox.state == "pending", Outbox.not_before <= now, sooner))
    return session.scalar(select(Outbox.id).where(Outbox.place_id == row.place_id, waits).limit(1)) is not None


def send_again(session: Session, notice_id: int, *, now: datetime) -> Again:
    """Send an unsure or dead notice once more, marked; anything else stays as it is and the answer says why."""
    row = session.get(Outbox, notice_id)
    if row is None:
        return Again("unknown", notice_id)
    tickets = _tickets(session, row)
    for ticket in tickets:  # the clocks first, as every act and every sweep
        session.get(Clock, ticket.id, with_for_update=True)
    session.refresh(row, with_for_update=True)
    place = session.get_one(Place, row.place_id)
    numbers = tuple(_number(session, ticket) for ticket in tickets)
    refusal = _refusal(session, row, place)
    if refusal is not None:
        return Again(refusal, row.id, numbers, place.kind, row.bundle_id)
    for ticket in tickets:
        data = {"notice": row.id, "tells": _told_by(row), "was": row.state, "error": row.error}
        session.add(Event(ticket_id=ticket.id, at=now, actor=OPERATOR, kind="sent_again", data=data))
    _put_back(session, row, now)
    return Again("again", row.id, numbers, place.kind)


def _refusal(session: Session, row: Outbox, place: Place) -> Refusal | None:
    if row.state in _NO_NEED:
        return _NO_NEED[row.state]
    if row.bundle_id is not None:
        return "in_a_list"
    if _is_over(session, row):
        return "over"
    if place.address is None:
        return "unbound"
    return "blocked" if place.blocked_at is not None else None


def _is_over(session: Session, row: Outbox) -> bool:
    """Whether it would tell what is no longer so, or stands there by now."""
    if _told_by(row) == "bundle":
        return all(_is_over(session, each) for each in session.scalars(_told_in(row)))
    if row.epoch is not None and row.ticket_id is not None:
        return row.epoch != session.get_one(Clock, row.ticket_id).epoch
    if row.kind != "card" or row.ticket_id is None or _told_by(row) not in _ROLES:
        return False
    card = cards.find(session, row.ticket_id, row.place_id, _ROLES[_told_by(row)])
    return card is None or card.message is not None


def _told_in(a_list: Outbox) -> Select[Outbox]:
    return select(Outbox).where(Outbox.bundle_id == a_list.id)


def _put_back(session: Session, row: Outbox, now: datetime) -> None:
    """Like a new one, but marked. It is not looked for in the chat: others of ours may stand behind it by now."""
    row.state, row.error, row.lease_until, row.expires_at, row.after = "pending", None, None, None, None
    row.resends, row.audited = row.resends + 1, False
    community = session.get(Community, row.community_id) if row.community_id else None
    held = row.kind == "page" and row.priority != Priority.CRITICAL and community is not None
    row.not_before = clocks.calendar_of(community).out_of_quiet(now) if held and community else now
    session.flush()
