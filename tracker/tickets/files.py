"""Photos of a ticket, before and after; an album comes as several messages in any order."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker.models import Attachment, Ticket
from tracker.statements import insert_once
from tracker.views import File


def attach(
    session: Session, ticket_id: int | None, file: File, stage: str, *, now: datetime, album: str | None = None
) -> bool:
    """Keep a photo, once a ticket and stage; tells whether it is new."""
    return insert_once(
        session,
        Attachment,
        {"ticket_id": ticket_id, "stage": stage, "ref": file.ref, "unique_ref": file.unique, "kind": file.kind,
         "at": now, "album": album},
        on=("ticket_id", "stage", "unique_ref"),
    )  # fmt: skip


def claim_album(session: Session, ticket_id: int, album: str) -> None:
    """Photos that came before the caption belong to the ticket too."""
    loose = (Attachment.album == album, Attachment.ticket_id.is_(None))
    session.execute(update(Attachment).where(*loose).values(ticket_id=ticket_id))


def of_album(session: Session, album: str) -> Ticket | None:
    """The ticket that a message of this album opened, if one did."""
    owner = select(Attachment.ticket_id).where(Attachment.album == album, Attachment.ticket_id.is_not(None)).limit(1)
    ticket_id = session.scalar(owner)
    return session.get(Ticket, ticket_id) if ticket_id is not None else None


def count(session: Session, ticket_id: int, stage: str) -> int:
    mine = (Attachment.ticket_id == ticket_id, Attachment.stage == stage)
    return session.scalar(select(func.count()).select_from(Attachment).where(*mine)) or 0
