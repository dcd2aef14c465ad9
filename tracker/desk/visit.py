"""One transaction at one moment, as a handler sees it: the register, the cases, and a way to answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from tracker import outbox
from tracker.desk.cases import Cases
from tracker.desk.register import Register
from tracker.errors import Refused
from tracker.facts import Fact
from tracker.outbox import Priority
from tracker.statements import straight
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

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What is done inside is undone when it is refused; any other error undoes the whole visit."""
        self.session.flush()
        connection = straight(self.session)
        connection.exec_driver_sql("SAVEPOINT attempt")
        try:
            yield
            self.session.flush()
        except Refused:
            self.session.expunge_all()  # it holds what is not so
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT attempt")
            raise
        connection.exec_driver_sql("RELEASE SAVEPOINT attempt")

    def answer(
        self, place: PlaceView, fact: Fact, *, reply_to: int | None = None, ticket_id: int | None = None,
        topic: int | None = None,
    ) -> None:  # fmt: skip
        """Answer whoever speaks in this visit; it goes out with the visit's commit or not at all."""
        self._answers += 1
        outbox.post(
            self.session, place.id, fact, dedup=f"answer:{self.key}:{self._answers}", now=self.now,
            priority=Priority.ANSWER, ticket_id=ticket_id, reply_to=reply_to, topic=topic,
        )  # fmt: skip
