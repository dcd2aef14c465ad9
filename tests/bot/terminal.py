"""Somebody at a terminal: runs `linliban` and reads what it says."""

import asyncio
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import structlog
from click.testing import CliRunner

import bot.logs  # here, so that its default stream is the real one and not that of a run which is over
from bot.cli import main

REPOSITORY = Path(bot.__file__).parent.parent
LONGEST = 60.0  # seconds a verb may take on a busy machine


@dataclass(frozen=True)
class Said:
    """What a verb printed, and its exit code."""

    code: int
    out: str
    err: str

    def refuses(self, *words: str, code: int = 2, lines: int = 1) -> None:
        """It ended with clear lines on stderr and nothing else."""
        assert self.code == code, self
        assert self.out == ""
        assert "Traceback" not in self.err, self.err
        assert len(self.err.splitlines()) == lines, self.err
        assert all(word in self.err for word in words), self.err


class Terminal:
    """A terminal in a folder, with an environment of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.settings = {f"LINLIBAN_{name.upper()}": value for name, value in settings.items()}

    def types(self, *words: str, given: str | bytes = "", program: click.Group = main) -> Said:
        """Runs a verb in this process, which is quick; where nothing else is running."""
        with chdir(self.folder), _loggers_left_alone():
            result = CliRunner().invoke(program, words, input=given, env=self.settings, prog_name="linliban")
        return Said(result.exit_code, result.stdout, result.stderr)

    async def start(self, *words: str) -> asyncio.subprocess.Process:
        """Starts a verb as a program of its own."""
        pipe = asyncio.subprocess.PIPE
        program = (sys.executable, "-X", "utf8", "-m", "bot", *words)
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **self.settings}
        return await asyncio.create_subprocess_exec(
            *program, cwd=self.folder, env=environment, stdin=pipe, stdout=pipe, stderr=pipe
        )

    async def runs(self, *words: str) -> Said:
        """Runs a verb as a program of its own, to its end."""
        process = await self.start(*words)
        try:
            out, err = await asyncio.wait_for(process.communicate(), LONGEST)
        except TimeoutError:
            process.kill()
            raise
        assert process.returncode is not None
        return Said(process.returncode, out.decode(), err.decode())


@contextmanager
def _loggers_left_alone() -> Iterator[None]:
    """What the program does to the loggers of its process is undone."""
    root, config, hook = logging.getLogger(), structlog.get_config(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in bot.logs.OURS}
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, old in levels.items():
            logging.getLogger(name).setLevel(old)
        structlog.configure(**config)
        sys.excepthook = hook
