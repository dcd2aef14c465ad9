"""Lines for whoever runs the bot: the only place that sets logging up and strikes secrets from every line.

What is logged names chats and tickets by number; what people wrote, and their names, never reach a logger.
"""

import logging
import re
import sys
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any, TextIO

import structlog

_TOKEN_IN_URL = re.compile(r"bot\d+:[\w-]+", re.ASCII)
_SHORTEST = 6  # a shorter secret would strike ordinary words from the lines
CHATTY = {
    "httpx": logging.WARNING,  # at INFO it logs every address with the token in it
    "httpcore": logging.WARNING,
    "telegram": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "uvicorn": logging.WARNING,
}

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
    root.setLevel(level)
    for name, quietest in CHATTY.items():
        logging.getLogger(name).setLevel(max(quietest, logging.getLevelName(level)))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_BEFORE,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


_BEFORE: list[Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _processors(form: str, stream: TextIO) -> list[Processor]:
    if form == "json":
        last: list[Processor] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        last = [structlog.dev.ConsoleRenderer(colors=stream.isatty())]
    return [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
