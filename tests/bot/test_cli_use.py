"""`linliban` used wrongly, or with a configuration that cannot be: one clear line, exit code 2, no traceback."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.cli.house import House
from tests.bot.terminal import REPOSITORY, Terminal

NO_POSTGRES = "postgresql+psycopg://linliban:s3cret-word@127.0.0.1:1/linliban"
VERBS = ("demo", "migrate", "apply", "run", "doctor", "outbox", "backup", "read", "invite")


def test_help_names_every_verb_in_both_languages() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for verb in VERBS:
        assert f"  {verb} " in result.output
        help_text = CliRunner().invoke(main, [verb, "--help"]).output
        assert " · " in help_text


def test_help_is_quick() -> None:
    """Help must not load the bot: less than 0.4 s of processor time, whatever the machine is busy with."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "bot", "--help"], cwd=REPOSITORY, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.4


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["fly"], "No such command 'fly'"),
        (["apply"], "Missing argument 'FILE'"),
        (["apply", "nowhere.toml"], "'nowhere.toml' does not exist"),
        (["invite", "coordinator"], "Missing argument 'NAME'"),
        (["demo", "--port", "many"], "'many' is not a valid integer"),
        (["demo", "--port", "70000"], "70000 is not in the range"),
        (["read", "--community", "nowhere.toml"], "'nowhere.toml' does not exist"),
        (["run", "--fast"], "No such option"),
    ],
)
def test_wrong_use_is_told_in_one_line(words: list[str], expected: str) -> None:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert expected in result.stderr
    assert "--help" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "verb", [["migrate"], ["doctor"], ["run"], ["apply", "c.toml"], ["invite", "coordinator", "陈"]]
)
def test_an_environment_that_cannot_be(tmp_path: Path, verb: list[str]) -> None:
    (tmp_path / "c.toml").write_text("")
    terminal = Terminal(tmp_path, bot_tokn="1:a", log_level="LOUD", bot_token="1000:practice")
    said = terminal.types(*verb)
    said.refuses("LINLIBAN_BOT_TOKN is not known", "did you mean LINLIBAN_BOT_TOKEN", "LINLIBAN_LOG_LEVEL", lines=2)
    assert [each.name for each in tmp_path.iterdir()] == ["c.toml"]


def test_run_without_a_token(tmp_path: Path) -> None:
    Terminal(tmp_path).types("run").refuses("LINLIBAN_BOT_TOKEN is missing")


@pytest.mark.parametrize("verb", [["migrate"], ["run"], ["apply", "c.toml"], ["invite", "coordinator", "陈主任"]])
def test_a_database_server_that_is_not_there(tmp_path: Path, verb: list[str]) -> None:
    (tmp_path / "c.toml").write_text("")
    terminal = Terminal(tmp_path, database_url=NO_POSTGRES, bot_token="1000:practice")
    said = terminal.types(*verb)
    said.refuses("the database does not answer", "127.0.0.1")
    assert "s3cret-word" not in said.err + said.out


@pytest.mark.parametrize("verb", [["migrate"], ["run"], ["apply", "c.toml"]])
def test_a_database_file_that_cannot_be_made(tmp_path: Path, verb: list[str]) -> None:
    (tmp_path / "c.toml").write_text("in the way")
    terminal = Terminal(tmp_path, database_url="sqlite:///c.toml/linliban.db", bot_token="1000:practice")
    terminal.types(*verb).refuses("c.toml")


def test_a_database_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "linliban.db").write_text("this is a shopping list, " * 100)
    terminal = Terminal(tmp_path, database_url="sqlite:///linliban.db")
    terminal.types("migrate").refuses("the database cannot be used", "not a database")
    assert (tmp_path / "linliban.db").read_text().startswith("this is a shopping list")


@click.group(cls=House)
def broken() -> None:
    pass


@broken.command()
def stumble() -> None:
    raise LookupError("王阿姨 13800001111")


@broken.command()
def tire() -> None:
    raise KeyboardInterrupt


def test_a_mistake_of_ours_is_one_line_without_anybodys_words(tmp_path: Path) -> None:
    said = Terminal(tmp_path).types("stumble", program=broken)
    said.refuses("LookupError", "LINLIBAN_LOG_LEVEL=DEBUG", code=1)
    assert "王阿姨" not in said.err


def test_where_a_mistake_of_ours_is_the_debug_log_tells(tmp_path: Path) -> None:
    said = Terminal(tmp_path, log_level="debug").types("stumble", program=broken)
    assert said.code == 1
    assert "test_cli_use.py" in said.err
    assert "in stumble" in said.err


def test_ctrl_c_is_no_drama() -> None:
    result = CliRunner().invoke(broken, ["tire"])
    assert result.exit_code == 130
    assert result.stderr.strip() == "linliban: stopped"


def test_a_reader_who_leaves_is_no_mistake(tmp_path: Path) -> None:
    """`linliban read | head -1`"""
    messages = tmp_path / "messages.jsonl"
    messages.write_text('{"text": "#报修 路灯不亮"}\n' * 20_000, encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(
        [sys.executable, "-m", "bot", "read", str(messages)], cwd=REPOSITORY, stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    assert process.returncode == 1
    assert process.stderr == b""
