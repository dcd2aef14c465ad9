"""The parts that speak with Telegram, joined: the only place that builds them, once Telegram has told who we are."""

import asyncio
from collections import Counter

from bot.beat import Beat
from bot.cards import Cards
from bot.handlers import Handlers
from bot.loop import Loop
from bot.menus import Menus
from bot.pace import Pace
from bot.receive import Receiver
from bot.speak import Speaker
from bot.wire import Line
from bot.work import Worker
from tracker.clock import Clock
from tracker.desk import Desk


class Parts:
    """Receiver, worker, beat, speaker, cards and menus of one bot."""

    def __init__(
        self, line: Line, desk: Desk, clock: Clock, tally: Counter[str], *, bot_id: int, username: str, server: str
    ) -> None:
        self.pace = Pace(clock)
        handlers = Handlers(bot_id=bot_id, username=username)
        self.worker = Worker(line, desk, handlers.handle, after=self.wake, tally=tally)
        self.receiver = Receiver(line, desk, f"{bot_id}@{server}", arrived=self.worker.loop.wake, tally=tally)
        self.beat = Beat(desk, clock, after=self.wake, tally=tally)
        self.speaker = Speaker(line, desk, username, self.pace, tally=tally)
        self.cards = Cards(line, desk, username, self.pace, tally=tally)
        self.menus = Menus(line, desk)

    def wake(self) -> None:
        """There may be something to say now."""
        self.speaker.loop.wake.set()
        self.cards.loop.wake.set()

    @property
    def loops(self) -> tuple[Loop, ...]:
        """Those without which promises are broken; the menus are not among them."""
        return self.worker.loop, self.beat.loop, self.speaker.loop, self.cards.loop

    async def settle(self) -> int:
        """Hear, work, decide and say once; tells how much that was."""
        self.beat.look_at_the_calendar()
        done = await self.receiver.once(0)
        done += await self.worker.drain()
        done += await self.beat.once()
        done += await self.speaker.once()
        return done + await self.cards.once()

    async def finish(self, within: float) -> None:
        """Let what is on its way arrive, and be recorded."""
        await asyncio.gather(self.speaker.finish(within), self.worker.finish(within))
