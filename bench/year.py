"""A year at a thousand tickets a day, in one file: its size, and the other measures again beside a house with no past.

`python -m bench.year [TICKETS_A_DAY]` runs it alone.
"""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from time import perf_counter, sleep

from bench.crowd import MORNING, TOKEN_ID
from bench.databases import Databases, files
from bench.drain import drained
from bench.due import LATER, PRESS_EACH, Held, _press, share
from bench.figures import Figure
from bench.intake import UPDATES, Bot
from bench.memory import storm_over
from bench.past import KEPT, SEEDS, elsewhere, lived, megabytes, open_ones
from bench.program import running
from bench.storm import weathered
from bench.street import OURS, USERNAME, Street, group
from bench.sweep import idle_desk, in_turn
from bot import logs
from bot.app.running import look_for_rubbish_less
from bot.handlers import Handlers
from tracker.clock import TurnedClock
from tracker.desk import Desk
from tracker.inbox import Arrival

A_DAY, DAYS = 1_000, 365
OPEN_DAYS = 3  # so many days' tickets are open
ROUNDS = 5
NOTICES, CHATS = 300, 75
REPORTS = 300
STORM, STORM_SECONDS = 500, 2.5  # as dense as the storm of bench/storm.py
WITHOUT = "the same tickets open, and no past"


def year(databases: Databases, a_day: int = A_DAY) -> Iterator[Figure]:
    """SQLite's only: the figures of a small house that never moves to a server."""
    if databases.kind != "sqlite":
        return
    look_for_rubbish_less()  # as the running bot does; it serves both
    past, fresh = databases.new("year"), databases.new("no_past")
    opened = max(OPEN_DAYS * a_day, SEEDS)
    tickets = lived(past, a_day, DAYS, opened)
    lived(fresh, a_day, 0, opened)
    pair = _Pair(past, fresh, f"a year, {tickets:,} tickets")
    yield pair.sized(tickets)
    yield pair.swept()
    yield pair.counted()
    yield from pair.stormed()  # on a Telegram of its own, so before anybody else is spoken to
    yield pair.drained()
    yield pair.remembered()
    yield from pair.due()
    yield from pair.heard()
    yield from pair.tidied()


class _Pair:
    """The same done to both, the one with a past first in every other round."""

    def __init__(self, past: str, fresh: str, name: str) -> None:
        self.past, self.fresh, self.name = past, fresh, name

    def sized(self, tickets: int) -> Figure:
        past, fresh = megabytes(self.past), megabytes(self.fresh)
        return self._figure("the file", "MB", [past], [fresh], kb_a_ticket=round(past * 1000 / tickets, 2))

    def swept(self) -> Figure:
        with ExitStack() as stack:
            desks = {at: stack.enter_context(closing(idle_desk(url))) for at, url in enumerate((self.past, self.fresh))}
            rounds = [in_turn(desks) for _ in range(ROUNDS + 1)][1:]
        return self._figure("sweep with nothing due", "ms a pass", [r[0] for r in rounds], [r[1] for r in rounds])

    def counted(self) -> Figure:
        """In the middle of a visit, as all that somebody asks for: SQLite's others wait as long."""
        with ExitStack() as stack:
            desks = [stack.enter_context(closing(idle_desk(url))) for url in (self.past, self.fresh)]
            rounds = [[_asked(desk, turn) for desk in desks] for turn in range(ROUNDS + 1)][1:]
        return self._figure("/stats", "ms", [r[0] for r in rounds], [r[1] for r in rounds])

    def drained(self) -> Figure:
        past, fresh = (drained(url, NOTICES, CHATS) for url in (self.past, self.fresh))
        assert past["too_many"] == fresh["too_many"] == 0
        return self._figure(f"drain of {NOTICES} letters to {CHATS} chats", "s", [past["seconds"]], [fresh["seconds"]])

    def remembered(self) -> Figure:
        def mib(url: str) -> float:
            with Street() as street, running(OURS, street.url, url) as program:
                return storm_over(url, street, program, REPORTS)

        return self._figure(f"memory after {REPORTS} reports", "MiB", [mib(self.past)], [mib(self.fresh)])

    def stormed(self) -> Iterator[Figure]:
        past, fresh = (weathered(url, STORM, STORM_SECONDS) for url in (self.past, self.fresh))
        yield self._figure("storm: the danger's card", "s", [past.card], [fresh.card], **past.more)
        yield self._figure("storm: the danger's page", "s", [past.page], [fresh.page])
        yield self._figure("storm: every ticket committed", "s", [past.committed], [fresh.committed])
        yield self._figure("storm: all is told", "s", [past.told], [fresh.told])

    def heard(self) -> Iterator[Figure]:
        """In the process itself, as bench/intake.py does."""
        for workers in (1, 4):
            past, fresh = asyncio.run(_heard_by_both(self.past, self.fresh, workers))
            yield self._figure(f"intake, {workers} at work", "ms an update", past, fresh)

    def due(self) -> Iterator[Figure]:
        """Every open ticket at one instant; presses meanwhile."""
        past, fresh = (_Busy(url, LATER) for url in (self.past, self.fresh))
        for each in (fresh, past):
            with each.held.listening():
                each.works(_decide_all)
        yield self._figure(f"{past.done:,} deadlines at one instant", "s", [past.took], [fresh.took])
        yield self._figure("due: a press meanwhile, p99", "ms", [past.p99], [fresh.p99], bar=100.0)
        yield share("sqlite", f"due: the write lock held: {self.name}", past.held.spans, bar=20.0)

    def tidied(self) -> Iterator[Figure]:
        """A quarter later: all that ended in these ninety days is forgotten, a few rows a commit."""
        busy = _Busy(self.past, timedelta(days=KEPT + 1))
        with busy.held.listening():
            busy.works(lambda desk: sum(desk.tidying()))
        more = {"rows": busy.done, "seconds": round(busy.took, 1)}
        yield share("sqlite", f"tidying a quarter: a press meanwhile: {self.name}", busy.pressed, bar=100.0)
        held = share("sqlite", f"tidying a quarter: the write lock held: {self.name}", busy.held.spans, bar=20.0)
        held.more.update(more)
        yield held

    def _figure(self, measure: str, unit: str, ours: list[float], fresh: list[float], **more: object) -> Figure:
        return Figure(f"{measure}: {self.name}", "sqlite", unit, WITHOUT, ours, fresh, more=more)


class HeldHere(Held):
    """What the main thread holds; who presses does so in another."""

    def _begun(self, connection: object, cursor: object, statement: str, *more: object) -> None:
        if threading.current_thread() is threading.main_thread():
            super()._begun(connection, cursor, statement, *more)


class _Busy:
    """Something that writes for long, beside neighbours who press, in one process as in the running program."""

    def __init__(self, url: str, later: timedelta) -> None:
        self._desk = Desk(url, TurnedClock(MORNING + later, frozen=True))
        self._url, self.held, self.pressed = url, HeldHere(), list[float]()
        self.took, self.done = 0.0, 0

    def works(self, work: Callable[[Desk], int]) -> None:
        over = threading.Event()
        presser = threading.Thread(target=self._press, args=(over, open_ones(self._url)[-1]))
        presser.start()
        began = perf_counter()
        self.done = work(self._desk)
        self.took = perf_counter() - began
        over.set()
        presser.join()
        self._desk.close()

    def _press(self, over: threading.Event, ticket: int) -> None:
        handlers = Handlers(bot_id=TOKEN_ID, username=USERNAME)
        bot, number = f"press at {self._desk.clock.now()}", 0
        while not over.is_set() or not self.pressed:
            number += 1
            began = perf_counter()
            self._desk.store_updates(bot, [Arrival(number, str(group(0)), _press(number, ticket))], None)
            taken = self._desk.take(handlers.handle)
            if number > 1:  # the first fills caches
                self.pressed.append(perf_counter() - began)
            assert [each.error for each in taken] == [None], taken
            sleep(PRESS_EACH)

    @property
    def p99(self) -> float:
        """Milliseconds from Telegram's hand to the commit."""
        ordered = sorted(self.pressed)
        return ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)] * 1000


def _asked(desk: Desk, turn: int) -> float:
    began = perf_counter()
    desk.visit(f"count {turn}", lambda visit: visit.cases.stats(1))
    return (perf_counter() - began) * 1000


def _decide_all(desk: Desk) -> int:
    decided = 0
    while swept := desk.sweep():
        decided += swept
    return decided


async def _heard_by_both(past: str, fresh: str, workers: int) -> tuple[list[float], list[float]]:
    took: dict[str, list[float]] = {past: [], fresh: []}
    before = [elsewhere(url) for url in took]
    with ExitStack() as stack:
        streets = {url: stack.enter_context(Street()) for url in took}
        bots = {url: Bot(url, street.url, workers) for url, street in streets.items()}
        try:
            for turn in range(ROUNDS + 1):
                for url in (past, fresh) if turn % 2 else (fresh, past):
                    took[url].append(await _heard(streets[url], bots[url]))
        finally:
            for bot in bots.values():
                await bot.close()
    assert [elsewhere(url) for url in took] == [count + (ROUNDS + 1) * UPDATES for count in before]
    return took[past][1:], took[fresh][1:]  # the first round fills caches


async def _heard(street: Street, bot: Bot) -> float:
    street.say(UPDATES)
    began = perf_counter()
    heard = await bot.hear()
    took = perf_counter() - began
    assert heard == UPDATES, f"{heard} of {UPDATES} updates were heard"
    return took * 1000 / UPDATES


if __name__ == "__main__":
    logs.set_up("WARNING", "console", ())
    with files() as somewhere:
        for figure in year(somewhere, *map(int, sys.argv[1:])):
            print(figure.line(), flush=True)
