"""Lines for whoever runs the bot: the only place that sets logging up and strikes secrets from every line.

Every line about a chat or a ticket holds `chat` and `ticket` (tracker/trail.py). What people wrote, and their names,
never reach a logger; an error's own words may quote them, so of an error are shown its kind and where it was, never
what it says.
"""

import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from types import TracebackType
from typing import Any, TextIO

import structlog

_TOKEN_IN_URL = re.compile(r"bot\d+:[\w-]+", re.ASCII)
_SHORTEST = 6  # a shorter secret would strike ordinary words from the lines
OURS = ("bot", "tracker", "board", "sandbox")
OTHERS = logging.WARNING  # below that httpx logs addresses with the token, and SQLAlchemy rows with what people wrote
_EXTRA = ("update", "outbox", "card", "kind", "why", "chat", "ticket")  # what our own lines of the tracker hold
_IN_BRACKETS = re.compile("<.*>")  # asyncio shows a task with its exception and a callback with its arguments

Processor = Callable[[Any, str, MutableMapping[str, Any]], Any]


class Striking(structlog.stdlib.ProcessorFormatter):
    """Writes a finished line without the secrets, wherever in it they came from."""

    def __init__(self, secrets: Sequence[str], processors: Sequence[Processor]) -> None:
        super().__init__(processors=processors, foreign_pre_chain=_BEFORE)
        self._secrets = tuple(secret for secret in secrets if len(secret) >= _SHORTEST)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "[secret]")
        return _TOKEN_IN_URL.sub("bot[secret]", line)


def set_up(level: str, form: str, secrets: Sequence[str], stream: TextIO = sys.stderr) -> None:
    """Send every logger's lines to `stream`; `form` is console (for people) or json (for machines)."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Striking(secrets, _processors(form, stream)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(OTHERS, logging.getLevelName(level)))
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    sys.excepthook = _uncaught
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_BEFORE,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _uncaught(kind: type[BaseException], error: BaseException, frames: TracebackType | None) -> None:
    """The program is about to end; Python itself would print the error's words."""
    if issubclass(kind, Exception):
        logging.getLogger("bot").critical("uncaught", exc_info=(kind, error, frames))
    else:
        sys.__excepthook__(kind, error, frames)


def _others_cut_short(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of what a library says only the first line, and nothing that it shows of our values."""
    if event["logger"].partition(".")[0] not in OURS:
        lines = str(event["event"]).splitlines() or [""]
        event["event"] = _IN_BRACKETS.sub("<…>", lines[0])
    return event


def _without_its_words(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as where it came from and of what kind, with those that caused it."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_traced(error, error.__traceback__))
    return event


def _traced(error: BaseException, frames: TracebackType | None) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _traced(cause, cause.__traceback__)
        yield "and then"
    for frame in traceback.extract_tb(frames):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    yield type(error).__name__


_BEFORE: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(allow=_EXTRA),
    _others_cut_short,
    _without_its_words,
]


def _processors(form: str, stream: TextIO) -> list[Processor]:
    if form == "json":
        last: list[Processor] = [structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        last = [structlog.dev.ConsoleRenderer(colors=stream.isatty())]
    return [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
