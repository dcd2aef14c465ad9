"""Where the measures keep their data: the only place that makes and drops databases for them."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

OFFERED = "LINLIBAN_TEST_DATABASE_URL"


class Databases(Protocol):
    """Empty databases of one kind; all of them are gone at the end."""

    kind: str

    def new(self, name: str) -> str:
        """The address of an empty database."""
        ...

    def copy(self, url: str, name: str) -> str:
        """The address of a copy; nobody may be connected to the original."""
        ...


class Files:
    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new(self, name: str) -> str:
        return f"sqlite:///{self._folder / name}.db"

    def copy(self, url: str, name: str) -> str:
        copied = self.new(name)
        shutil.copyfile(str(make_url(url).database), str(make_url(copied).database))
        return copied


class Server:
    kind = "postgresql"

    def __init__(self, address: URL) -> None:
        self._address = address
        self._made: list[str] = []

    def new(self, name: str, template: str = "template0") -> str:
        made = f"linliban_bench_{name}"
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", made)
        self._do("CREATE DATABASE {} TEMPLATE {}", made, template)
        self._made.append(made)
        return self._address.set(database=made).render_as_string(hide_password=False)

    def copy(self, url: str, name: str) -> str:
        return self.new(name, str(make_url(url).database))

    def drop_all(self) -> None:
        for name in self._made:
            self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _do(self, command: str, *names: str) -> None:
        with psycopg.connect(plain(self._address), autocommit=True) as connection:
            connection.execute(sql.SQL(command).format(*map(sql.Identifier, names)))


def plain(address: URL) -> str:
    """The address as PostgreSQL's own library reads it."""
    return address.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def files() -> Iterator[Databases]:
    with TemporaryDirectory(prefix="linliban-bench-") as folder:
        yield Files(Path(folder))


@contextmanager
def server(address: str) -> Iterator[Databases]:
    made = Server(make_url(address))
    try:
        yield made
    finally:
        made.drop_all()


def begin_beside_postgres() -> None:
    """Begin this program anew beside a fresh PostgreSQL of Debian's, as durable as one at work, if there is one."""
    tool = shutil.which("pg_virtualenv")
    if offered() or tool is None or not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return
    offer = f'{OFFERED}="postgresql+psycopg://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE" exec "$@" >&3'
    os.dup2(1, 3)  # the tool talks on standard output, which is for our lines
    os.dup2(2, 1)
    again = [sys.executable, "-m", "bench", *sys.argv[1:]]
    os.execv(tool, [tool, "-t", "-o", "fsync=on", "sh", "-c", offer, "sh", *again])  # noqa: S606 - Debian's own tool


def offered() -> str | None:
    return os.environ.get(OFFERED)
