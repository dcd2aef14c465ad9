"""No line of the log holds a secret, wherever in it the secret was."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot import logs

TOKEN = "123456789:AAExample-of_a_token"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in logs.OURS}
    configuration, hook = structlog.get_config(), sys.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, each in levels.items():
        logging.getLogger(name).setLevel(each)
    structlog.configure(**configuration)
    sys.excepthook = hook


@pytest.mark.parametrize("form", ["console", "json"])
def test_secrets_are_struck_from_every_line(form: str) -> None:
    out = io.StringIO()
    logs.set_up("INFO", form, (TOKEN, ":hunter2@"), out)
    ours = structlog.get_logger("bot.test")
    ours.warning("asked", url=f"https://api.telegram.org/bot{TOKEN}/getMe")
    logging.getLogger("somebody.else").warning("at %s", "postgresql://li:hunter2@db/linliban")
    logging.getLogger("somebody.else").warning("GET https://api.telegram.org/bot777:AnotherToken/getMe")
    try:
        raise RuntimeError(TOKEN)
    except RuntimeError:
        logging.getLogger("somebody.else").warning("it broke", exc_info=True)
    said = out.getvalue()
    assert said.count("[secret]") >= 3
    assert "RuntimeError" in said
    assert "AAExample" not in said
    assert "hunter2" not in said
    assert "AnotherToken" not in said


def test_a_machine_reads_one_object_a_line() -> None:
    out = io.StringIO()
    logs.set_up("INFO", "json", (), out)
    structlog.get_logger("bot.test").info("said", to="telegram:-100", ticket="XZ12")
    logging.getLogger("uvicorn.error").warning("port %d", 8080)
    ours, foreign = map(json.loads, out.getvalue().splitlines())
    assert ours["event"] == "said"
    assert (ours["to"], ours["ticket"], ours["level"], ours["logger"]) == ("telegram:-100", "XZ12", "info", "bot.test")
    assert foreign["event"] == "port 8080"
    assert foreign["timestamp"].endswith("Z")


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_libraries_that_log_addresses_and_texts_are_kept_quiet(level: str) -> None:
    out = io.StringIO()
    logs.set_up(level, "console", (), out)
    for name in ("httpx", "httpcore.http11", "telegram.Bot"):
        logging.getLogger(name).info("what a neighbour wrote")
        logging.getLogger(name).debug("what a neighbour wrote")
    assert out.getvalue() == ""
