"""The only place that turns what a verb raised into lines for a terminal."""

import logging
import sys
from contextlib import suppress

from bot import logs
from bot.settings import SettingsMistakes, read_settings
from tracker.community import CommunityMistakes
from tracker.errors import DatabaseAway, NoBackup, OldSchema, Refused

SPOILT_DATABASE = {"DatabaseError", "OperationalError"}  # by name: SQLAlchemy is behind the desk, out of our sight


class Mistake(Exception):
    """A verb cannot do its work: one clear sentence."""


def lines_of(error: Exception) -> tuple[int, tuple[str, ...]]:
    """Exit code and lines. What nobody foresaw is named by its kind alone: its words may be somebody's."""
    match error:
        case SettingsMistakes():
            return 2, error.lines
        case CommunityMistakes():
            return 2, (*error.lines, "没有改动 · nothing was changed")
        case OldSchema():
            return 2, (_old_schema(error),)
        case DatabaseAway() | NoBackup() | Mistake():
            return 2, (str(error),)
        case Refused():
            return 2, (_refused(error),)
        case OSError(strerror=str(why)):
            return 2, (f"{error.filename}: {why}" if error.filename else why,)
    if type(error).__name__ in SPOILT_DATABASE:
        return 2, (f"the database cannot be used: {str(getattr(error, 'orig', '')).splitlines()[0]}",)
    _log(error)
    return 1, (
        f"unexpected error ({type(error).__name__}), which is a mistake in the program."
        " LINLIBAN_LOG_LEVEL=DEBUG shows where",
    )


def _log(error: Exception) -> None:
    """The trace goes to the log, at debug, whether or not the verb came far enough to set the log up."""
    with suppress(SettingsMistakes):
        settings = read_settings(need_token=False)
        logs.set_up(settings.log_level, settings.log_format, settings.secrets, sys.stderr)
    logging.getLogger(__name__).debug("unexpected", exc_info=error)


def _old_schema(error: OldSchema) -> str:
    return f"the database has schema {error.current}, the program needs {error.wanted}: run linliban migrate"


def _refused(error: Refused) -> str:
    said = ", ".join(f"{key} {value}" for key, value in error.facts().items())
    return f"refused: {error.code}" + (f" ({said})" if said else "")
