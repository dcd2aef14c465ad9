"""What the program needs of a machine: memory, seconds until it is ready, and CPU time for a verb that only talks."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep
from urllib.request import urlopen

from sqlalchemy import create_engine, text

from bench.crowd import Crowds
from bench.figures import Figure
from bench.intake import register
from bench.program import Program, running
from bench.street import OURS, Street
from tracker.clock import SystemClock
from tracker.desk import Desk

MANY, STORM = 1_000_000, 3_000
STARTS, HELPS = 5, 9
IDLE = 3.0  # seconds after which memory is read
LONGEST = 600.0  # seconds until all is worked off and said
MOST_CPU = 0.4  # seconds; CONTRACT promises a program that answers at once
NOTHING, TELEGRAM = "pass", "import telegram"
DONE = "state = 'done'"


def memory(crowds: Crowds) -> Iterator[Figure]:
    """A fresh house first, then one with a million open tickets, a full audit and a storm behind it."""
    kind = crowds.databases.kind
    imported = [_held(TELEGRAM) for _ in range(STARTS)]
    fresh = [_started(crowds, number) for number in range(STARTS)]
    idle = [rss for rss, _ in fresh]
    yield Figure("memory: idle", kind, "MiB", f"python -c '{TELEGRAM}'", idle, imported)
    ready = [seconds for _, seconds in fresh]
    yield Figure("from start to ready", kind, "s", f"python -c '{TELEGRAM}'", ready, _wall(TELEGRAM, STARTS))
    yield from _with_many(crowds, idle, ready)


def quick_help() -> Figure:
    """CPU seconds of `linliban --help`, against a Python that does nothing."""
    rounds = [(_cpu("-m", "bot", "--help"), _cpu("-c", NOTHING), _cpu("-c", TELEGRAM)) for _ in range(HELPS + 1)][1:]
    ours, nothing, telegram = zip(*rounds, strict=True)
    more = {"most": MOST_CPU, "within": median(ours) < MOST_CPU, "import_telegram": round(median(telegram), 3)}
    return Figure("linliban --help", "none", "s of CPU", f"python -c {NOTHING}", ours, nothing, more=more)


def _started(crowds: Crowds, number: int) -> tuple[float, float]:
    """MiB when idle, and seconds until ready, with a new database that has its schema and one community."""
    url = crowds.databases.new(f"fresh_{number}")
    desk = Desk(url, SystemClock())
    desk.migrate()
    register(desk)
    desk.close()
    with Street() as street, running(OURS, street.url, url) as program:
        sleep(IDLE)
        return program.rss(), program.ready_after


def _with_many(crowds: Crowds, idle: list[float], ready: list[float]) -> Iterator[Figure]:
    url = crowds.of(MANY)
    with Street() as street, running(OURS, street.url, url) as program:
        started = program.ready_after
        _until(lambda: _audits(program) >= 1, "no audit")
        audited = program.rss()
        after = storm_over(url, street, program, STORM)
    kind = crowds.databases.kind
    house = f"{MANY:,} open tickets"
    fresh = "idle with a fresh database"
    yield Figure(f"memory: {house}, audited in full", kind, "MiB", fresh, [audited], [median(idle)])
    yield Figure(f"memory: {house}, after {STORM:,} reports", kind, "MiB", fresh, [after], [median(idle)])
    yield Figure(f"from start to ready: {house}", kind, "s", "with a fresh database", [started], [median(ready)])


def storm_over(url: str, street: Street, program: Program, reports: int) -> float:
    """MiB after so many reports are worked off."""
    heard = _count(url, "inbox", DONE)
    street.say(reports)
    _until(lambda: _count(url, "inbox", DONE) == heard + reports, "the storm was not worked off")
    sleep(IDLE)
    return program.rss()


def _until(so: Callable[[], bool], otherwise: str) -> None:
    until = monotonic() + LONGEST
    while not so():
        assert monotonic() < until, otherwise
        sleep(0.5)


def _audits(program: Program) -> int:
    with urlopen(f"http://127.0.0.1:{program.port}/metrics", timeout=30) as answer:
        said = answer.read().decode()
    return sum(int(float(count)) for count in re.findall(r'^linliban_done_total{what="audits_\w+"} (\S+)$', said, re.M))


def _count(url: str, table: str, where: str = "TRUE") -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        count = connection.scalar(text(f"SELECT count(*) FROM {table} WHERE {where}"))  # noqa: S608 - our own words
    engine.dispose()
    return int(count or 0)


@contextmanager
def _python(*words: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.communicate()


def _held(code: str) -> float:
    """MiB of a Python that has run the code and waits."""
    with _python("-c", f"import sys\n{code}\nprint(flush=True)\nsys.stdin.read()") as process:
        assert process.stdout
        process.stdout.readline()
        pages = Path(f"/proc/{process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _wall(code: str, rounds: int) -> list[float]:
    spent = []
    for _ in range(rounds):
        began = perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        spent.append(perf_counter() - began)
    return spent


def _cpu(*words: str) -> float:
    """Seconds of CPU, its own and the kernel's for it."""
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return used.ru_utime + used.ru_stime
