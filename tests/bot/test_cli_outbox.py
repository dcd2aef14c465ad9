"""`linliban outbox` at a terminal, beside the running bot: what it prints, what it refuses, its exit codes."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from sandbox.server import Serving, make_app
from tests.bot.delivery.street import COMMUNITY, LI, SQUARE, TOKEN, YARD, new_town
from tests.bot.terminal import Said, Terminal
from tests.faults.killing import Bot, TownClock, ours
from tracker import outbox
from tracker.clock import SystemClock, TurnedClock
from tracker.db import Database
from tracker.desk import Desk
from tracker.facts import Help
from tracker.models import Outbox, Place


@pytest.fixture
def terminal(database_url: str, tmp_path: Path) -> Terminal:
    (tmp_path / "street.toml").write_text(COMMUNITY, encoding="utf-8")
    terminal = Terminal(tmp_path, database_url=database_url)
    assert terminal.types("apply", "street.toml").code == 0
    return terminal


def post(terminal: Terminal, chat: int, state: str = "pending", error: str | None = None) -> int:
    """A notice that waits, or went wrong."""
    database = Database(terminal.settings["LINLIBAN_DATABASE_URL"])
    now = datetime.now(UTC)
    with database.writing() as session:
        place = session.scalars(select(Place).where(Place.address == f"telegram:{chat}")).one_or_none()
        if place is None:
            place = Place(kind="private", address=f"telegram:{chat}", community_id=1)
            session.add(place)
            session.flush()
        outbox.post(session, place.id, Help(part="resident"), dedup=f"{chat} {now}", now=now)
        row = session.scalars(select(Outbox).order_by(Outbox.id.desc()).limit(1)).one()
        row.state, row.error, row.attempt = state, error, int(state != "pending")
        number = row.id
    database.close()
    return number


def test_an_empty_outbox(terminal: Terminal) -> None:
    said = terminal.types("outbox")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == ["等待 · waiting: 0", "不确定送到没有 · unsure: 0", "送不到 · dead: 0"]
    assert terminal.types("outbox", "--json").out == ""


def test_what_is_shown_and_what_never_is(terminal: Terminal) -> None:
    waits, dead = post(terminal, SQUARE), post(terminal, LI, "dead", "blocked")
    resident = post(terminal, 2777, "unsure", "ReadTimeout")
    said = terminal.types("outbox")
    shown = said.out.splitlines()
    assert [line.split(":")[0] for line in shown if not line.startswith(" ")] == [
        "等待 · waiting", "不确定送到没有 · unsure", "送不到 · dead",
    ]  # fmt: skip
    waiting, unsure, refused = (line for line in shown if line.startswith(" "))
    assert waiting.split()[:4] == [str(waits), "help", "→", "南区议事群"]
    assert "goes next" in waiting
    assert unsure.split()[:3] == [str(resident), "help", "→"]
    assert "private " in unsure
    assert "(ReadTimeout)" in unsure
    assert refused.split()[:5] == [str(dead), "help", "→", "李师傅", "[liaison:万科物业]"]
    assert "1 tried  (blocked)" in refused
    assert "2777" not in said.out  # a resident is a number of ours


def test_one_json_object_a_line(terminal: Terminal) -> None:
    waits, dead = post(terminal, SQUARE), post(terminal, LI, "dead", "blocked")
    first, second = map(json.loads, terminal.types("outbox", "--json").out.splitlines())
    assert (first["id"], first["state"], first["why"]["reason"]) == (waits, "waiting", "next")
    assert first["place"]["name"] == "南区议事群"
    assert (second["id"], second["state"], second["why"], second["error"]) == (dead, "dead", None, "blocked")
    assert second["place"]["roles"] == ["liaison:万科物业"]
    assert datetime.fromisoformat(second["since"]).tzinfo is not None
    assert terminal.types("outbox", "--json", "--state", "unsure").out == ""


def test_more_than_asked_for_is_said_to_be_there(terminal: Terminal) -> None:
    for _ in range(3):
        post(terminal, SQUARE)
    said = terminal.types("outbox", "--state", "waiting", "--limit", "2").out.splitlines()
    assert said[0] == "等待 · waiting: 3"
    assert len(said) == 4
    assert "1 more" in said[-1]


def test_a_community_that_is_not_there(terminal: Terminal) -> None:
    terminal.types("outbox", "--community", "东山社区").refuses("no community 东山社区", "西渚社区")
    assert terminal.types("outbox", "--community", "xz").code == 0


def test_sending_again_what_cannot_be_is_an_answer_of_no(terminal: Terminal) -> None:
    waits = post(terminal, SQUARE)
    terminal.types("outbox", "send", str(waits)).refuses(f"{waits}: ", "is on its way", code=1)
    terminal.types("outbox", "send", "4711").refuses("4711: ", "no such notice", code=1)
    sent = post(terminal, SQUARE, "sent")
    terminal.types("outbox", "send", str(sent)).refuses("has been sent", code=1)
    blocked = post(terminal, LI, "dead")
    desk = Desk(terminal.settings["LINLIBAN_DATABASE_URL"], SystemClock())
    desk.visit("left", lambda visit: visit.register.left(f"telegram:{LI}", "blocked"))
    desk.close()
    terminal.types("outbox", "send", str(blocked)).refuses("nobody hears us there", "press Start", code=1)


def test_some_go_and_some_do_not(terminal: Terminal) -> None:
    dead, waits = post(terminal, SQUARE, "dead"), post(terminal, YARD)
    said = terminal.types("outbox", "send", str(dead), str(waits), str(dead))
    assert said.code == 1
    assert [line.split(":")[0] for line in said.out.splitlines()] == [str(dead)]
    assert "marked as a repeat" in said.out
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("outbox", "send"), "Missing argument 'ID...'"),
        (("outbox", "send", "all"), "'all' is not a valid integer"),
        (("outbox", "send", "0"), "0 is not in the range"),
        (("outbox", "send", "9" * 30), "is not in the range"),
        (("outbox", "--state", "sent"), "'sent' is not one of"),
        (("outbox", "--limit", "0"), "0 is not in the range"),
        (("outbox", "resend"), "No such command 'resend'"),
    ],
)
def test_wrong_use(terminal: Terminal, words: tuple[str, ...], expected: str) -> None:
    terminal.types(*words).refuses(expected, "--help")


@pytest.fixture
async def bot(terminal: Terminal, tmp_path: Path) -> AsyncIterator[Bot]:
    town = new_town(TurnedClock(TownClock().now()))
    async with Serving(make_app(town)) as served:
        bot = Bot(town, served.url, terminal.settings["LINLIBAN_DATABASE_URL"], tmp_path)
        assert bot.town.bot().token == TOKEN
        try:
            yield bot
        finally:
            await bot.close()


async def test_beside_the_running_bot(bot: Bot, terminal: Terminal) -> None:
    dead = await asyncio.to_thread(post, terminal, SQUARE, "dead", "BadRequest: Message is too long")
    await bot.start()
    await bot.sees(lambda: bot.town.calls_made > 0)
    shown: Said = await terminal.runs("outbox")
    assert (shown.code, shown.err) == (0, "")
    assert "Message is too long" in shown.out
    again = await terminal.runs("outbox", "send", str(dead))
    assert (again.code, again.err) == (0, "")
    await bot.sees(lambda: bool(ours(bot.town, SQUARE)))
    (message,) = ours(bot.town, SQUARE)
    assert message["text"].startswith("(重发)")
    await bot.ends(signal.SIGTERM)
    assert (await terminal.runs("outbox", "send", str(dead))).code == 1
