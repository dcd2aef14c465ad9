"""What this process has done, and how late: the only place that counts it. /metrics shows it (board/figures.py)."""

import time
from collections import Counter
from collections.abc import Callable

from prometheus_client import Histogram

_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 86400.0)


class Tally(Counter[str]):
    """Counts by name, and two histograms."""

    def __init__(self, *, ticks: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.due_lag = _histogram("due_lag", "From the moment a ticket was due to the decision")
        self.delivery_lag = _histogram("delivery_lag", "From the moment a message might be said to Telegram's yes")
        self._ticks = ticks
        self._said_at: float | None = None

    @property
    def lags(self) -> tuple[Histogram, ...]:
        return self.due_lag, self.delivery_lag

    def said(self, late: float) -> None:
        """A message has reached Telegram, so many seconds after it might have been said."""
        self.delivery_lag.observe(max(late, 0.0))
        self._said_at = self._ticks()

    def since_said(self) -> float | None:
        """Seconds since a message last reached Telegram."""
        return None if self._said_at is None else self._ticks() - self._said_at


def _histogram(name: str, meaning: str) -> Histogram:
    return Histogram(f"linliban_{name}_seconds", meaning, buckets=_SECONDS, registry=None)
