"""A database as it is after a busy year: at least fifty thousand rows in each table that grows, filled in seconds."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, text

from tests.world import A_MONDAY, XIZHU
from tracker.clock import TurnedClock
from tracker.db import Base, Database, UtcDateTime
from tracker.desk import Desk
from tracker.models import Card, Clock, Event, Inbox, Outbox, Place, Rating, Ticket

ROWS = 50_000
OPEN = 10_000  # tickets; the others ended, last month
DUE = 300  # clocks
BEHIND = 20_000  # cards, after so many deadlines at once
PLACES = 5_000
A_PLACE = ROWS // PLACES  # notices that wait for each
HOT = {"ticket", "clock", "outbox", "card", "event", "inbox", "rating"}
MOMENTS = {
    "past": A_MONDAY - timedelta(hours=2),
    "lately": A_MONDAY - timedelta(minutes=1),
    "long_ago": A_MONDAY - timedelta(days=30),
    "future": A_MONDAY + timedelta(days=3),
}
REMINDER = '{"kind": "reminder", "phase": "resolve", "n": 1, "v": 1}'
NOTICE = '{"kind": "help", "part": "resident", "v": 1}'


@dataclass
class Filler:
    connection: Connection

    @property
    def is_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"

    def json(self, written: str) -> str:
        written = written.replace(":", r"\:")
        return f"'{written}'" if self.is_sqlite else f"CAST('{written}' AS JSON)"

    def fill(self, table: type[Base], count: int, **values: str) -> None:
        """Rows 1 to `count`; each value is SQL about the row's number `i`, the others are what they are by default."""
        columns = {c.name: values.get(c.name) or _literal(c.default) for c in table.__table__.columns}
        given = {name: value for name, value in columns.items() if value is not None}
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
        names = ", ".join(f'"{name}"' for name in given)
        statement = text(
            f"INSERT INTO {table.__tablename__} ({names}) {numbers} SELECT {', '.join(given.values())} FROM n"
        )
        used = [bindparam(name, type_=UtcDateTime()) for name in MOMENTS if f":{name}" in " ".join(given.values())]
        self.connection.execute(statement.bindparams(*used), {each.key: MOMENTS[each.key] for each in used})

    def finish(self) -> None:
        """What the planner has to know, and where the numbers go on."""
        for table in Base.metadata.sorted_tables:
            if not self.is_sqlite and "id" in table.columns:
                sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
                self.connection.execute(
                    text(f"SELECT setval({sequence}, (SELECT coalesce(max(id), 1) FROM {table.name}))")
                )
        if not self.is_sqlite:  # as autovacuum would; on SQLite nobody does, so its plans are made without
            self.connection.execute(text("ANALYZE"))


def _literal(default: Any) -> str | None:
    if default is None or not default.is_scalar:
        return None
    value = default.arg
    return str(value).lower() if isinstance(value, bool) else f"'{value}'" if isinstance(value, str) else str(value)


def crowd(url: str) -> Desk:
    """The desk of that database, at nine on a Monday; nobody else uses it."""
    desk = Desk(url, TurnedClock(A_MONDAY, frozen=True))
    desk.apply(XIZHU)
    database = Database(url)
    with database.engine.begin() as connection:
        first = connection.execute(text("SELECT max(id) FROM place")).scalar_one()
        residents = connection.execute(text("SELECT min(id) FROM place WHERE kind = 'residents'")).scalar_one()
        _fill(Filler(connection), first, residents)
    database.close()
    return desk


def _fill(filler: Filler, first: int, residents: int) -> None:
    none, anywhere = filler.json("[]"), f"{first} + 1 + i % {PLACES}"
    filler.fill(
        Place, PLACES, id=f"{first} + i", kind="'private'", address="'telegram\\:' || (900000 + i)", recent=none,
        community_id="1",
    )  # fmt: skip
    filler.fill(
        Ticket, ROWS, id="i", version="1", community_id="1", number="i", source="'telegram\\:-1\\:' || i",
        place_id=str(residents), message="i", reporter="'telegram\\:' || (900001 + i % 500)", urgency="'normal'",
        status=f"CASE WHEN i <= {OPEN} THEN 'in_progress' ELSE 'closed' END", tier="'group'", tag="'报修'",
        category="'公共设施维修'", place_text="'3号楼'", building="'3'", unit="''", title="'路灯'", words="'路灯不亮'",
        masked="'路灯不亮'", praise="false", check="false", lead_id="1", assist=none,
        created_at=f"CASE WHEN i > {OPEN} THEN :long_ago ELSE :past END", resolve_by=":future",
        closed_at=f"CASE WHEN i > {OPEN} THEN :long_ago END", outcome=f"CASE WHEN i > {OPEN} THEN 'rated' END",
    )  # fmt: skip
    filler.fill(
        Clock, ROWS, ticket_id="i", phase="'resolve'", epoch="1", rung="0", n="0", anchor_at=":past",
        limit_at=":future", ladder_id="1",
        due_at=f"CASE WHEN i <= {DUE} THEN :lately WHEN i <= {OPEN} THEN :future END",
        stopped=f"CASE WHEN i > {OPEN} THEN 'closed' END",
    )  # fmt: skip
    filler.fill(Rating, ROWS, ticket_id="i", round="0", score="'satisfied'", at=":long_ago")
    filler.fill(Event, 2 * ROWS, id="i", ticket_id=f"1 + i % {ROWS}", at=":past", actor="'bot'", kind="'told'",
                data=filler.json("{}"))  # fmt: skip
    filler.fill(
        Card, ROWS, id="i", ticket_id="i", place_id=anywhere, role="'task'", message=f"{ROWS} + i",
        address="'telegram\\:-1'", wanted_version="3", shown_version=f"CASE WHEN i <= {BEHIND} THEN 2 ELSE 3 END",
        next_at=f"CASE WHEN i <= {BEHIND} THEN :lately END",
    )  # fmt: skip
    filler.fill(
        Outbox, 2 * ROWS, id="i", dedup="'d' || i", kind="'notice'", place_id=anywhere, priority="10 + 10 * (i % 3)",
        not_before="CASE WHEN i % 4 < 2 THEN :lately ELSE :future END", created_at=":past",
        fact=f"CASE WHEN i % 3 = 0 THEN {filler.json(REMINDER)} ELSE {filler.json(NOTICE)} END",
        community_id="1", ticket_id=f"1 + i % {ROWS}", state=f"CASE WHEN i <= {ROWS} THEN 'pending' ELSE 'sent' END",
        message=f"CASE WHEN i > {ROWS} THEN i + {ROWS} END", sent_at=f"CASE WHEN i > {ROWS} THEN :past END",
    )  # fmt: skip
    filler.fill(
        Inbox, 2 * ROWS, id="i", bot="'1000@x'", update_id="i", chat=f"'-' || (i % {PLACES})", raw=filler.json("{}"),
        at=f"CASE WHEN i > {2 * ROWS - DUE} THEN :long_ago ELSE :past END",
        state=f"CASE WHEN i <= {ROWS} THEN 'waiting' ELSE 'done' END",
    )  # fmt: skip
    filler.finish()
