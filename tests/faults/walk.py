"""A random walk through two communities: how it begins and ends, and that the laws are asked after each step."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from tests.faults.ear import Ear
from tests.faults.laws import Laws
from tests.faults.two_communities import (
    BO,
    FILE,
    FIRM,
    GAO,
    ISLAND,
    MA,
    NAI,
    OLD_GROUP,
    QIAN,
    SECOND,
    YARD,
    ZHOU,
    move_in,
)
from tests.world import World, played
from tracker.db import Database

LONGEST = 120.0  # seconds of real time a step may take; what hangs is a failure, not a silence


class Walk(RuleBasedStateMachine):
    """What may happen is said by who is one: tests/faults/acts.py and misfortunes.py."""

    fresh: Callable[[], str]  # an empty database
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.reports: set[str] = set()
        self.confided: set[str] = set()
        self.old_group = OLD_GROUP
        self.well = True  # no law was broken yet

    def runs(self, work: Coroutine[Any, Any, Any]) -> Any:
        async def in_time() -> Any:
            async with asyncio.timeout(LONGEST):
                return await work

        return self.runner.run(in_time())

    async def _begin(self) -> None:
        url = type(self).fresh()
        file = self.folder / "file.toml"
        file.write_text(FILE, encoding="utf-8")
        self.world: World = await self.stack.enter_async_context(played(url, community=file))
        file.write_text(SECOND, encoding="utf-8")
        self.world.desk.apply(file)
        move_in(self.world)
        await self.world.settle()
        database = Database(url)
        self.stack.callback(database.close)
        self.ear = Ear(self.world.town, self.world.desk, database)
        self.ear.listens()
        self.laws = Laws(self.world, database, self.ear)

    def teardown(self) -> None:
        try:
            self.runs(self._end())
        finally:
            self.runner.close()

    async def _end(self) -> None:
        try:
            self.world.town.faults.clear()
            await self.world.passes(days=1)
            self.laws.hold(self.reports, self.confided)
            assert not self.world.desk.health().waiting
        finally:
            await self.stack.aclose()

    async def settles(self) -> None:
        """The end of a step."""
        self.well = False
        await self.world.settle()
        self.laws.hold(self.reports, self.confided)
        self.well = True

    @property
    def chats(self) -> list[int]:
        return [YARD, self.old_group, ISLAND, FIRM, GAO, MA, ZHOU, QIAN, NAI, BO]

    def numbers(self) -> list[str]:
        return [f"{prefix}{number}" for prefix in ("XF", "DA") for number in (1, 2, 3)]

    def is_heard_in(self, chat: int) -> bool:
        return self.world.town.groups[chat].member(1000).present

    def can_see(self, who: int, chat: int) -> bool:
        return chat == who or (chat < 0 and self.world.town.groups[chat].member(who).present)
