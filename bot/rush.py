"""Much at once: the only place that tells when what is unread goes before routine words.

The next to be read may be a cry for help that nothing told from the rest as it came, and Telegram lets us say no more
than thirty things a second however soon we begin. So in a rush only what is urgent is said, until all is read: for a
while, since nobody is left without an answer, however much goes on coming.
"""

import time

from bot.loop import Ticks

BEGINS, ENDS = 1.0, 20.0  # seconds for which there was always something to read
OFTEN = 0.1  # seconds after which whoever speaks looks again meanwhile


class Rush:
    """Told of each pass over the inbox by whoever works on it."""

    def __init__(self, *, ticks: Ticks = time.monotonic) -> None:
        self._ticks = ticks
        self._since: float | None = None  # when the first was read of those since when none has been missing
        self._looked_at = 0.0

    def is_on(self) -> bool:
        return self._since is not None and BEGINS <= self._ticks() - self._since < ENDS

    def read(self) -> bool:
        """Something was read; tells whether it is time to look at what may be said."""
        now = self._ticks()
        if self._since is None:
            self._since = now
        if self.is_on() and now - self._looked_at < OFTEN:
            return False
        self._looked_at = now
        return True

    def over(self) -> bool:
        """Nothing waited, or it could not be read; tells whether there had been a rush: much may be said now."""
        was_on, self._since = self.is_on(), None
        return was_on
