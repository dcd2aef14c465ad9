"""The only door to the tracker: one method, one transaction, one moment."""

from tracker.backup import back_up
from tracker.backup import ending as backup_ending
from tracker.desk.door import Desk
from tracker.desk.intake import Taken, Unparsable
from tracker.desk.leading import sqlite_file
from tracker.desk.visit import Visit
from tracker.desk.watch import Health, Waiting
from tracker.inbox import Arrival
from tracker.leases import Held, Rival

__all__ = [
    "Arrival",
    "Desk",
    "Health",
    "Held",
    "Rival",
    "Taken",
    "Unparsable",
    "Visit",
    "Waiting",
    "back_up",
    "backup_ending",
    "sqlite_file",
]
