"""What an audit found, as those outside may know it: codes and counts."""

from dataclasses import dataclass
from datetime import datetime


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
