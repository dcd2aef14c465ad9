"""How fast one bot may speak: the only place for its share of Telegram's limit. A chat's pace is kept by the desk."""

from collections import deque
from datetime import datetime, timedelta

from tracker.clock import Clock

PER_SECOND = 25  # Telegram's FAQ says about 30 a second and bot; obey 429 besides
WINDOW = timedelta(seconds=1)
ALARM = timedelta(seconds=5)
CHATS_FOR_A_PAUSE = 3  # so many chats refused within ALARM: it is not a chat that is too fast but we are


class Pace:
    """Counts what was sent in the last second, on the tracker's clock, edits included."""

    def __init__(self, clock: Clock, per_second: int = PER_SECOND) -> None:
        self._clock, self._most = clock, per_second
        self._sent: deque[datetime] = deque()
        self._refused: dict[str, datetime] = {}
        self._paused_until: datetime | None = None

    def free(self) -> int:
        """How many messages may be sent now."""
        now = self._clock.now()
        if self._paused_until and now < self._paused_until:
            return 0
        return max(self._most - self._lately(now), 0)

    def free_at(self) -> datetime:
        """When the next message may be sent; now or later."""
        now = self._clock.now()
        at = max(now, self._paused_until or now)
        return at if self._lately(now) < self._most else max(at, self._sent[0] + WINDOW)

    def take(self, count: int = 1) -> None:
        self._sent.extend([self._clock.now()] * count)

    def refused(self, address: str, seconds: float) -> None:
        """A 429 came back from this chat; enough of them, and nobody is spoken to for that long."""
        now = self._clock.now()
        self._refused[address] = now
        self._refused = {a: at for a, at in self._refused.items() if now - ALARM < at <= now}
        if len(self._refused) >= CHATS_FOR_A_PAUSE:
            self._paused_until = max(now + timedelta(seconds=seconds), self._paused_until or now)
            self._refused.clear()

    def _lately(self, now: datetime) -> int:
        while self._sent and not now - WINDOW < self._sent[0] <= now:  # later than now: the clock was set back
            self._sent.popleft()
        return len(self._sent)
