"""A day of the program, lived before it is forked: what it imports and compiles once is there for every child."""

import asyncio
import gc
import logging
import tempfile
from pathlib import Path

import psycopg
import sqlalchemy.dialects.postgresql.psycopg as _postgresql
import structlog
from pydantic import SecretStr

from bot.app import App
from bot.app.running import live
from bot.settings import Settings
from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.world import TOKEN, played
from tracker.clock import SystemClock
from tracker.db import migrate

__all__ = ["_postgresql", "psycopg"]

SQUARE, NEIGHBOUR = -1001000000001, 2101
A_MOMENT = 0.3  # seconds


async def _a_day(database_url: str) -> None:
    async with played(database_url) as world:
        neighbour = world.person(NEIGHBOUR, "王阿姨", SQUARE)
        square = world.chat(SQUARE)
        await square.says(neighbour, "#报修 3号楼2单元的路灯不亮了")
        await square.says(neighbour, "/status XZ1")
        await world.passes(hours=30)


async def _a_moment(database_url: str) -> None:
    """As `linliban run` lives it, without its signals."""
    town = Town()
    town.add_bot(TOKEN, "linliban_bot", "社区小助手")
    async with Serving(make_app(town)) as served:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(A_MOMENT, stop.set)
        settings = Settings(
            bot_token=SecretStr(TOKEN), telegram_url=served.url, database_url=database_url,
            data_dir=Path(database_url.removeprefix("sqlite:///")).parent, listen="127.0.0.1:0", _env_file=None,
        )  # fmt: skip
        await live(App(settings, SystemClock()), stop)


logging.disable()
structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # nobody listens yet
with tempfile.TemporaryDirectory() as _folder:
    _database_url = f"sqlite:///{_folder}/day.db"
    migrate(_database_url)
    asyncio.run(_a_day(_database_url))
    asyncio.run(_a_moment(_database_url))
logging.disable(logging.NOTSET)
structlog.reset_defaults()
gc.collect()
gc.freeze()  # what was there before the fork is not looked through again, page by page, in each child
