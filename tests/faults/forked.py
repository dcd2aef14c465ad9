"""The program of killing.py without its second of imports: forked from a process that has them, else the same."""

import asyncio
import faulthandler
import importlib
import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess

from tests.faults.killing import Bot

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.faults.preloaded"])

WHERE_ARE_YOU = signal.SIGUSR1  # answered in the log, by each thread
A_BLINK = 0.01  # seconds
A_MOMENT = 0.5  # seconds; enough to write a page
LONGEST_END = 30.0  # seconds until a process that was killed is gone; the machine may be busy


def _run(environment: dict[str, str], folder: str, log: str, patience: float | None) -> None:
    """In the child: `linliban run` as bot/cli/running.py does it, with this environment."""
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    faulthandler.register(WHERE_ARE_YOU, all_threads=True)
    os.chdir(folder)
    for name in [name for name in os.environ if name.startswith("LINLIBAN_")]:
        del os.environ[name]
    os.environ.update(environment)

    from bot import app
    from bot.settings import read_settings
    from tracker import faults, server

    server.ANSWER_WITHIN = patience or server.ANSWER_WITHIN
    importlib.reload(faults)  # it reads its variable when it is imported, which was before we were born
    sys.exit(app.run(read_settings()))


@dataclass
class Forked(Bot):
    """Starts in the time of a fork. `die_at` names a point of tracker/faults.py at which the next one dies."""

    die_at: str = ""
    patience: float | None = None  # seconds that PostgreSQL may take for an answer
    child: ForkServerProcess | None = field(default=None)
    born_at: int = 0  # how long the log was then

    async def start(self) -> None:
        environment = self.environment | ({"LINLIBAN_TEST_DIE_AT": self.die_at} if self.die_at else {})
        given = (environment, str(self.folder), str(self.log_file), self.patience)
        self.born_at = self.log_file.stat().st_size if self.log_file.exists() else 0
        self.child = _forks.Process(target=_run, args=given, daemon=True)
        await asyncio.to_thread(self.child.start)

    async def ends(self, how: signal.Signals | None = signal.SIGTERM) -> int:
        """Send the signal, if there is one, and wait for the end; the exit code."""
        child = self._alive()
        if how is not None:
            assert child.pid is not None
            os.kill(child.pid, how)
        await asyncio.to_thread(child.join, LONGEST_END)
        assert child.exitcode is not None, self.log[-5000:]
        code = child.exitcode
        self.deaths.append(code)
        child.close()
        self.child = None
        return code

    async def sees_soon(self, what: Callable[[], bool], at_most: float) -> None:
        """Wait until it is so, in the town or in the log, but no longer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                while not what():  # noqa: ASYNC110 - a log rings no bell
                    await asyncio.sleep(A_BLINK)

    async def says_where_it_is(self) -> str:
        """The end of its log, and behind it what each of its threads is doing."""
        if self.lives:
            os.kill(self.pid, WHERE_ARE_YOU)
            await asyncio.sleep(A_MOMENT)
        return self.log[-12000:]

    @property
    def lives(self) -> bool:
        return self.child is not None and self.child.exitcode is None

    @property
    def last_words(self) -> str:
        """What it has logged since it was started last."""
        return self.log_file.read_bytes()[self.born_at :].decode() if self.log_file.exists() else ""

    @property
    def runs(self) -> bool:
        """It has come so far that it answers a signal by ending in order."""
        return self.lives and '"event": "running"' in self.last_words

    @property
    def port(self) -> int:
        """Where its board is, once it runs."""
        running = next(line for line in reversed(self.last_words.splitlines()) if '"event": "running"' in line)
        return int(json.loads(running)["port"])

    @property
    def pid(self) -> int:
        pid = self._alive().pid
        assert pid is not None
        return pid

    def _alive(self) -> ForkServerProcess:
        assert self.child is not None, "it was never started"
        return self.child

    async def close(self) -> None:
        if self.child is not None:
            self.child.kill()
            await asyncio.to_thread(self.child.join, LONGEST_END)
            self.child.close()
