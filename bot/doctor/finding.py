"""One thing looked at: the only place for how a finding is made."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    ok: bool
    text: str
    cure: str = ""


def well(text: str) -> Finding:
    return Finding(ok=True, text=text)


def ill(text: str, cure: str) -> Finding:
    """Every complaint comes with what to do about it."""
    return Finding(ok=False, text=text, cure=cure)
