"""A disk of a few megabytes that a test may fill: a tmpfs where one may be mounted, else a limit to files."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.forked import Forked

BALLAST = "ballast"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """The folder is a disk of so many megabytes; False where that is not allowed."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Not a byte is left."""
    with (folder / BALLAST).open("wb", buffering=0) as ballast:
        for piece in (65536, 4096, 1):
            _write_while_it_goes(ballast.fileno(), piece)


def _write_while_it_goes(file: int, piece: int) -> None:
    while True:
        try:
            if os.write(file, b"\0" * piece) < piece:
                return
        except OSError:
            return


def make_room(folder: Path) -> None:
    (folder / BALLAST).unlink()


def may_write_up_to(bot: Forked, largest: int) -> None:
    """No file of the program may grow beyond; resource.RLIM_INFINITY: there is room again."""
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
