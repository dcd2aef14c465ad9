"""What an audit found, and what coordinators are told of the machine, as those outside may know it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Finding:
    """Something that was not as promised: tracker/audit names it, bot/messages words it for the coordinators."""

    code: str
    count: int


@dataclass(frozen=True)
class Audited:
    """Clean means that the promises hold: nothing was found, not even what has been put right."""

    at: datetime
    findings: tuple[Finding, ...] = ()

    @property
    def clean(self) -> bool:
        return not self.findings


@dataclass(frozen=True)
class AlarmLine:
    """An alarm of some days ago: when, what (bot/messages words it), and the number of its ticket, if it has one."""

    at: datetime
    code: str
    data: dict[str, Any]
    number: str = ""
