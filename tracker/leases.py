"""Who does what only one machine should do: taken, renewed and given back, each bound to what was read before.

The lease saves work; that nothing is done twice rests on compare-and-set, unique indexes and dedup keys elsewhere. So a
clock that steps costs no more than time here. Forward by an hour, a standby may take over from a holder who is alive:
the term goes up, and the holder learns it at his next renewal. Back by an hour, the row of a dead holder seems to last
an hour longer; a standby that has watched it stand still for LASTS on a clock of its own (`unmoved`) need not wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, or_, select, update
from sqlalchemy.orm import Session

from tracker.models import Lease
from tracker.statements import insert_once

LASTS = timedelta(seconds=15)


@dataclass(frozen=True)
class Held:
    """It is ours. `seconds`: how long from the moment we asked. `vacant`: how long nobody had had it before."""

    term: int
    seconds: float = LASTS.total_seconds()
    vacant: timedelta = timedelta(0)


@dataclass(frozen=True)
class Rival:
    """Somebody else has it. Equal to what was read before as long as he has not renewed."""

    holder: str
    term: int
    mode: str
    until: datetime
    seconds: float = LASTS.total_seconds()  # without a renewal for so long, he is gone


def hold(
    session: Session, name: str, holder: str, mode: str, *, now: datetime, term: int | None = None,
    unmoved: Rival | None = None, rival_is_gone: bool = False,
) -> Held | Rival:  # fmt: skip
    """Renew our `term`, or take what is free, has ended, is `unmoved` or whose holder is known to be gone."""
    ours = {"holder": holder, "expires_at": now + LASTS, "mode": mode}
    ended = session.scalar(select(Lease.expires_at).where(Lease.name == name)) or now
    vacant = max(now - ended, timedelta(0))  # our own, too: the machine may have slept
    if term is not None and _set(session, name, _is(holder, term), ours):
        return Held(term, vacant=vacant)
    free = or_(
        Lease.expires_at <= now,
        Lease.holder == holder,  # a term of ours that we lost sight of
        and_(_is(unmoved.holder, unmoved.term), Lease.expires_at == unmoved.until) if unmoved else false(),
        Lease.holder != holder if rival_is_gone else false(),
    )
    if new := _set(session, name, free, {"term": Lease.term + 1, **ours}):
        return Held(new, vacant=vacant)
    if insert_once(session, Lease, {"name": name, "term": 1, **ours}, on=("name",)):
        return Held(1)
    rival = select(Lease.holder, Lease.term, Lease.mode, Lease.expires_at).where(Lease.name == name)
    return Rival(*session.execute(rival).one())


def held_by(session: Session, name: str, *, now: datetime) -> Rival | None:
    """Who has it, as the row says; None when it is free."""
    rival = select(Lease.holder, Lease.term, Lease.mode, Lease.expires_at).where(Lease.name == name)
    row = session.execute(rival.where(Lease.expires_at > now)).one_or_none()
    return Rival(*row) if row else None


def release(session: Session, name: str, holder: str, term: int, *, now: datetime) -> bool:
    """Let somebody else in at once; false when it was not ours any more. The row stays: terms only go up."""
    return _set(session, name, _is(holder, term), {"expires_at": now}) is not None


def _is(holder: str, term: int) -> ColumnElement[bool]:
    return and_(Lease.holder == holder, Lease.term == term)


def _set(session: Session, name: str, if_so: ColumnElement[bool], values: dict[str, object]) -> int | None:
    """The row's term after it was changed; None when it was not as we thought."""
    changed = update(Lease).where(Lease.name == name, if_so).values(values).returning(Lease.term)
    return session.scalar(changed.execution_options(synchronize_session=False))
