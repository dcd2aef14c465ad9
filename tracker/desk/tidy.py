"""Old rows let go, over the desk: a step at a time, each a commit of its own."""

from collections.abc import Iterator

from tracker import tidying
from tracker.clock import Clock
from tracker.db import Database
from tracker.tidying import Kind, Old


class Tidy:
    """A part of Desk."""

    clock: Clock
    _db: Database

    def tidying(self) -> Iterator[int]:
        """One round through all that may be old: each step lets a few rows go, and tells how many those were.

        Nothing old takes no write lock. A round that is broken off is begun anew; what is gone by then is not missed.
        """
        for kind in tidying.KINDS:
            after = 0
            while (old := self._look(kind, after)) is not None:
                if old.rows:
                    yield self._let_go(kind, old)
                after = old.upto

    def _look(self, kind: Kind, after: int) -> Old | None:
        with self._db.reading() as session:
            return kind.look(session, after, self.clock.now())

    def _let_go(self, kind: Kind, old: Old) -> int:
        with self._db.writing() as session:
            return kind.let_go(session, old.rows, self.clock.now())
