"""The only place for Telegram's flood limits: 30 a second a bot, 1 a second a chat, 20 a minute a group.

The numbers are those of Telegram's FAQ; a chat bears a burst of three. Windows slide on the town's clock.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from sandbox.errors import too_many

BOT_PER_SECOND = 30
GROUP_PER_MINUTE = 20
BURST = 3  # messages a chat takes at once; after that one a second


@dataclass
class Window:
    """At most `most` in any `seconds`; remembers no more than that many moments."""

    most: int
    seconds: float
    moments: deque[float] = field(default_factory=deque)

    def wait(self, now: float, count: int) -> float:
        """Seconds until `count` more may come."""
        while self.moments and self.moments[0] <= now - self.seconds:
            self.moments.popleft()
        over = len(self.moments) + count - self.most
        if over <= 0:
            return 0.0
        return self.moments[min(over, len(self.moments)) - 1] + self.seconds - now if self.moments else 0.0

    def note(self, now: float, count: int) -> None:
        self.moments.extend([now] * count)


@dataclass
class Steady:
    """One a second, with a burst: the moment up to which the chat's seconds are spent."""

    spent_until: float = 0.0

    def wait(self, now: float, count: int) -> float:
        ahead = max(self.spent_until, now) + count - now
        return max(0.0, ahead - max(BURST, count))

    def note(self, now: float, count: int) -> None:
        self.spent_until = max(self.spent_until, now) + count


@dataclass
class Flood:
    """What one bot has sent lately."""

    bot: Window = field(default_factory=lambda: Window(BOT_PER_SECOND, 1.0))
    groups: dict[int, Window] = field(default_factory=lambda: defaultdict(lambda: Window(GROUP_PER_MINUTE, 60.0)))
    chats: dict[int, Steady] = field(default_factory=lambda: defaultdict(Steady))

    def send(self, chat_id: int, count: int, now: datetime) -> None:
        """Notes `count` messages into a chat, or refuses them with the seconds to wait."""
        at = now.timestamp()
        rules: list[Window | Steady] = [self.bot, self.chats[chat_id]]
        if chat_id < 0:
            rules.append(self.groups[chat_id])
        longest = max(rule.wait(at, count) for rule in rules)
        if longest > 0:
            raise too_many(max(1, ceil(longest)))
        for rule in rules:
            rule.note(at, count)
