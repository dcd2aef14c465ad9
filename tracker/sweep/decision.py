"""What was decided of one clock that is due, as rows that only need to be written."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

Due = Row[Any]  # a clock that is due, and what of its ticket decides (deciding.py)


@dataclass
class Decision:
    """`clock`: where it stands afterwards. Without one the ticket ends in silence, or nobody could decide: `failed`."""

    due: Due
    clock: dict[str, Any] | None = None
    notices: list[dict[str, Any]] = field(default_factory=list)
    event: dict[str, Any] | None = None
    told: bool = False  # somebody was, so the cards say more now
    failed: bool = False
