"""The outbox over the desk, for whoever runs the machine: looked through, and one sent again."""

from collections.abc import Sequence

from tracker import people, waiting
from tracker.clock import Clock
from tracker.db import Database
from tracker.views import Again, Outgoing


class Post:
    """A part of Desk."""

    clock: Clock
    _db: Database

    def outgoing(self, community: str | None, states: Sequence[str], limit: int) -> Outgoing | None:
        """At most `limit` notices of each state (waiting, unsure, dead); None when no community has that name."""
        with self._db.reading() as session:
            row = people.community_named(session, community) if community else None
            if community and row is None:
                return None
            return waiting.outgoing(session, row.id if row else None, states, limit=limit, now=self.clock.now())

    def send_again(self, notice: int) -> Again:
        """Send an unsure or dead notice once more; the answer says why where that cannot be."""
        with self._db.writing() as session:
            return waiting.send_again(session, notice, now=self.clock.now())
