"""Whose cards are edited next: from place to place by index, so that it costs the same however many are behind."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from tracker.db import UtcDateTime
from tracker.delivery.turns import in_the_outbox, one_by_one
from tracker.models import Card, Outbox, Place
from tracker.statements import straight, table

LOOKS = 12, 400, 400  # places looked at, one statement after the other: as a rule the first few do
_NOW = bindparam("now", type_=UtcDateTime)
_PENDING = literal("pending", literal_execute=True)
_CARD, _PLACE, _OUTBOX = table(Card), table(Place), table(Outbox)


class Rounds:
    """One place after the other. Where a round stopped is forgotten with the program, which costs one round at most."""

    def __init__(self) -> None:
        self._reached = 0

    def next(self, session: Session, *, now: datetime, limit: int) -> list[int]:
        """Posted cards that show an old version, one a place, where we may speak now; in each place the oldest."""
        found: dict[int, int] = {}
        for most in LOOKS:
            began = self._reached
            steps = straight(session).execute(_steps(), {"after": self._reached, "most": most, "now": now}).all()
            for place, card in steps:
                self._reached = place
                if card is not None:
                    found[place] = card
                if len(found) == limit:
                    return list(found.values())
            if len(steps) < most:
                self._reached = 0
                if began == 0:
                    break  # once around
        return list(found.values())


@cache
def _steps() -> Select[Any]:
    """The next places in which cards are behind, each with the one that may be edited now."""
    walk = select(_next_place(bindparam("after", type_=BigInteger)).label("place"), literal(1).label("step"))
    walked = walk.cte("walk", recursive=True)
    walked = walked.union_all(
        select(_next_place(walked.c.place), walked.c.step + 1).where(
            walked.c.place.is_not(None), walked.c.step < bindparam("most", type_=Integer)
        )
    )
    place = walked.c.place
    rests = or_(_PLACE.c.slot_at > _NOW, _PLACE.c.blocked_at.is_not(None))
    may_speak = ~one_by_one(_PLACE.c.id == place, rests)
    # A new message goes first: somebody waits for it.
    said = ~one_by_one(
        _OUTBOX.c.place_id == place, in_the_outbox(_OUTBOX.c.state), _OUTBOX.c.state == _PENDING,
        _OUTBOX.c.not_before <= _NOW,
    )  # fmt: skip
    return (
        select(place, case((and_(may_speak, said), _oldest_of(place))).label("card"))
        .where(place.is_not(None))
        .order_by(walked.c.step)
    )


def _next_place(after: ColumnElement[Any]) -> ScalarSelect[Any]:
    card = _CARD.alias()
    behind = select(card.c.place_id).where(card.c.shown_version < card.c.wanted_version, card.c.place_id > after)
    return behind.order_by(card.c.place_id).limit(1).scalar_subquery()


def _oldest_of(place: ColumnElement[int]) -> ScalarSelect[Any]:
    card = _CARD.alias()
    mine = select(card.c.id).where(
        card.c.place_id == place, card.c.shown_version < card.c.wanted_version, card.c.message.is_not(None),
        card.c.next_at <= _NOW,
    )  # fmt: skip
    return mine.order_by(card.c.next_at, card.c.id).limit(1).scalar_subquery()
