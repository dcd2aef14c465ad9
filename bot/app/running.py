"""`linliban run`: the only place that repeats the parts for ever, and ends them without losing anything."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

import structlog

from board import Serving, make_app
from bot import logs
from bot.app.app import App, CannotStart
from bot.loop import until
from bot.receive import LONG_POLL
from bot.settings import Settings
from bot.shore import why
from tracker.clock import SystemClock

PATIENCE = 7.0  # seconds that work under way may take at the end; with the board's 2 it stays below 10

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


def run(settings: Settings) -> int:
    """Until SIGTERM or SIGINT; exit code 0, or 1 when a part failed.

    Raises CannotStart, DatabaseAway and OldSchema before anything has begun.
    """
    logs.set_up(settings.log_level, settings.log_format, settings.secrets)
    return asyncio.run(_until_signalled(App(settings, SystemClock())))


async def _until_signalled(app: App) -> int:
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    return await live(app, stop)


async def live(app: App, stop: asyncio.Event, *, poll: float = LONG_POLL) -> int:
    """Receive, work, sweep, send and serve until `stop`, then close the app; 0, or 1 when a part failed.

    `poll`: seconds Telegram may keep us waiting for the next update.
    """
    board = Serving(make_app(app.desk.health, app.signs), *app.settings.address)
    try:
        await asyncio.to_thread(app.check_database)
        serving = _open(board, app.settings.listen)
        if not await app.open(stop):
            return 0
        log.info("running", bot=app.line.username, port=board.port)
        return await _repeat(app, serving, stop, poll)
    finally:
        await board.close()
        await app.close()


def _open(board: Serving, listen: str) -> "asyncio.Task[None]":
    try:
        return board.open()
    except OSError as error:
        raise CannotStart(f"LINLIBAN_LISTEN={listen} cannot be used: {error.strerror}") from None


async def _repeat(app: App, serving: "asyncio.Task[None]", stop: asyncio.Event, poll: float) -> int:
    parts = app.parts
    tasks = [_task("receive", parts.receiver.run(stop, poll))]
    tasks += [_task(loop.name, loop.run(stop)) for loop in (*parts.loops, parts.menus.loop)]
    metronome = parts.beat.metronome()
    metronome.start()
    try:
        await until(stop, asyncio.wait([serving, *tasks], return_when=asyncio.FIRST_COMPLETED))
        failed = [task for task in (serving, *tasks) if task.done() and not stop.is_set()]
        for task in failed:
            _cry(task)
    finally:
        metronome.shutdown(wait=False)
        stop.set()
        log.info("ending")
        await asyncio.gather(asyncio.wait(tasks, timeout=PATIENCE), parts.finish(within=PATIENCE))
        for task in tasks:  # an edit or a pop-up that is too slow; both are made again or not missed
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        log.info("ended")
    return 1 if failed else 0


def _task(name: str, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    return asyncio.create_task(work, name=name)


def _cry(task: "asyncio.Task[None]") -> None:
    """A part ended though nobody asked it to; to go on without it would break promises in silence."""
    error = None if task.cancelled() else task.exception()
    log.critical("part_failed", part=task.get_name(), why=why(error) if error else "it just ended")
