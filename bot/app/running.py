"""`linliban run`: the only place that repeats the parts for ever, and ends them without losing anything."""

import asyncio
import gc
import signal

import structlog

from board import Serving, make_app
from bot import logs
from bot.app.alone import alone
from bot.app.app import App, CannotStart
from bot.app.engine import Engine
from bot.app.together import PartFailed, together
from bot.loop import until
from bot.receive import LONG_POLL
from bot.receive.manner import WrongManner
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
    with alone(settings.data_dir, settings.database_url):
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
    board = Serving(make_app(app.desk.health, app.signs, app.hearing.routes), *app.settings.address)
    try:
        await asyncio.to_thread(app.check_database)
        serving = _open(board, app.settings.listen)
        if not await app.open(stop):
            return 0
        await app.listen(stop)
        look_for_rubbish_less()
        log.info("running", bot=app.line.username, port=board.port)
        return await _repeat(app, serving, stop, poll)
    finally:
        await board.close()
        await app.close()


def look_for_rubbish_less() -> None:
    """What is loaded by now stays, and is not looked through again: that took 5 to 25 % of what a report costs."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # Python's own 700 is for small programs; a report makes thousands of objects


def _open(board: Serving, listen: str) -> "asyncio.Task[None]":
    try:
        return board.open()
    except OSError as error:
        raise CannotStart(f"LINLIBAN_LISTEN={listen} cannot be used: {error.strerror}") from None


async def _repeat(app: App, serving: "asyncio.Task[None]", stop: asyncio.Event, poll: float) -> int:
    parts, lease = app.parts, app.share()
    works = {loop.name: loop.run(stop) for loop in (*parts.everywhere, lease.loop)}

    async def finish(within: float) -> None:
        log.info("ending")
        await parts.worker.finish(within)

    works |= app.hearing.works(stop)
    works |= {"leading": Engine(parts, lease, poll=poll).run(stop), "board": _watched(serving, stop)}
    try:
        await together(works, stop, patience=PATIENCE, finish=finish)
    except PartFailed as failed:
        if isinstance(failed.error, WrongManner):  # Telegram was away at the start, and refuses only now
            raise CannotStart(str(failed.error)) from None
        log.critical("part_failed", part=failed.part, why=why(failed.error) if failed.error else "it just ended")
        return 1
    finally:
        log.info("ended")
    return 0


async def _watched(serving: "asyncio.Task[None]", stop: asyncio.Event) -> None:
    """It goes on until the very end, so it is not ended with the others."""
    await until(stop, asyncio.shield(serving))
