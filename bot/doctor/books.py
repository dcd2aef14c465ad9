"""What the database holds that a doctor looks at, read once: the only place where the round opens the desk."""

from dataclasses import dataclass
from datetime import date

from bot.doctor import machine
from bot.doctor.finding import Finding
from bot.settings import Settings
from tracker.clock import Clock
from tracker.desk import Desk
from tracker.views import CommunityView, PlaceView, Somebody


@dataclass(frozen=True)
class Books:
    communities: list[CommunityView]
    places: list[PlaceView]
    people: dict[int, list[Somebody]]  # by community
    certain_until: date | None


def read_books(settings: Settings, clock: Clock) -> tuple[list[Finding], Books | None]:
    """What is to be said of the database, and its books where they can be read. Changes nothing."""
    findings = list(machine.sqlite_file(settings.database_url))
    if findings:  # opening the desk would make the file or its folder
        return findings, None
    desk = Desk(settings.database_url, clock)
    try:
        finding = machine.database(desk)
        return [finding], _read(desk) if finding.ok else None
    finally:
        desk.close()


def _read(desk: Desk) -> Books:
    communities = desk.communities()
    people = {each.id: desk.people(each.id) for each in communities}
    return Books(communities, desk.places(), people, desk.health().calendar_certain_until)
