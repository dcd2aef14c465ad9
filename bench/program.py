"""`linliban run` in a process of its own, as an installation has it: the only place where a measure starts it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE = 60.0  # seconds until it must be ready


class Program:
    """A running bot: `pid`, where it serves, and how long it took from its start to /readyz."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, ready_after: float, log: Path) -> None:
        self._process, self.port, self.ready_after, self._log = process, port, ready_after, log

    @property
    def pid(self) -> int:
        return self._process.pid

    def rss(self) -> float:
        """Resident memory now, in MiB (/proc)."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")


@contextmanager
def running(token: str, telegram_url: str, database_url: str, *, late: bool = False) -> Iterator[Program]:
    """The program, ready; it is ended with SIGTERM and must then say 0.

    `late`: it finds so much overdue that it is not ready for long, and is not waited for.
    """
    with TemporaryDirectory(prefix="linliban-bench-") as folder:
        log, port = Path(folder) / "log.txt", _free_port()
        given = {
            "BOT_TOKEN": token, "TELEGRAM_URL": telegram_url, "DATABASE_URL": database_url, "DATA_DIR": folder,
            "LISTEN": f"127.0.0.1:{port}", "LOG_LEVEL": "WARNING", "LOG_FORMAT": "json",
        }  # fmt: skip
        environment = {**os.environ, **{f"LINLIBAN_{name}": value for name, value in given.items()}}
        began = perf_counter()
        with log.open("wb") as stderr:
            process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, stderr=stderr)
        try:
            if not late:
                _until_ready(process, port, log)
            yield Program(process, port, perf_counter() - began, log)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=20)
        assert code == 0, log.read_text(encoding="utf-8")[-2000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        assert process.poll() is None, log.read_text(encoding="utf-8")[-2000:]
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (URLError, OSError):  # not listening yet, or not ready
            sleep(0.02)
    raise AssertionError(f"not ready after {PATIENCE} s: {log.read_text(encoding='utf-8')[-2000:]}")
