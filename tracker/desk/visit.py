"""One transaction at one moment, as a handler sees it: the register, the cases, and a way to answer."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from tracker import outbox
from tracker.desk.cases import Cases
from tracker.desk.register import Register
from tracker.facts import Fact
from tracker.outbox import ANSWERS, Priority
from tracker.statements import forget_connection
from tracker.views import PlaceView


@dataclass
class Visit:
    session: Session
    now: datetime
    key: str  # names this visit, so that an answer given twice is given once

    def __post_init__(self) -> None:
        self._answers = 0

    @cached_property
    def register(self) -> Register:
        return Register(self.session, self.now)

    @cached_property
    def cases(self) -> Cases:
        return Cases(self.session, self.now)

    def undo(self) -> None:
        """Back to where this visit began, as if nothing had been done in it: what is refused leaves no trace.

        For a visit that shares its transaction with others (tracker/desk/intake.py); one of its own just ends.
        """
        self.session.rollback()
        self.session.expunge_all()  # it holds what is not so
        forget_connection(self.session)

    def answer(
        self, place: PlaceView, fact: Fact, *, reply_to: int | None = None, ticket_id: int | None = None,
        topic: int | None = None,
    ) -> None:  # fmt: skip
        """Answer whoever speaks in this visit; it goes out with the visit's commit or not at all."""
        self._answers += 1
        outbox.post(
            self.session, place.id, fact, dedup=f"{ANSWERS}{self.key}:{self._answers}", now=self.now,
            priority=Priority.ANSWER, ticket_id=ticket_id, reply_to=reply_to, topic=topic,
        )  # fmt: skip
