"""The tables, in the order a ticket meets them: the register, the case, the post."""

from tracker.db import Base
from tracker.models.case import Approval, Attachment, Card, Clock, Event, Rating, Supporter, Ticket
from tracker.models.post import Alarm, Cursor, Inbox, Lease, Outbox, Slot
from tracker.models.register import (
    Category,
    Community,
    Grid,
    Invite,
    Ladder,
    Party,
    Person,
    Place,
    Role,
    Tag,
)

__all__ = [
    "Alarm",
    "Approval",
    "Attachment",
    "Base",
    "Card",
    "Category",
    "Clock",
    "Community",
    "Cursor",
    "Event",
    "Grid",
    "Inbox",
    "Invite",
    "Ladder",
    "Lease",
    "Outbox",
    "Party",
    "Person",
    "Place",
    "Rating",
    "Role",
    "Slot",
    "Supporter",
    "Tag",
    "Ticket",
]
