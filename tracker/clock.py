"""Where time comes from: the only file in tracker that asks the machine for it."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the moment, aware and in UTC. A transaction asks once."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class TurnedClock:
    """A clock that people turn: the machine's clock plus what it was turned by, or standing still when frozen."""

    def __init__(self, at: datetime | None = None, *, frozen: bool = False) -> None:
        real = datetime.now(UTC)
        self._ahead = (at or real) - real
        self._frozen_at = (at or real) if frozen else None

    def now(self) -> datetime:
        return self._frozen_at or datetime.now(UTC) + self._ahead

    def turn(self, by: timedelta) -> None:
        """Turn the clock forward; a clock is never turned back, since what was promised was promised."""
        if by < timedelta(0):
            raise ValueError("a clock is only turned forward")
        if self._frozen_at is not None:
            self._frozen_at += by
        else:
            self._ahead += by

    def turn_to(self, at: datetime) -> None:
        self.turn(max(at - self.now(), timedelta(0)))
