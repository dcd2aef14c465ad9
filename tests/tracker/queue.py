"""Three communities at one desk, and what waits to be said in their places."""

from pathlib import Path

from sqlalchemy.orm import Session

from tests.tracker.office import MONDAY
from tracker import outbox
from tracker.clock import TurnedClock
from tracker.db import Database
from tracker.desk import Desk
from tracker.facts import Help
from tracker.models import Outbox, Place
from tracker.outbox import Priority
from tracker.outcomes import Delivered
from tracker.views import Letter

LARGE, SMALL, TINY = 1, 2, 3
FILE = """
[community]
name = "{name}"
prefix = "{prefix}"
[[group]]
name = "议事群"
[[party]]
name = "物业"
kind = "property"
[[person]]
name = "主任"
roles = ["coordinator"]
"""


class Queue:
    """Notices wait, and `says` claims some and has them delivered."""

    def __init__(self, url: str, folder: Path) -> None:
        self.clock = TurnedClock(MONDAY, frozen=True)
        self.desk = Desk(url, self.clock)
        self.database = Database(url)
        self.posted = 0
        for prefix in "ABC":
            file = folder / f"{prefix}.toml"
            file.write_text(FILE.format(name=f"{prefix}区", prefix=prefix), encoding="utf-8")
            self.desk.apply(file)

    def close(self) -> None:
        self.desk.close()
        self.database.close()

    def waits(
        self, community: int, notices: int, places: int, kind: str = "private", priority: Priority = Priority.ANSWER
    ) -> list[int]:
        """So many notices for so many new places of a community; the places."""
        with self.database.writing() as session:
            rooms = [
                Place(kind=kind, address=f"telegram:{self.posted + number + 1}", community_id=community)
                for number in range(places)
            ]
            session.add_all(rooms)
            session.flush()
            for number in range(notices):
                self._post(session, rooms[number % places].id, community, priority)
            return [room.id for room in rooms]

    def also(self, place: int, community: int, priority: Priority, notices: int = 1) -> None:
        with self.database.writing() as session:
            for _ in range(notices):
                self._post(session, place, community, priority)

    def _post(self, session: Session, place: int, community: int, priority: Priority) -> None:
        self.posted += 1
        outbox.post(session, place, Help(part="resident"), dedup=f"n{self.posted}", now=self.clock.now(),
                    priority=priority, community_id=community)  # fmt: skip

    def says(self, limit: int = 1) -> list[Letter]:
        letters = self.desk.claim(limit)
        for letter in letters:
            self.desk.settle(letter, Delivered(letter.id))
        return letters

    def whose(self, letters: list[Letter]) -> list[int]:
        with self.database.reading() as session:
            return [session.get_one(Outbox, letter.id).community_id or 0 for letter in letters]
