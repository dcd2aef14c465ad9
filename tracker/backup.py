"""A copy of the whole database, taken while the program works: the only place that makes one."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from tracker.errors import NoBackup

LOCKED = 10.0  # seconds to wait for a database that is busy
ENDING = {"sqlite": ".db", "postgresql": ".dump"}
CLIENTS = "install PostgreSQL's client programs (Debian: apt-get install postgresql-client)"


def ending(url: str) -> str:
    """What the name of such a backup ends in."""
    return ENDING[make_url(url).get_backend_name()]


def back_up(url: str, file: Path) -> None:
    """Copy the database into a new file that only its owner may read. NoBackup says why not; then nothing is left.

    The copy is of one moment, whatever is written meanwhile, and it is read back before it gets its name.
    """
    address = make_url(url)
    copy: Callable[[URL, Path], None] = _of_file if address.get_backend_name() == "sqlite" else _of_server
    if file.exists():
        raise NoBackup(f"{file} is there already: choose another name, it is not overwritten")
    part = file.with_name(f".{file.name}.part")
    try:
        _begin(part)
        copy(address, part)
        _to_disk(part)
        part.rename(file)
        _to_disk(file.parent)
    except OSError as error:
        raise NoBackup(f"{error.filename or file}: {error.strerror}") from None
    finally:
        _forget(part)


def _begin(part: Path) -> None:
    """An empty file, closed to others from the first byte; what a backup that was killed has left makes way."""
    part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _forget(part)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _forget(part: Path) -> None:
    """With what SQLite may have put beside it."""
    for beside in ("", "-journal", "-wal", "-shm"):
        part.with_name(part.name + beside).unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- SQLite


def _of_file(address: URL, part: Path) -> None:
    file = Path(address.database or "")
    if not file.is_file():
        raise NoBackup(f"there is no database at {file}: set LINLIBAN_DATABASE_URL, or run linliban migrate first")
    try:
        with closing(_open(file)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)  # all pages in one go: in WAL mode that keeps no writer waiting
            target.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
            _check(target)
    except sqlite3.Error as error:
        raise NoBackup(f"{file}: {error}") from None


def _open(file: Path) -> sqlite3.Connection:
    """The database that is there: one that went away this very moment is not made anew."""
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", timeout=LOCKED, uri=True)


def _check(target: sqlite3.Connection) -> None:
    found = target.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise NoBackup(f"the database is damaged: {found}. Keep it, and restore the newest backup")


# --- PostgreSQL


def _of_server(address: URL, part: Path) -> None:
    _run("pg_dump", "--format=custom", "--no-password", f"--file={part}", f"--dbname={_open_part(address)}",
         secret=_password(address))  # fmt: skip
    _run("pg_restore", "--list", "--file=/dev/null", str(part))


def _open_part(address: URL) -> str:
    """Where to connect, as PostgreSQL's programs read it, without what everybody on the machine could see."""
    shown = address.set(drivername="postgresql").difference_update_query(["password"])
    return URL.create(
        "postgresql", shown.username, None, shown.host, shown.port, shown.database, shown.query
    ).render_as_string()


def _password(address: URL) -> str | None:
    """None where the address has none: then PGPASSWORD, PGPASSFILE and ~/.pgpass count."""
    asked = address.query.get("password")
    return address.password or (asked if isinstance(asked, str) else None)


def _run(program: str, *words: str, secret: str | None = None) -> None:
    path = shutil.which(program)
    if path is None:
        raise NoBackup(f"{program} was not found: {CLIENTS}")
    environment = {**os.environ, **({"PGPASSWORD": secret} if secret else {})}
    done = subprocess.run([path, *words], env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's own program
    if done.returncode != 0:
        raise NoBackup(_last_words(program, done.stderr, secret))


def _last_words(program: str, said: str, secret: str | None) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["no reason given"]
    reason = lines[0].removeprefix(f"{program}: ").removeprefix("error: ")
    return f"{program} failed: {reason.replace(secret, '***') if secret else reason}"
