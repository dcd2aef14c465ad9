"""The cards, edited in place: in the group, in the party's place, and the result in the group."""

from typing import Literal

from tracker.facts.base import FactBase


class TicketCard(FactBase):
    """The group's card, in reply to the report."""

    kind: Literal["ticket_card"] = "ticket_card"


class TaskCard(FactBase):
    """The task in the lead party's place, with its buttons."""

    kind: Literal["task_card"] = "task_card"


class Result(FactBase):
    """Done: what, by whom, the after-photo, and the four answers."""

    kind: Literal["result"] = "result"
