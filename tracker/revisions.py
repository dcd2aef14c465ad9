"""What changes only with a community's file: the only place that remembers it from one transaction to the next."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.orm import Session

from tracker.models import Community
from tracker.statements import straight, table

T = TypeVar("T")
Read = Callable[[Session, int], T]

_REVISION = select(table(Community).c.revision).where(table(Community).c.id == bindparam("id"))


def once_a_revision(read: Read[T]) -> Read[T]:
    """`read(session, community_id)`, done once until the next `apply`. What it returns must hold no row of the session.

    Another machine's `apply` is noticed, too: the revision is asked for in each session.
    """
    known: WeakKeyDictionary[Engine, dict[int, tuple[int, T]]] = WeakKeyDictionary()

    @wraps(read)
    def remembered(session: Session, community_id: int) -> T:
        there, revision = known.setdefault(session.get_bind().engine, {}), _revision(session, community_id)
        if community_id not in there or there[community_id][0] != revision:
            there[community_id] = revision, read(session, community_id)
        return there[community_id][1]

    return remembered


def _revision(session: Session, community_id: int) -> int:
    asked: dict[int, int] = session.info.setdefault("revisions", {})
    if community_id not in asked:
        asked[community_id] = straight(session).execute(_REVISION, {"id": community_id}).scalar_one()
    return asked[community_id]
