"""What the residents' group is told besides its cards."""

from typing import Literal

from tracker.facts.base import FactBase


class AfterPhoto(FactBase):
    """A photo that came after the result was told."""

    kind: Literal["after_photo"] = "after_photo"
    ref: str
    file_kind: str = "photo"


class Ended(FactBase):
    """A coordinator ended the ticket: closed or rejected, with the reason."""

    kind: Literal["ended"] = "ended"


class QuestionAsked(FactBase):
    """Staff ask the reporter something."""

    kind: Literal["question_asked"] = "question_asked"
    words: str
    by: str = ""


class GroupWelcome(FactBase):
    """First contact with a group: how to report. `missing` names what stops the bot from hearing everything."""

    kind: Literal["group_welcome"] = "group_welcome"
    bound: bool = True
    missing: tuple[str, ...] = ()
