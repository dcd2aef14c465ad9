"""Intake where a sync takes as long as on disks of every day: a commit costs what the disk's sync costs.

`python -m bench.slow_disk` is what the measure starts, with slow_disk.c preloaded: it prints its figure's rounds.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile, TemporaryDirectory
from time import perf_counter
from typing import Any

from bench.databases import Databases, files
from bench.figures import Figure
from bench.intake import BARE, intake
from bot import logs

SOURCE = Path(__file__).with_suffix(".c")
LONGER = (0, 1000, 2000, 5000)  # microseconds; a disk that turns takes longer than the last
SYNCS, PIECE = 50, b"x" * 4096


def slow_disk(databases: Databases) -> Iterator[Figure]:
    """SQLite only: how PostgreSQL's processes sync is not ours to slow down."""
    compiler = shutil.which("cc")
    if databases.kind != "sqlite":
        return
    if compiler is None:
        print("no C compiler: apt-get install gcc libc6-dev", file=sys.stderr)
        return
    with TemporaryDirectory() as folder:
        shim = Path(folder) / "slow_disk.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", shim, SOURCE, "-ldl"], check=True)
        for longer in LONGER:
            told = _heard(shim, longer)
            yield Figure(
                f"intake, where a sync takes {told['sync_ms']:.1f} ms", databases.kind, "ms an update", BARE,
                told["ours"], told["baseline"], more=told["more"],
            )  # fmt: skip


def _heard(shim: Path, longer: int) -> dict[str, Any]:
    slowed = os.environ | {"LD_PRELOAD": str(shim), "LINLIBAN_BENCH_SYNC": str(longer)}
    child = subprocess.run([sys.executable, "-m", "bench.slow_disk"], env=slowed, stdout=subprocess.PIPE, check=True)
    told: dict[str, Any] = json.loads(child.stdout)
    return told


def main() -> None:
    logs.set_up("WARNING", "console", ())
    with files() as databases:
        figure = asyncio.run(intake(databases, 1))
    print(json.dumps({"ours": figure.ours, "baseline": figure.baseline, "more": figure.more, "sync_ms": _sync_ms()}))


def _sync_ms() -> float:
    took = []
    with NamedTemporaryFile(buffering=0) as file:
        for _ in range(SYNCS):
            file.write(PIECE)
            began = perf_counter()
            os.fsync(file.fileno())
            took.append((perf_counter() - began) * 1000)
    return median(took)


if __name__ == "__main__":
    main()
