"""What the calendar rings: the coordinators' morning digest, and an hourly look at the rules. Each rings once."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker import clocks, figures, outbox, routing, rulebook
from tracker.decisions import DIGEST_AT
from tracker.facts import Digest
from tracker.models import Clock, Community, Ladder, Slot
from tracker.outbox import Priority
from tracker.statements import insert_once

_HOUR = timedelta(hours=1)


def between(session: Session, since: datetime, until: datetime) -> list[tuple[str, datetime]]:
    """(occasion, moment) for everything after `since` and up to `until`, in the order of time."""
    found = [("rules", hour) for hour in _hours(since, until)[-1:]]  # one look does for all that were missed
    for community in session.scalars(select(Community).order_by(Community.id)).all():
        found += [(f"digest:{community.id}", at) for at in _mornings(community, since, until)]
    return sorted(found, key=lambda occasion: (occasion[1], occasion[0]))


def _hours(since: datetime, until: datetime) -> list[datetime]:
    hour = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + _HOUR
    hours = []
    while hour <= until:
        hours.append(hour)
        hour += _HOUR
    return hours


def _mornings(community: Community, since: datetime, until: datetime) -> list[datetime]:
    zone, calendar = ZoneInfo(community.timezone), clocks.calendar_of(community)
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    mornings = []
    while day <= last:
        at = datetime.combine(day, DIGEST_AT, zone).astimezone(UTC)
        if since < at <= until and calendar.is_workday(day):
            mornings.append(at)
        day += timedelta(days=1)
    return mornings


def prepare(session: Session, occasion: str, at: datetime, *, now: datetime) -> Digest | None:
    """What a digest will say, read before the slot is taken: in a large house that takes seconds."""
    name, _, community_id = occasion.partition(":")
    if name != "digest" or session.get(Slot, (occasion, at)) is not None:
        return None
    community = session.get_one(Community, int(community_id))
    return figures.digest(session, community, _day(community, at), now=now)


def ring(session: Session, occasion: str, at: datetime, prepared: Digest | None, *, now: datetime) -> bool:
    """The slot is taken and the work done in one commit, so it happens once whoever rings."""
    if not insert_once(session, Slot, {"name": occasion, "at": at}, on=("name", "at")):
        return False
    name, _, community_id = occasion.partition(":")
    if name == "digest":
        community = session.get_one(Community, int(community_id))
        if prepared is not None:
            _tell_digest(session, community.id, prepared, now)
        _tell_that_the_calendar_ends(session, community, _day(community, at), now)
    elif name == "rules":
        _tell_mended_rules(session, now)
    return True


def _day(community: Community, at: datetime) -> date:
    return at.astimezone(ZoneInfo(community.timezone)).date()


def _tell_digest(session: Session, community_id: int, digest: Digest, now: datetime) -> None:
    for place in routing.coordinators(session, community_id):
        outbox.post(
            session, place.id, digest, dedup=f"digest:{community_id}:{digest.day}:{place.id}", now=now,
            priority=Priority.ROUTINE, expires_at=now + timedelta(hours=24),
        )  # fmt: skip


def _tell_that_the_calendar_ends(session: Session, community: Community, day: date, now: datetime) -> None:
    """Once, weeks ahead; from then on the mornings that have something to say say this, too."""
    if ends := figures.calendar_end(community, day):
        clocks.alarm(session, community.id, "calendar_ends", f"{community.id}:{ends}", now=now, until=ends.isoformat())


def _tell_mended_rules(session: Session, now: datetime) -> None:
    """What gives way to the built-in rules is chased all the same, but not as this community agreed."""
    for community in session.scalars(select(Community)).all():
        in_use = select(Clock.ladder_id).where(Clock.due_at.is_not(None))
        running = or_(Ladder.id == community.ladder_id, Ladder.id.in_(in_use))
        ladders = session.scalars(select(Ladder).where(Ladder.community_id == community.id, running)).all()
        mended = {key for ladder in ladders for key in rulebook.rules(ladder.spec).mended}
        mended |= {f"calendar.{key}" for key in rulebook.calendar(community.timezone, community.calendar).mended}
        if mended:
            what = ", ".join(sorted(mended))
            clocks.alarm(session, community.id, "rules_mended", f"{community.id}:{what}", now=now, what=what)
