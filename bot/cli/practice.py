"""The only place that joins the practice Telegram to the bot: one town, one clock, one database."""

import asyncio
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import bot
from bot import logs
from bot.app import App, CannotStart, alone
from bot.app.running import live
from bot.cli.mistakes import Mistake
from bot.settings import Settings
from sandbox.scene import load_scene
from sandbox.scene.settle import settle
from sandbox.server import Serving, make_app
from sandbox.town import Town
from tracker.clock import SystemClock, TurnedClock
from tracker.desk import Desk

EXAMPLES = Path(bot.__file__).parent.parent / "examples"
COMMUNITY, PLAY = EXAMPLES / "xizhu.toml", EXAMPLES / "xizhu.tour.toml"
TOKEN, USERNAME = "1000:practice", "linliban_bot"
HOST = "127.0.0.1"
CURTAIN = timedelta(minutes=30)  # after the morning's digest: the play begins at nine on a working day


@dataclass
class PlayClock:
    """The clock on the page: turning it wakes the bot."""

    timezone: str
    clock: TurnedClock
    app: App | None = field(default=None)

    def now(self) -> datetime:
        return self.clock.now()

    def turn_to(self, moment: datetime) -> None:
        self.clock.turn_to(moment)
        if self.app:
            self.app.nudge()

    def next_reminder(self) -> datetime | None:
        return self.app.desk.next_moment() if self.app else None


async def practise(folder: Path, port: int, opened: Callable[[str], None], *, log_level: str) -> int:
    """Play until SIGINT or SIGTERM; `opened` is told the page's address. Mistake: port or folder is taken."""
    require_free(port)
    logs.set_up(log_level, "console", ())
    url = f"sqlite:///{(folder / f'demo-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.db').resolve()}"
    try:
        with alone(folder, url):
            return await _play(folder, port, url, opened)
    except CannotStart as error:
        raise Mistake(str(error)) from None


async def _play(folder: Path, port: int, url: str, opened: Callable[[str], None]) -> int:
    zone, begin = await asyncio.to_thread(_prepare, url)
    clock = PlayClock(zone, TurnedClock(begin))
    town = Town(now=clock.now)
    scene = load_scene(PLAY, clock=clock)
    town.add_bot(TOKEN, USERNAME, "社区小助手")
    settle(town, scene)
    stop = _told_to_stop()
    async with Serving(make_app(town, scene), port=port) as page:
        app = App(_settings(page.url, url, folder), clock.clock)
        if await app.open(stop):
            clock.app = app
            opened(page.url)
        return await live(app, stop)


def require_free(port: int) -> None:
    """Said at once, before anything is built up. Raises Mistake where somebody else serves on the port."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((HOST, port))
            tried.listen()
    except OSError as error:
        cure = "choose another, or let the machine choose with --port 0"
        raise Mistake(f"port {port} cannot be used ({error.strerror}): {cure}") from None


def _prepare(url: str) -> tuple[str, datetime]:
    """A database with the example community; its time zone, and when the play begins."""
    desk = Desk(url, SystemClock())
    try:
        desk.migrate()
        desk.apply(COMMUNITY, dry_run=False)
        zone = desk.communities()[0].timezone
        midnight = datetime.now(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        mornings = desk.occasions(midnight, midnight + timedelta(days=30))
        digest = next(at for name, at in mornings if name.startswith("digest"))
        return zone, digest + CURTAIN
    finally:
        desk.close()


def _settings(telegram_url: str, database_url: str, folder: Path) -> Settings:
    """Everything is given, so that nothing of a real installation's environment gets in."""
    return Settings.model_validate(
        {
            "bot_token": TOKEN, "telegram_url": telegram_url, "database_url": database_url, "data_dir": folder,
            "webhook_url": "", "webhook_secret": "", "listen": "127.0.0.1:0", "log_level": "INFO",
            "log_format": "console",
        }
    )  # fmt: skip


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    return stop
