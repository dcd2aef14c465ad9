"""From due to accepted: a running program, deadlines at instants of their own, and when Telegram took each page.

Beside it python-telegram-bot's own JobQueue with a job for each, which keeps them in memory: what no restart costs.
`python -m bench.accepted [DEADLINES SECONDS]` runs it alone.
"""

import asyncio
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from time import sleep, time
from typing import Any

from sqlalchemy import bindparam, create_engine, update
from telegram.ext import Application, CallbackContext

from bench.databases import Databases, files
from bench.figures import Figure
from bench.hamlet import Hamlet, category, community, home, work
from bench.program import Program, running
from bench.quarter import TOKEN
from bench.storm import BOT_PER_SECOND, settle
from bot import logs
from tracker.clock import SystemClock
from tracker.db import UtcDateTime
from tracker.desk import Desk, Visit
from tracker.models import Clock
from tracker.states import Urgency
from tracker.views import NewReport

DEADLINES, SECONDS = 200, 30.0  # with the edits of two cards each, twenty calls a second: no limit holds us up
SOON = 2.0  # seconds until the first is due
PATIENCE = 20.0  # seconds after the last
P50, P99 = 1.0, 3.0  # the bars, in seconds


def accepted(databases: Databases, deadlines: int = DEADLINES, seconds: float = SECONDS) -> Iterator[Figure]:
    ours = _ours(databases.new("accepted"), deadlines, seconds)
    theirs = asyncio.run(_theirs(deadlines, seconds))
    for name, share, bar in (("p50", 0.5, P50), ("p99", 0.99, P99)):
        yield Figure(
            f"due to accepted by the server, {name} of {deadlines} in {seconds:g} s", databases.kind, "s",
            "python-telegram-bot's JobQueue, in memory", [_part(ours, share)], [_part(theirs, share)],
            more={"most": bar, "within": _part(ours, share) <= bar, "longest": round(max(ours), 3)},
        )  # fmt: skip


def _part(seconds: list[float], share: float) -> float:
    ordered = sorted(seconds)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _ours(url: str, deadlines: int, seconds: float) -> list[float]:
    settle(url, [community(deadlines)])
    tickets = open_one_each(url, deadlines)
    with Hamlet(deadlines) as hamlet, running(TOKEN, hamlet.url, url) as program:
        _until_told(hamlet, 2 * deadlines, program)
        due = _instants(deadlines, seconds)
        _arm(url, dict(zip(tickets, due, strict=True)))
        late = _late(hamlet, due, since=2 * deadlines)
        assert late is not None, program.log()[-2000:]
    return late


def open_one_each(url: str, deadlines: int) -> list[int]:
    """A ticket for each party."""
    desk = Desk(url, SystemClock())

    def work(visit: Visit) -> list[int]:
        places = [visit.register.place(f"telegram:{home(number)}") for number in range(deadlines)]
        return [
            visit.cases.open(place, _report(number, visit.now), None)[0]
            for number, place in enumerate(places)
            if place is not None
        ]

    tickets = desk.visit("accepted", work)
    desk.close()
    return tickets


def _report(number: int, now: datetime) -> NewReport:
    words = f"{category(number)}坏了"
    return NewReport(
        source=f"telegram:{home(number)}:1", message=1, reporter="telegram:2101", at=now, words=words,
        masked=words, title=words, tag="报修", category=category(number), urgency=Urgency.NORMAL, tier="group",
        place_text="", building="", unit="", files=(),
    )  # fmt: skip


def _until_told(hamlet: Hamlet, messages: int, program: Program) -> None:
    """The cards and tasks of the new tickets, which is no part of the measure."""
    end = time() + 2 * PATIENCE + messages / BOT_PER_SECOND
    while hamlet.ask(do="seen")["accepted"] < messages:
        assert time() < end, program.log()[-2000:]
        sleep(0.2)


def _instants(deadlines: int, seconds: float) -> list[float]:
    """Spread over the seconds, none of them where a second begins."""
    chance, begin = Random(1), time() + SOON
    return [begin + (number + chance.random()) * seconds / deadlines for number in range(deadlines)]


def _arm(url: str, due: dict[int, float]) -> None:
    engine = create_engine(url)
    moment = bindparam("moment", type_=UtcDateTime())
    rows = [{"ticket": ticket, "moment": datetime.fromtimestamp(at, UTC)} for ticket, at in due.items()]
    with engine.begin() as connection:
        set_due = update(Clock.__table__).where(Clock.ticket_id == bindparam("ticket")).values(due_at=moment)  # type: ignore[arg-type]  # a Table, typed as less
        connection.execute(set_due, rows)
    engine.dispose()


def _late(hamlet: Hamlet, due: list[float], since: int = 0) -> list[float] | None:
    """How long after its moment each chat was told; None where one was not."""
    chats: dict[int, float] = {}
    while len(chats) < len(due) and time() < due[-1] + PATIENCE:
        sleep(0.5)
        for at, chat, _ in hamlet.ask(do="accepted", since=since)["accepted"]:
            chats.setdefault(chat, at)
    late = [chats.get(work(number), 0.0) - at for number, at in enumerate(due)]
    return late if min(late) >= 0 else None


async def _theirs(deadlines: int, seconds: float) -> list[float]:
    with Hamlet(deadlines) as hamlet:
        app: Application[Any, Any, Any, Any, Any, Any] = (
            Application.builder().token(TOKEN).base_url(f"{hamlet.url}/bot").updater(None).build()
        )
        async with app:
            await app.start()
            due = _instants(deadlines, seconds)
            assert app.job_queue is not None
            for number, at in enumerate(due):
                app.job_queue.run_once(_say, timedelta(seconds=at - time()), data=work(number))
            late = await asyncio.to_thread(_late, hamlet, due)
            await app.stop()
    assert late is not None
    return late


async def _say(context: CallbackContext[Any, Any, Any, Any]) -> None:
    assert context.job is not None
    await context.bot.send_message(int(str(context.job.data)), "⏰")


if __name__ == "__main__":
    logs.set_up("WARNING", "console", ())
    with files() as somewhere:
        given = sys.argv[1:]
        sizes = (int(given[0]), float(given[1])) if given else (DEADLINES, SECONDS)
        for figure in accepted(somewhere, *sizes):
            print(figure.line(), flush=True)
