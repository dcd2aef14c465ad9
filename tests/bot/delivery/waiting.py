"""What waits on the street, as whoever runs the machine sees it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, select

from tests.bot.delivery.street import YARD, Street
from tracker import outbox
from tracker.db import Database
from tracker.facts import Reminder
from tracker.models import Event, Outbox, Place
from tracker.outbox import Priority
from tracker.views import NoticeLine

EVENING = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # eleven at night in the street
MORNING = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # its quiet hours end at seven
TOO_LONG = "Bad Request: message is too long"


def lines(street: Street, *states: str) -> list[NoticeLine]:
    found = street.desk.outgoing(None, states or ("waiting", "unsure", "dead"), 50)
    assert found is not None
    return list(found.lines)


def only(street: Street, state: str) -> NoticeLine:
    (line,) = lines(street, state)
    return line


def page(street: Street, ticket: int, not_before: datetime | None = None, epoch: int | None = None) -> None:
    """A reminder for the work group, as the sweep posts it."""
    database = Database(street.desk.url)
    with database.writing() as session:
        yard = session.scalars(select(Place).where(Place.address == f"telegram:{YARD}")).one()
        outbox.post(
            session, yard.id, Reminder(phase="accept", n=1), dedup=f"page {ticket} {street.clock.now()}",
            now=street.clock.now(), priority=Priority.PAGE, ticket_id=ticket, not_before=not_before, epoch=epoch,
        )  # fmt: skip
    database.close()


async def say_all(street: Street) -> None:
    for _ in range(4):
        await street.speaker.once()
        street.clock.turn(timedelta(seconds=3))


async def reported(street: Street) -> int:
    """A ticket whose cards stand."""
    ticket = street.report()
    await say_all(street)
    assert lines(street) == []
    return ticket


def numbers(street: Street, *where: ColumnElement[bool]) -> list[int]:
    """Of the notices for which it holds."""
    database = Database(street.desk.url)
    with database.reading() as session:
        found = list(session.scalars(select(Outbox.id).where(*where).order_by(Outbox.id)))
    database.close()
    return found


def events(street: Street, kind: str) -> list[Event]:
    database = Database(street.desk.url)
    with database.reading() as session:
        found = list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id)))
    database.close()
    return found
