"""`linliban run` with a database that is not there: one line says which and why, and nothing was begun."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.bot.terminal import Terminal
from tests.conftest import POSTGRES


async def runs_on(address: str, folder: Path, *words: str) -> None:
    terminal = Terminal(
        folder,
        bot_token="1000:practice",
        telegram_url="http://127.0.0.1:9",
        database_url=address,
        listen="127.0.0.1:0",
    )
    said = await terminal.runs("run")
    said.refuses(*words)
    assert "hunter2" not in said.err
    assert "practice" not in said.err


async def test_a_server_that_is_not_running(tmp_path: Path) -> None:
    address = "postgresql+psycopg://li:hunter2@127.0.0.1:9/linliban"
    await runs_on(address, tmp_path, "does not answer", "127.0.0.1:9/linliban", "LINLIBAN_DATABASE_URL")


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("亲爱的邻居们,下周一停水,请大家提前做好准备。", encoding="utf-8")
    await runs_on(f"sqlite:///{tmp_path}/letter.txt", tmp_path, "letter.txt", "file is not a database")
    assert "停水" in (tmp_path / "letter.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "why"), [("folder", "unable to open database file"), ("letter.txt/linliban.db", "letter.txt")]
)
async def test_a_place_where_no_file_can_be(tmp_path: Path, path: str, why: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "letter.txt").touch()
    await runs_on(f"sqlite:///{tmp_path}/{path}", tmp_path, why)


async def test_a_name_the_server_does_not_know(tmp_path: Path, database_url: str) -> None:
    """On PostgreSQL somebody must create the database; SQLite's is a file in a folder that nobody may write to."""
    if POSTGRES:
        address = make_url(database_url).set(database="no_such_town").render_as_string(hide_password=False)
        await runs_on(address, tmp_path, "does not answer", "no_such_town", "does not exist")
    else:
        await runs_on("sqlite:////proc/no_such_town/linliban.db", tmp_path, "/proc/no_such_town")
