"""One line of `make bench`: the only place where rounds become medians, a spread and a ratio."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Figure:
    """Ours beside the baseline, round by round in the same minutes, so that a busy machine slows both."""

    measure: str
    database: str
    unit: str
    baseline_is: str
    ours: Sequence[float]
    baseline: Sequence[float]
    limit: float | None = None  # the ratio that must not be passed
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return median(self.ours) / median(self.baseline)

    @property
    def holds(self) -> bool:
        return self.limit is None or self.ratio <= self.limit

    def line(self) -> str:
        said: dict[str, Any] = {
            "measure": self.measure,
            "database": self.database,
            "ours": _short(median(self.ours)),
            "baseline": _short(median(self.baseline)),
            "ratio": _short(self.ratio),
            "unit": self.unit,
            "spread": {
                "ours": _spread(self.ours),
                "baseline": _spread(self.baseline),
                "ratio": _spread([a / b for a, b in zip(self.ours, self.baseline, strict=True)]),
            },
            "rounds": len(self.ours),
            "baseline_is": self.baseline_is,
            **self.more,
        }
        if self.limit is not None:
            said |= {"limit": self.limit, "holds": self.holds}
        return json.dumps(said, ensure_ascii=False)


def _spread(rounds: Sequence[float]) -> list[float]:
    return [_short(min(rounds)), _short(max(rounds))]


def _short(value: float) -> float:
    """Three digits that mean something; more would only pretend."""
    return float(f"{value:.3g}")
