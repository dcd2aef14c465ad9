"""Ten thousand deadlines at one instant: how long all are decided, who waits meanwhile, and how soon one is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter, sleep
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from bench.crowd import MORNING, Crowds
from bench.figures import Figure
from bench.street import USERNAME, group, person
from bot.app.running import look_for_rubbish_less
from bot.handlers import Handlers
from bot.messages.presses import encode
from tracker.clock import TurnedClock
from tracker.desk import Desk
from tracker.inbox import Arrival

TICKETS = 10_000
ROUNDS = 3
LATER = timedelta(days=3)
A_SECOND = timedelta(seconds=1)
BARE_BATCH = 50  # as our sweep commits
PRESS_EACH = 0.03  # seconds from one press to the next


def due_at_once(crowds: Crowds) -> Iterator[Figure]:
    """All decided, against the least that anybody must write, in as many commits."""
    full = crowds.of(TICKETS)
    look_for_rubbish_less()  # as the running bot does; it serves all
    ours: list[float] = []
    bare: list[float] = []
    busy: list[float] = []
    held, pressed = Held(), Pressed()
    for number in range(ROUNDS):
        bare.append(_bare(_all_due(crowds, full, f"bare_{number}")))
        with _desk(_all_due(crowds, full, f"due_{number}")) as desk:
            ours.append(_decided(desk))
        with _desk(_all_due(crowds, full, f"busy_{number}")) as desk, held.listening(), pressed.meanwhile(desk):
            busy.append(_decided(desk))
    kind = crowds.databases.kind
    yield Figure(
        f"due: {TICKETS} deadlines at one instant, all decided", kind, "s",
        "a notice, an event and a clock for each, by bare statements in as many commits", ours, bare,
        more={"bar": 3.0, "deadlines_a_second": round(TICKETS / sorted(ours)[len(ours) // 2]),
              "while_people_press": round(sorted(busy)[len(busy) // 2], 2)},
    )  # fmt: skip
    yield share(kind, "due: a press meanwhile, from Telegram's hand to its commit", pressed.took, bar=100.0)
    if kind == "sqlite":
        yield share(kind, "due: the write lock held", held.spans, bar=20.0)


def share(kind: str, measure: str, seconds: list[float], *, bar: float) -> Figure:
    """The 99th of a hundred against the median."""
    spans = sorted(each * 1000 for each in seconds)
    p50, p99 = spans[len(spans) // 2], spans[min(int(len(spans) * 0.99), len(spans) - 1)]
    return Figure(measure, kind, "ms, p99", "the median", [p99], [p50],
                  more={"bar": bar, "count": len(spans), "longest": round(spans[-1], 1)})  # fmt: skip


def _all_due(crowds: Crowds, full: str, name: str) -> str:
    """A copy in which every clock fell due at one and the same moment."""
    url = crowds.databases.copy(full, name)
    engine = create_engine(url)
    with engine.begin() as connection:
        moment = connection.scalar(text("SELECT min(due_at) FROM clock"))
        connection.execute(text("UPDATE clock SET due_at = :moment"), {"moment": moment})
    engine.dispose()
    return url


@contextmanager
def _desk(url: str) -> Iterator[Desk]:
    clock = TurnedClock(MORNING, frozen=True)
    desk = Desk(url, clock)
    due = desk.next_moment()
    assert due is not None
    clock.turn_to(due + A_SECOND)
    yield desk
    desk.close()


def _decided(desk: Desk) -> float:
    began, decided = perf_counter(), 0
    while swept := desk.sweep():
        decided += swept
    took = perf_counter() - began
    assert decided == TICKETS, decided
    return took


@dataclass
class Pressed:
    """Neighbours press 我家也有 while the deadlines are decided."""

    took: list[float] = field(default_factory=list)

    @contextmanager
    def meanwhile(self, desk: Desk) -> Iterator[None]:
        over = threading.Event()
        presser = threading.Thread(target=self._until, args=(over, desk))
        presser.start()
        yield
        over.set()
        presser.join()

    def _until(self, over: threading.Event, desk: Desk) -> None:
        handlers, number = Handlers(bot_id=1000, username=USERNAME), 0
        while not over.is_set():
            number += 1
            began = perf_counter()
            desk.store_updates("press", [Arrival(number, str(group(0)), _press(number))], None)
            taken = desk.take(handlers.handle)
            self.took.append(perf_counter() - began)
            assert [each.error for each in taken] == [None], taken
            sleep(PRESS_EACH)


def _press(number: int, ticket: int = 1) -> dict[str, Any]:
    chat = {"id": group(0), "type": "supergroup", "title": "议事群"}
    bot = {"id": 1000, "is_bot": True, "first_name": "小助手", "username": USERNAME}
    return {
        "update_id": number,
        "callback_query": {
            "id": str(number), "chat_instance": "1", "data": encode("support", ticket, 1),
            "from": {"id": person(number), "is_bot": False, "first_name": "邻居"},
            "message": {"message_id": 5, "date": 1_790_000_000, "chat": chat, "from": bot, "text": "🎫"},
        },
    }  # fmt: skip


class Held:
    """How long each writing transaction holds SQLite's only write lock, the wait for it not counted."""

    def __init__(self) -> None:
        self.spans: list[float] = []
        self._since = threading.local()

    @contextmanager
    def listening(self) -> Iterator[None]:
        event.listen(Engine, "after_cursor_execute", self._begun)
        event.listen(Session, "after_commit", self._ended)
        try:
            yield
        finally:
            event.remove(Engine, "after_cursor_execute", self._begun)
            event.remove(Session, "after_commit", self._ended)

    def _begun(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement == "BEGIN IMMEDIATE":
            self._since.at = perf_counter()

    def _ended(self, _session: Session) -> None:
        since = getattr(self._since, "at", None)
        if since is not None:
            self.spans.append(perf_counter() - since)
            self._since.at = None


def _bare(url: str) -> float:
    """What no program that keeps its promise could leave out."""
    engine = create_engine(url)
    durable = engine.dialect.name == "sqlite"

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL") if durable else ():
            connection.execute(f"PRAGMA {pragma}")

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE told (id BIGINT PRIMARY KEY, words TEXT NOT NULL)"))
        connection.execute(text("CREATE TABLE noted (id BIGINT PRIMARY KEY, words TEXT NOT NULL)"))
        due = connection.execute(text("SELECT ticket_id FROM clock")).scalars().all()
    later = (MORNING + LATER).isoformat(" ")
    move = text("UPDATE clock SET rung = rung + 1, due_at = :later WHERE ticket_id = :id")
    began = perf_counter()
    for start in range(0, len(due), BARE_BATCH):
        batch = [{"id": each, "words": "x" * 120, "later": later} for each in due[start : start + BARE_BATCH]]
        with engine.begin() as connection:
            for table in ("told", "noted"):
                connection.execute(text(f"INSERT INTO {table} VALUES (:id, :words)"), batch)  # noqa: S608 - two names
            connection.execute(move, batch)
    took = perf_counter() - began
    engine.dispose()
    return took
