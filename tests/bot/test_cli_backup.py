"""`linliban backup` at a terminal: where the copy goes, who may read it, and what is said when there is none."""

import os
import re
import stat
from pathlib import Path

import pytest

from tests.bot.terminal import Terminal

SECRET = "s3cret-word"


@pytest.fixture
def terminal(database_url: str, tmp_path: Path) -> Terminal:
    return Terminal(tmp_path, database_url=database_url, data_dir="house")


def test_a_backup_has_a_name_of_its_own_and_is_for_its_owner(terminal: Terminal) -> None:
    said = terminal.types("backup")
    assert (said.code, said.err) == (0, "")
    folder = terminal.folder / "house" / "backups"
    (copy,) = folder.iterdir()
    ending = "db" if terminal.settings["LINLIBAN_DATABASE_URL"].startswith("sqlite") else "dump"
    assert re.fullmatch(rf"linliban-\d{{8}}-\d{{6}}\.{ending}", copy.name)
    assert f"house/backups/{copy.name}" in said.out
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_nothing_is_overwritten(terminal: Terminal) -> None:
    (terminal.folder / "copy").write_text("my only backup")
    terminal.types("backup", "copy").refuses("copy is there already", "not overwritten")
    assert (terminal.folder / "copy").read_text() == "my only backup"


def test_what_a_killed_backup_left_is_in_nobodys_way(terminal: Terminal) -> None:
    for ending in ("", "-journal"):
        (terminal.folder / f".copy.part{ending}").write_bytes(b"half a backup")
    assert terminal.types("backup", "copy").code == 0
    assert (terminal.folder / "copy").stat().st_size > len(b"half a backup")
    assert [each.name for each in terminal.folder.iterdir() if each.name.startswith(".copy")] == []


# --- what cannot be


@pytest.fixture
def at_a_server(tmp_path: Path) -> Terminal:
    return Terminal(
        tmp_path, database_url=f"postgresql+psycopg://linliban:{SECRET}@127.0.0.1:1/linliban?sslmode=disable"
    )


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are looked for."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_without_pg_dump_the_cure_is_named(at_a_server: Terminal, path: Path) -> None:
    at_a_server.types("backup", "copy").refuses("pg_dump was not found", "postgresql-client")
    assert not (at_a_server.folder / "copy").exists()


def test_the_password_is_on_no_command_line(at_a_server: Terminal, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lists the processes of the machine sees command lines, and nobody's environment but his own."""
    monkeypatch.delenv("PGPASSWORD", raising=False)
    for name in ("pg_dump", "pg_restore"):
        program = path / name
        program.write_text(f'#!/bin/sh\necho "$*" >> {path}/words\necho "$PGPASSWORD" >> {path}/secret\n')
        program.chmod(0o755)
    assert at_a_server.types("backup", "copy").code == 0
    words = (path / "words").read_text()
    assert "postgresql://linliban@127.0.0.1:1/linliban?sslmode=disable" in words
    assert SECRET not in words
    assert (path / "secret").read_text().splitlines() == [SECRET, ""]


def test_a_server_that_is_not_there(at_a_server: Terminal, path: Path) -> None:
    said = f'pg_dump: error: connection to server at "127.0.0.1", port 1 failed: {SECRET} was in vain'
    (path / "pg_dump").write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    (path / "pg_dump").chmod(0o755)
    answer = at_a_server.types("backup", "copy")
    answer.refuses('pg_dump failed: connection to server at "127.0.0.1", port 1 failed: *** was in vain')
    assert list(at_a_server.folder.iterdir()) == [path]


def test_no_database_and_no_folder(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, database_url="sqlite:///house/linliban.db")
    terminal.types("backup", "copy").refuses("there is no database at house/linliban.db")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "wall").write_text("in the way")
    terminal.types("backup", "wall/copy").refuses("wall")


def test_a_damaged_database_gives_no_backup(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, database_url="sqlite:///linliban.db")
    assert terminal.types("migrate").code == 0
    file = tmp_path / "linliban.db"
    pages = bytearray(file.read_bytes())
    pages[4096 * 3 : 4096 * 12] = os.urandom(4096 * 9)
    file.write_bytes(bytes(pages))
    said = terminal.types("backup", "copy")
    said.refuses()
    assert re.search(r"damaged|malformed", said.err)
    assert [each.name for each in tmp_path.iterdir() if "copy" in each.name] == []


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "linliban.db").write_text("this is a shopping list, " * 100)
    Terminal(tmp_path, database_url="sqlite:///linliban.db").types("backup", "copy").refuses("not a database")
    assert not (tmp_path / "copy").exists()
