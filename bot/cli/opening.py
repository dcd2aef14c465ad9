"""The only place where a verb gets its settings and its desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings
    from tracker.desk import Desk


def settings_for(*, need_token: bool) -> "Settings":
    """The environment; only warnings are logged, so that a verb's own words stand out. SettingsMistakes."""
    from bot import logs
    from bot.settings import read_settings

    settings = read_settings(need_token=need_token)
    level = "DEBUG" if settings.log_level == "DEBUG" else "WARNING"
    logs.set_up(level, settings.log_format, settings.secrets)
    return settings


@contextmanager
def desk_for(settings: "Settings") -> Iterator["Desk"]:
    """A desk whose database is there and current: SQLite is brought up by itself. DatabaseAway, OldSchema."""
    from tracker.clock import SystemClock
    from tracker.desk import Desk
    from tracker.errors import OldSchema

    desk = Desk(settings.database_url, SystemClock())
    try:
        try:
            desk.check()
        except OldSchema:
            if not desk.is_sqlite:
                raise
            desk.migrate()
        yield desk
    finally:
        desk.close()
