"""What was changed, a line each."""

from collections.abc import Sequence
from typing import Any

from tracker.db import Base


def set_values(row: Base, values: dict[str, Any]) -> list[str]:
    """Assign what differs; the names of what did."""
    changed = [key for key, value in values.items() if getattr(row, key) != value]
    for key in changed:
        setattr(row, key, values[key])
    return changed


def note(changes: list[str], what: str, name: str, changed: Sequence[str] | None) -> None:
    if changed is None:
        changes.append(f"+ {what} {name}")
    elif changed:
        changes.append(f"~ {what} {name}: {', '.join(changed)}")
