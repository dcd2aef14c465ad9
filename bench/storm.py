"""The storm: two thousand reports in ten seconds, one of them a danger, and then the drain at the allowed pace."""

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import sleep, time
from typing import Any

from sqlalchemy import Engine, create_engine, text

from bench.databases import Databases
from bench.figures import Figure
from bench.program import Program, running
from bench.quarter import TOKEN, Quarter, communities
from tracker.clock import SystemClock
from tracker.desk import Desk

REPORTS, SECONDS = 2_000, 10.0
ALONE = 5  # reports before the storm, one at a time: what a card takes when nothing else happens
WRITTEN = 120.0  # seconds until all must be written down
LOST = "SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'void', 'bundled')"
LONGEST = 1_200.0  # seconds the drain may take before we call it stuck
BOT_PER_SECOND, GROUP_PER_MINUTE = 30, 20  # what the practice Telegram allows


@dataclass(frozen=True)
class Weathered:
    """Seconds, counted from the first report and from the danger's; `more` is what else was seen."""

    alone: float  # a card when nothing else happens
    card: float
    page: float
    committed: float
    told: float
    least: float
    more: dict[str, Any]


def storm(databases: Databases) -> list[Figure]:
    """How soon the danger is heard, how soon all is written down, and how near to Telegram's limit it is told."""
    it = weathered(databases.new("storm"), REPORTS, SECONDS)
    alone, quiet = [it.alone], "a report's card when nothing else happens"
    return [
        _figure(databases, "storm: the danger's card", [it.card], alone, quiet, it.more),
        _figure(databases, "storm: the danger's page", [it.page], alone, quiet, {}),
        _figure(
            databases, "storm: every ticket committed", [it.committed], [SECONDS], "the storm itself", {}, limit=2.0
        ),
        _figure(databases, "storm: all is told", [it.told], [it.least], "the least that the limits allow", {}),
    ]


def weathered(url: str, reports: int, seconds: float) -> Weathered:
    """A storm over a database, which may have a past; the quarter's communities are made in it."""
    settle(url, communities())
    with Quarter() as quarter, running(TOKEN, quarter.url, url) as program:
        alone = median(_alone(quarter) for _ in range(ALONE))
        before = quarter.ask(do="seen")
        last, said = _last(url, "ticket"), _last(url, "outbox")
        with ThreadPoolExecutor(1) as pool:
            written = pool.submit(_all_written, url, last, reports, program)
            told = quarter.ask(do="storm", count=reports, seconds=seconds)
            committed = written.result() - told["began"]
        drained = _drained(url, said, program) - told["began"]
        seen = quarter.ask(do="seen")
        accepted = quarter.ask(do="accepted", since=before["accepted"])["accepted"]
        more = {"reports": reports, "too_many": seen["too_many"], "messages": len(accepted),
                "edits": seen["edited"] - before["edited"], "rss_mib": round(program.rss(), 1)}  # fmt: skip
    danger = told["danger"]
    card, page = (_first(accepted, danger[who]) - danger["at"] for who in ("chat", "coordinator"))
    least = _least([chat for _, chat, _ in accepted], more["edits"])
    return Weathered(alone, card, page, committed, drained, least, more)


def settle(url: str, files: list[str]) -> None:
    """The communities, by way of their files as everywhere."""
    desk = Desk(url, SystemClock())
    desk.migrate()
    with TemporaryDirectory(prefix="linliban-bench-") as folder:
        for number, written in enumerate(files):
            file = Path(folder) / f"{number}.toml"
            file.write_text(written, encoding="utf-8")
            desk.apply(file)
    desk.close()


def _alone(quarter: Quarter) -> float:
    before = quarter.ask(do="seen")["accepted"]
    said = quarter.ask(do="storm", count=1, seconds=0.0)
    while not (accepted := quarter.ask(do="accepted", since=before)["accepted"]):
        sleep(0.005)
    sleep(2.5)  # its page and task, and the second that each chat then rests
    return float(accepted[0][0] - said["began"])


def _last(url: str, table: str) -> int:
    """The newest row's id."""
    engine = create_engine(url)
    try:
        return _count(engine, f"SELECT max(id) FROM {table}")  # noqa: S608 - a table's name
    finally:
        engine.dispose()


def _all_written(url: str, last: int, tickets: int, program: Program) -> float:
    """So many after the last."""
    engine, opened = create_engine(url), f"SELECT count(*) FROM ticket WHERE id > {last}"  # noqa: S608 - a number
    try:
        return _until(lambda: _count(engine, opened) >= tickets, WRITTEN, every=0.1)
    except AssertionError:
        raise AssertionError(f"{_count(engine, opened)} of {tickets} tickets: {program.log()[-2000:]}") from None
    finally:
        engine.dispose()


def _drained(url: str, said: int, program: Program) -> float:
    """When nothing waits any more. What was said before has nothing to do with it: a past house's morning digest."""
    waiting = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')"
    behind = "SELECT count(*) FROM card WHERE shown_version < wanted_version AND message IS NOT NULL"
    engine = create_engine(url)
    try:
        at = _until(lambda: _count(engine, waiting) == 0 == _count(engine, behind), LONGEST, every=0.2)
        lost = _count(engine, f"{LOST} AND id > {said}")
        assert lost == 0, f"{lost} messages were not said: {program.log()[-2000:]}"
        return at
    finally:
        engine.dispose()


def _count(engine: Engine, question: str) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text(question)) or 0)


def _until(so: Callable[[], bool], longest: float, every: float = 0.02) -> float:
    """The moment at which it was so."""
    end = time() + longest
    while not so():
        assert time() < end, "it never came"
        sleep(every)
    return time()


def _first(accepted: list[Any], chat: int) -> float:
    """When the danger was first told in a chat."""
    return min(float(at) for at, where, words in accepted if where == chat and re.search("被困|特急|🆘", words))


def _least(chats: list[int], edits: int) -> float:
    """Seconds in which Telegram's limits allow so many messages and edits: thirty a second, twenty a minute a group."""
    busiest = max(Counter(chat for chat in chats if chat < 0).values(), default=0)
    return max((len(chats) + edits) / BOT_PER_SECOND, (busiest - 1) // GROUP_PER_MINUTE * 60.0)


def _figure(
    databases: Databases, measure: str, ours: list[float], baseline: list[float], against: str, more: dict[str, Any],
    limit: float | None = None,
) -> Figure:  # fmt: skip
    return Figure(measure, databases.kind, "s", against, ours, baseline, limit=limit, more=more)
