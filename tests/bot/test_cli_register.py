"""`linliban migrate`, `apply` and `invite`: what an operator does first, and what he gets wrong."""

import asyncio
import re
from pathlib import Path

import pytest

from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.bot.terminal import Terminal

GOOD = """
[community]
name = "西渚社区"
prefix = "XZ"
bot_name = "社区小助手"
[[group]]
name = "南区议事群"
[[party]]
name = "万科物业"
kind = "property"
[[person]]
name = "陈主任"
user_id = 2001
roles = ["coordinator", "liaison:万科物业"]
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    (tmp_path / "xizhu.toml").write_text(GOOD, encoding="utf-8")
    return Terminal(tmp_path, database_url="sqlite:///house/linliban.db")


def test_a_new_installation(terminal: Terminal) -> None:
    assert terminal.types("migrate").code == 0
    first = terminal.types("apply", "xizhu.toml")
    assert (first.code, first.err) == (0, "")
    assert "万科物业" in first.out
    again = terminal.types("apply", "xizhu.toml")
    assert (again.code, again.out) == (0, "没有变化 · nothing to change\n")


def test_who_would_never_be_told_is_named_and_the_rest_is_done(terminal: Terminal) -> None:
    (terminal.folder / "xizhu.toml").write_text(GOOD.replace(', "liaison:万科物业"', ""), encoding="utf-8")
    said = terminal.types("apply", "xizhu.toml")
    assert said.code == 0
    assert "万科物业" in said.err
    assert "任务没有地方送" in said.err
    assert terminal.types("apply", "xizhu.toml").out == "没有变化 · nothing to change\n"


def test_a_database_without_tables(terminal: Terminal, bare_database_url: str) -> None:
    """SQLite is brought up by whatever needs it; a server's schema changes only when somebody says so."""
    terminal.settings["LINLIBAN_DATABASE_URL"] = bare_database_url
    said = terminal.types("apply", "xizhu.toml")
    if bare_database_url.startswith("sqlite"):
        assert said.code == 0
    else:
        said.refuses("run linliban migrate")
    assert terminal.types("migrate").code == 0
    assert terminal.types("apply", "xizhu.toml").code == 0


def test_a_dry_run_shows_and_changes_nothing(terminal: Terminal) -> None:
    said = terminal.types("apply", "xizhu.toml", "--dry-run")
    assert said.code == 0
    assert "万科物业" in said.out
    assert "none of this was done" in said.out
    assert terminal.types("apply", "xizhu.toml", "--dry-run").out == said.out


def test_a_file_with_mistakes_changes_nothing(terminal: Terminal) -> None:
    terminal.types("apply", "xizhu.toml")
    wrong = GOOD.replace('kind = "property"', 'kind = "pony"').replace("万科物业", "新物业") + "\ncolour = 1\n"
    (terminal.folder / "wrong.toml").write_text(wrong, encoding="utf-8")
    said = terminal.types("apply", "wrong.toml")
    said.refuses("wrong.toml", "pony", "colour", "nothing was changed", lines=3)
    assert terminal.types("apply", "xizhu.toml").out == "没有变化 · nothing to change\n"


@pytest.mark.parametrize("content", [b"", b"name = [", b"\xff\xfe", "群 = 1".encode()])
def test_a_file_that_is_no_community(terminal: Terminal, content: bytes) -> None:
    (terminal.folder / "wrong.toml").write_bytes(content)
    said = terminal.types("apply", "wrong.toml")
    assert (said.code, said.out) == (2, "")
    assert all(line.startswith("linliban: ") for line in said.err.splitlines())
    assert "wrong.toml" in said.err
    assert "Traceback" not in said.err


def test_an_invitation_without_telegram_still_holds_its_token(terminal: Terminal) -> None:
    terminal.types("apply", "xizhu.toml")
    said = terminal.types("invite", "liaison:万科物业", "李师傅")
    assert (said.code, said.err) == (0, "")
    assert "李师傅 · liaison:万科物业" in said.out
    assert re.search(r"/start [\w-]{20,64}\n", said.out)
    assert re.search(r"valid until \d{4}-\d\d-\d\d \d\d:\d\d \(Asia/Shanghai\)", said.out)


async def test_an_invitation_is_a_link_and_a_code_to_photograph(terminal: Terminal) -> None:
    town = Town()
    town.add_bot("1000:practice", "linliban_bot", "社区小助手")
    async with Serving(make_app(town)) as telegram:
        terminal.settings |= {"LINLIBAN_BOT_TOKEN": "1000:practice", "LINLIBAN_TELEGRAM_URL": telegram.url}
        assert (await asyncio.to_thread(terminal.types, "apply", "xizhu.toml")).code == 0
        said = await asyncio.to_thread(terminal.types, "invite", "coordinator", "吴书记", "--community", "西渚社区")
    assert (said.code, said.err) == (0, "")
    assert re.search(r"^https://t\.me/linliban_bot\?start=[\w-]{20,64}$", said.out, re.M)
    assert said.out.count("█") > 100


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("king", "李师傅"), ("there is no role king", "coordinator")),
        (("liaison:无名物业", "李师傅"), ("there is no role liaison:无名物业", "万科物业")),
        (("coordinator", "李师傅", "--community", "东山"), ("there is no community 东山", "西渚社区")),
    ],
)
def test_an_invitation_to_nothing(terminal: Terminal, words: tuple[str, ...], expected: tuple[str, ...]) -> None:
    terminal.types("apply", "xizhu.toml")
    terminal.types("invite", *words).refuses(*expected)


def test_an_invitation_before_there_is_a_community(terminal: Terminal) -> None:
    terminal.types("invite", "coordinator", "陈主任").refuses("linliban apply FILE")


def test_an_invitation_among_several_communities(terminal: Terminal) -> None:
    terminal.types("apply", "xizhu.toml")
    other = GOOD.replace("西渚社区", "东山社区").replace('"XZ"', '"DS"').replace("user_id = 2001\n", "")
    (terminal.folder / "dongshan.toml").write_text(other, encoding="utf-8")
    assert terminal.types("apply", "dongshan.toml").code == 0
    terminal.types("invite", "coordinator", "吴书记").refuses("--community", "西渚社区", "东山社区")
    assert terminal.types("invite", "coordinator", "吴书记", "--community", "东山社区").code == 0
