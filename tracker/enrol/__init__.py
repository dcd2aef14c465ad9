"""A community file into the register: what it adds, changes and no longer names, a line each; twice is once."""

from hashlib import sha256
from json import dumps

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.community import CommunityMistakes
from tracker.enrol import places, words
from tracker.enrol.changes import note, set_values
from tracker.enrol.rows import Enrolment as Enrolment
from tracker.enrol.rows import from_file as from_file
from tracker.enrol.staff import staff
from tracker.models import Community, Ladder, Place


def enrol(session: Session, wanted: Enrolment) -> list[str]:
    """Bring the register in line. Chats and people that were bound or invited since keep their addresses and roles."""
    _refuse_conflicts(session, wanted)
    changes: list[str] = []
    community = _community(session, wanted, changes)
    _ladder(session, community, wanted, changes)
    grids = places.grids(session, community, wanted, changes)
    chats = places.groups(session, community, wanted, grids, changes)
    parties = places.parties(session, community, wanted, chats, changes)
    staff(session, community, wanted, grids, parties, changes)
    words.categories(session, community, wanted, parties, changes)
    words.tags(session, community, wanted, changes)
    if changes:
        community.revision += 1
    session.flush()
    return changes


def _refuse_conflicts(session: Session, wanted: Enrolment) -> None:
    """What belongs to another community cannot be claimed: CommunityMistakes, before any change."""
    others = select(Community).where(Community.name != wanted.name)
    lines = [
        f"community.prefix: {wanted.prefix} 已经是“{other.name}”的编号前缀，换一个 / is the prefix of {other.name}"
        for other in session.scalars(others.where(Community.prefix == wanted.prefix))
    ]
    for group in wanted.groups:
        owner = session.scalar(
            select(Community.name)
            .join(Place, Place.community_id == Community.id)
            .where(Place.address == (group.address or ""), Community.name != wanted.name)
        )
        if owner is not None:
            lines.append(f"group {group.name}: chat_id 已经是“{owner}”的群 / is a chat of {owner}")
    if lines:
        raise CommunityMistakes(lines)


def _community(session: Session, wanted: Enrolment, changes: list[str]) -> Community:
    values = {key: getattr(wanted, key) for key in ("timezone", "language", "bot_name", "emergency", "calendar")}
    row = session.scalars(select(Community).where(Community.name == wanted.name)).one_or_none()
    if row is None:
        row = Community(name=wanted.name, prefix=wanted.prefix, **values)
        session.add(row)
        session.flush()
        note(changes, "community", row.name, None)
    else:
        note(changes, "community", row.name, set_values(row, {"prefix": wanted.prefix, **values}))
    return row


def _ladder(session: Session, community: Community, wanted: Enrolment, changes: list[str]) -> None:
    """A new revision beside the old one: running tickets keep theirs."""
    digest = sha256(dumps(wanted.ladder, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    mine = (Ladder.community_id == community.id, Ladder.digest == digest)
    row = session.scalars(select(Ladder).where(*mine)).one_or_none()
    if row is None:
        row = Ladder(community_id=community.id, digest=digest, spec=wanted.ladder)
        session.add(row)
        session.flush()
    if community.ladder_id != row.id:
        changes.append("+ ladder" if community.ladder_id is None else "~ ladder: for new tickets only")
        community.ladder_id = row.id
