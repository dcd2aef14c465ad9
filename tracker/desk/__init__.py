"""The only door to the tracker: one method, one transaction, one moment."""

from tracker.desk.door import Desk, Health, Taken, Unparsable
from tracker.desk.visit import Visit

__all__ = ["Desk", "Health", "Taken", "Unparsable", "Visit"]
