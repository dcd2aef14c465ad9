"""A whole story with everything that can go wrong: the log names chats and tickets, and not one word of anybody's."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import logs
from bot.handlers import residents
from tests.stories.conftest import chen as chen
from tests.stories.conftest import firm as firm
from tests.stories.conftest import li as li
from tests.stories.conftest import south as south
from tests.stories.conftest import wang as wang
from tests.stories.conftest import world as world
from tests.stories.conftest import zhou as zhou
from tests.world import TOKEN, Chat, Person, World
from tracker import decisions
from tracker.desk import Visit

pytestmark = pytest.mark.expects_errors

PHONE, ROOM, PLATE = "13812345678", "1203室", "浙A12345"
WORDS = {
    "lamp": f"#报修 3号楼2单元{ROOM}门口的路灯不亮，我是赵丽华，电话{PHONE}，车牌{PLATE}",
    "hostile": '#投诉 <b>炸锅了</b> </a>&lt; %s {0} \x1b[31m "引号" \\n 李四喜',
    "raises": "#报修 电梯坏了，钱多多家里有老人",
    "chat": "今天天气真好，孙悟空请大家吃饭",
    "done": "换好了，吴师母在家",
    "why": "不归我们管，郑科长知道",
}
NAMES = ("王阿姨", "李师傅", "陈主任", "周网格员", "赵丽华", "李四喜", "钱多多", "孙悟空", "吴师母", "郑科长")
HIDDEN = (
    *NAMES,
    PHONE,
    ROOM,
    PLATE,
    TOKEN,
    "practice",
    "路灯",
    "炸锅",
    "电梯",
    "天气",
    "换好了",
    "不归",
    "引号",
    "3号楼",
)
AT_WORK = ("bot.work", "bot.speak", "bot.cards", "tracker.desk.intake", "tracker.delivery")  # always in a chat


@pytest.fixture(params=[("DEBUG", "json"), ("INFO", "json"), ("DEBUG", "console")], ids="-".join)
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What the program writes at this level and in this form."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in logs.OURS}
    configuration, hook, out = structlog.get_config(), sys.excepthook, io.StringIO()
    how, form = request.param
    logs.set_up(how, form, (TOKEN,), out)
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, each in levels.items():
        logging.getLogger(name).setLevel(each)
    structlog.configure(**configuration)
    sys.excepthook = hook
    structlog.contextvars.clear_contextvars()


class Clumsy:
    """A handler at fault: it says what it was given, in an error that another error follows."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._really = residents.spoke
        monkeypatch.setattr(residents, "spoke", self.spoke)

    def spoke(self, turn: Any) -> None:
        if "钱多多" not in turn.said.text:
            return self._really(turn)
        try:
            raise KeyError(turn.said.text)
        except KeyError as error:
            raise RuntimeError(f"cannot handle {turn.said.text} of {turn.said.by.name}") from error


async def play(world: World, south: Chat, firm: Chat, people: dict[str, Person]) -> None:
    """Reports, talk, presses, refusals, and a Telegram that quotes what it refuses."""
    wang, li = people["wang"], people["li"]
    quoting = f"Bad Request: can't take {WORDS['lamp']} from 赵丽华"
    await south.says(wang, WORDS["lamp"])
    task = firm.hears("#XZ1", "接单")
    world.town.fail("sendMessage", status=400, description=quoting, times=2)
    await south.says(wang, WORDS["hostile"])
    world.town.fail("sendMessage", status=502, body=f"<html>{WORDS['lamp']}</html>", after_accepting=True)
    await south.says(wang, WORDS["chat"])
    await south.says(wang, "#XZ1 的进度呢？ /status XZ1")
    await south.says(wang, WORDS["raises"])
    await li.presses(task, "接单")
    world.town.fail("editMessageText", status=400, description=quoting, times=2)
    await firm.says(li, WORDS["done"], reply_to=task)
    world.town.fail("sendMessage", status=403, description=f"Forbidden: bot was blocked by the user 郑科长 {PHONE}")
    await firm.says(li, f"退单 {WORDS['why']}", reply_to=task)
    world.town.fail("answerCallbackQuery", status=400, description=quoting)
    world.town.forge_press(firm.id, li.id, int(task["message_id"]), "nonsense:王阿姨")
    await world.passes(days=2)


async def a_bad_day(
    world: World, south: Chat, firm: Chat, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens is refused or fails, and each error holds what people wrote."""
    Clumsy(monkeypatch)
    await play(world, south, firm, people)
    monkeypatch.setattr(decisions, "decide", _with_words)
    await world.passes(until=world.desk.next_moment())


async def test_not_one_word(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person, log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    await a_bad_day(world, south, firm, {"wang": wang, "li": li}, monkeypatch)
    said = log.getvalue()
    for word in HIDDEN:
        assert word not in said, [line for line in said.splitlines() if word in line][:3]
    for proof in ("update_parked", "an update could not be handled", "a decision failed", "not_said", "card_not_shown"):
        assert proof in said, "without these the test proves nothing"
    assert "RuntimeError" in said
    assert "KeyError" in said


def _with_words(*_given: object) -> None:
    raise ValueError(WORDS["lamp"])


@pytest.mark.parametrize("log", [("DEBUG", "json")], indirect=True, ids=["json"])
async def test_every_line_of_a_chat_names_it_and_its_ticket(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person, log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    await a_bad_day(world, south, firm, {"wang": wang, "li": li}, monkeypatch)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    of_chats = [line for line in lines if line["logger"].startswith(AT_WORK)]
    assert len(of_chats) > 20
    for line in of_chats:
        assert line["chat"].lstrip("-").isdigit(), line
        assert not {"to", "ticket_id", "update_id"} & set(line), line
    for line in lines:
        if "card" in line or line["event"] == "a decision failed" or line.get("fact") in ("TicketCard", "Reminder"):
            assert line["ticket"].startswith("XZ"), line
    reported = [line for line in lines if line["event"] == "handled" and line.get("ticket")]
    assert {line["ticket"] for line in reported} >= {"XZ1", "XZ2"}
    assert {line["chat"] for line in reported} >= {str(south.id), str(firm.id)}
    talk = [line for line in lines if line["event"] == "handled" and not line.get("ticket")]
    assert talk, "what is about no ticket names none, whatever came before it"


async def test_a_row_that_the_database_refuses_is_not_quoted(
    world: World, south: Chat, wang: Person, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drivers quote the row, SQLAlchemy the parameters."""

    def spoke(turn: Any) -> None:
        visit: Visit = turn.visit
        visit.session.connection().exec_driver_sql(
            f"INSERT INTO community (name, prefix) VALUES ('{WORDS['lamp']}', 'XZ')"
        )

    monkeypatch.setattr(residents, "spoke", spoke)
    await south.says(wang, WORDS["lamp"])
    said = log.getvalue()
    assert "IntegrityError" in said
    for word in HIDDEN:
        assert word not in said


def test_a_library_that_shows_our_values_is_cut_short(log: io.StringIO) -> None:
    asyncio_says = logging.getLogger("asyncio")
    asyncio_says.error(
        f"Task exception was never retrieved\nfuture: <Task exception=RuntimeError('{WORDS['lamp']}')>",
        exc_info=(RuntimeError, RuntimeError(WORDS["lamp"]), None),
    )
    asyncio_says.error(f"Exception in callback <function f at 0x1>({WORDS['lamp']!r}) <x>")
    logging.getLogger("sqlalchemy.engine.Engine").info(WORDS["lamp"])
    said = log.getvalue()
    assert "Task exception was never retrieved" in said
    assert not [word for word in HIDDEN if word in said]


def test_an_error_nobody_caught_is_told_without_its_words(log: io.StringIO) -> None:
    try:
        raise RuntimeError(WORDS["lamp"])
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert "RuntimeError" in log.getvalue()
    assert not [word for word in HIDDEN if word in log.getvalue()]
