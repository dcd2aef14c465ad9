"""Nobody ran for a while: the only place that knows what Telegram has forgotten meanwhile, and says so."""

import asyncio
from datetime import timedelta

import structlog

from tracker.desk import Desk

PRESSES_KEPT = timedelta(seconds=150)  # Telegram keeps a button's press no longer
WORDS_KEPT = timedelta(hours=24)  # and what people wrote no longer than this

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Gap:
    """Told once each: lost presses in the log, for whoever runs it; lost words to the coordinators, too."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._untold: tuple[int, timedelta] | None = None

    def ended(self, term: int, vacant: timedelta) -> None:
        """This term began, or goes on, after nobody had led for so long."""
        if vacant > PRESSES_KEPT:
            self._untold = term, vacant
            cure = "button presses of that time are lost, people have to press again"
            if vacant > WORDS_KEPT:
                cure = "what people wrote more than 24 hours ago is lost: ask in the groups what happened meanwhile"
            log.warning("nobody_ran", minutes=round(vacant / timedelta(minutes=1)), cure=cure)

    async def tell(self) -> None:
        """DatabaseAway: it is told the next time."""
        if self._untold is None:
            return
        term, vacant = self._untold
        if vacant > WORDS_KEPT:
            hours = round(vacant / timedelta(hours=1))
            await asyncio.to_thread(self._desk.tell_coordinators, "nobody_ran", f"{term}:{hours}", hours=hours)
        self._untold = None
