"""SQLite is for one machine and one program: the only place that keeps a second one from starting."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot.app.app import CannotStart
from tracker.desk import sqlite_file

LOCK = "linliban.lock"


@contextmanager
def alone(folder: Path, database_url: str) -> Iterator[None]:
    """Nobody else runs on our folder, nor on our database from another folder. CannotStart says who does.

    The locks are the operating system's: they go with the process, however it dies, so that the file left behind
    stops nobody. On PostgreSQL several run side by side (bot/app/lease.py).
    """
    with ExitStack() as locks:
        if file := sqlite_file(database_url):
            database = file.resolve()  # by whatever name: the lock lies beside the file itself
            for lock in (folder / LOCK, database.with_name(f"{database.name}.lock")):
                locks.enter_context(_locked(lock, folder))
        yield


@contextmanager
def _locked(lock: Path, folder: Path) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CannotStart(_refusal(file.read().strip(), lock, folder)) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _refusal(pid: str, lock: Path, folder: Path) -> str:
    who = f"process {pid}" if pid.isdigit() else "another process"
    return (
        f"linliban runs on {folder.resolve()} already ({who} holds {lock}): stop that one first, or give this one"
        " a LINLIBAN_DATA_DIR and a LINLIBAN_DATABASE_URL of its own; several at once need PostgreSQL"
    )
