"""The only place for what is remembered of a bot's calls: what it asked and what Telegram answered."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.json import Json
from sandbox.town.people import Bot


@dataclass(frozen=True)
class Call:
    """One API call. `params` are decoded: numbers are numbers, objects are objects."""

    bot: Bot | None  # None: nobody has this token
    method: str  # as Telegram spells it
    params: Json
    status: int  # HTTP; 0 when the answer was withheld
    result: Any = None
    error: str | None = None
    at: datetime = field(kw_only=True)
    notes: tuple[str, ...] = ()  # what the real server would overlook in silence
    scripted: bool = False  # a fault answered, and nobody did the work
