"""A PostgreSQL of a test's own, which it may stop, restart and fill: Debian's programs, a folder, a port."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parent.name), reverse=True)
ON_PATH = shutil.which("initdb")
PROGRAMS = Path(ON_PATH).parent if ON_PATH else PLACES[0] if PLACES else None
"""None: this machine has no PostgreSQL that could be started, only perhaps one that is reached over the network."""

QUICK = {"fsync": "off", "full_page_writes": "off"}  # a commit is with the machine, which does not fail here


class Cluster:
    """`with Cluster() as cluster:` runs it; `cluster.url` is its one database, still without tables."""

    def __init__(self, **settings: str) -> None:
        self._settings = QUICK | settings

    def __enter__(self) -> "Cluster":
        self.folder = Path(tempfile.mkdtemp(prefix="linliban-postgres-"))
        self.port = _free_port()
        if os.getuid() == 0:  # the server refuses to run as root
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "--pgdata", self._data, "--username", "li", "--auth", "trust", "--encoding", "UTF8",
                  "--locale", "C.UTF-8", "--no-sync")  # fmt: skip
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    @property
    def url(self) -> str:
        return self.url_over(self.port)

    def url_over(self, port: int) -> str:
        """The same database, over a line that begins at another port."""
        return f"postgresql+psycopg://li@127.0.0.1:{port}/postgres"

    def start(self) -> None:
        given = {"port": str(self.port), "listen_addresses": "127.0.0.1", "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}={value}" for name, value in (given | self._settings).items())
        log = str(self.folder / "log.txt")
        self._run("pg_ctl", "start", "--wait", "--silent", "--pgdata", self._data, "--log", log, "--options", options)

    def stop(self, mode: str = "immediate") -> None:
        """`immediate`: as if the machine had lost its processes; it recovers when it starts."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "--pgdata", self._data, "--mode", mode)

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, program: str, *words: str) -> None:
        assert PROGRAMS is not None
        command: Sequence[str] = [str(PROGRAMS / program), *words]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
