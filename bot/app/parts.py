"""The parts that speak with Telegram, joined: the only place that builds them, once Telegram has told who we are."""

from collections.abc import Callable
from datetime import datetime

from bot.audit import Auditor
from bot.beat import Beat
from bot.cards import Cards
from bot.handlers import Handlers
from bot.loop import Loop
from bot.menus import Menus
from bot.pace import Pace
from bot.receive import Receiver
from bot.rights import Rights
from bot.rush import Rush
from bot.skew import Skew, Watch
from bot.speak import Speaker
from bot.tally import Tally
from bot.wire import Line
from bot.work import Worker
from tracker.clock import Clock
from tracker.desk import Desk


class Parts:
    """Receiver, worker, beat, speaker, cards and menus of one bot, and the watch over its clock.

    `trusted`: whether this machine leads. Without that nothing new is asked of Telegram, decided, claimed or edited.
    """

    def __init__(
        self, line: Line, desk: Desk, clock: Clock, tally: Tally, skew: Skew, *,
        bot_id: int, username: str, reads_all: bool, server: str, trusted: Callable[[], bool], deadman: str = "",
        polls: bool = True,
    ) -> None:  # fmt: skip
        self.polls = polls
        self.pace = Pace(clock)
        handlers = Handlers(bot_id=bot_id, username=username, reads_all=reads_all)
        rush = Rush()
        self.worker = Worker(line, desk, handlers.handle, after=self.wake, tally=tally, rush=rush)
        arrived, bot_key = self.worker.wake, f"{bot_id}@{server}"
        self.receiver = Receiver(
            line, desk, bot_key, arrived=arrived, tally=tally, trusted=trusted, in_a_rush=rush.is_on
        )

        def may_decide(now: datetime) -> bool:
            return trusted() and not skew.is_wrong(now)

        self.beat = Beat(desk, clock, after=self.wake, tally=tally, may_decide=may_decide)
        self.speaker = Speaker(line, desk, username, self.pace, tally=tally, trusted=trusted, only_urgent=rush.is_on)
        self.cards = Cards(line, desk, username, self.pace, tally=tally, trusted=trusted)
        self.auditor = Auditor(
            desk, clock, may_judge=may_decide, after=self.wake, tally=tally, deadman=deadman, watched=self._watched
        )
        self.menus = Menus(line, desk, bot_id)
        self.rights = Rights(line, desk, bot_id, reads_all=reads_all)
        self.watch = Watch(skew, desk)

    def wake(self) -> None:
        """There may be something to say now."""
        self.speaker.loop.wake.set()
        self.cards.loop.wake.set()

    @property
    def everywhere(self) -> tuple[Loop, ...]:
        """What each of several machines does."""
        return *self.worker.loops, self.watch.loop

    @property
    def led(self) -> tuple[Loop, ...]:
        """What only one machine does (bot/app/engine.py); what breaks no promise is not among them."""
        return self.beat.loop, self.speaker.loop, self.cards.loop, self.auditor.loop

    def _watched(self) -> tuple[Loop, ...]:
        return *self.everywhere, self.beat.loop, self.speaker.loop, self.cards.loop

    async def settle(self) -> int:
        """Hear, work, decide and say once; tells how much that was."""
        self.beat.look_at_the_calendar()
        done = await self.receiver.once(0) if self.polls else 0
        done += await self.worker.drain()
        done += await self.beat.once()
        done += await self.speaker.once()
        done += await self.cards.once()
        return done or await self.auditor.when_due()
