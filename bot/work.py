"""Inbox → handlers: the only place that takes updates to work, one after the other, each in its own transaction."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import structlog
from telegram import Bot

from bot.loop import Loop
from bot.popup import Popup
from bot.shore import why
from tracker.desk import Desk, Taken, Visit

Handle = Callable[[Visit, dict[str, Any]], Popup | None]
LONGEST_POPUP = 10.0  # seconds; who pressed has looked away by then

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Worker:
    """Handles what the inbox holds. `handle` runs in a thread, inside the transaction, without the network."""

    def __init__(self, bot: Bot, desk: Desk, handle: Handle, *, after: Callable[[], None], tally: Counter[str]) -> None:
        """`after` is called when an update has been committed: there may be something to say now."""
        self._bot, self._desk, self._handle = bot, desk, handle
        self._after, self._tally = after, tally
        self._popups: set[asyncio.Task[None]] = set()
        self.loop = Loop("work", self.once)

    async def once(self) -> int:
        """Handle the next update; 1, or 0 when none waits."""
        pressed: list[str] = []

        def handle(visit: Visit, raw: dict[str, Any]) -> Popup | None:
            pressed.extend(_callback(raw))
            return self._handle(visit, raw)

        taken = await asyncio.to_thread(self._desk.take_next, handle)
        if taken is None:
            return 0
        self._note(taken)
        self._after()
        popup = taken.result or (Popup(pressed[0]) if pressed else None)  # else the button would go on spinning
        if popup is not None and (taken.error is None or taken.parked):
            self._show(popup)
        return 1

    async def drain(self) -> int:
        """Handle all that waits and let the pop-ups arrive; tells how many updates."""
        count = 0
        while await self.once():
            count += 1
        await self.finish()
        return count

    async def finish(self, within: float | None = None) -> None:
        """Wait for the pop-ups still on their way; after `within` seconds they are given up."""
        if self._popups:
            _, late = await asyncio.wait(self._popups, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _show(self, popup: Popup) -> None:
        task = asyncio.create_task(self._answer(popup))
        self._popups.add(task)
        task.add_done_callback(self._popups.discard)

    async def _answer(self, popup: Popup) -> None:
        """Once and never again: a press is 150 s old at most, and a late answer helps nobody."""
        try:
            async with asyncio.timeout(LONGEST_POPUP):
                await self._bot.answer_callback_query(popup.callback, text=popup.text or None, show_alert=popup.alert)
        except Exception as error:
            log.info("popup_not_shown", why=why(error))

    def _note(self, taken: Taken[Popup | None]) -> None:
        if taken.error is None:
            self._tally["updates_handled"] += 1
            log.info("handled", update=taken.update_id)
        elif taken.parked:
            self._tally["updates_parked"] += 1
            log.error("update_parked", update=taken.update_id, why=taken.error)
        else:
            log.warning("update_tried_in_vain", update=taken.update_id, why=taken.error)


def _callback(raw: Any) -> list[str]:
    """The id of the button press in an update, if there is one."""
    query = raw.get("callback_query") if isinstance(raw, dict) else None
    number = query.get("id") if isinstance(query, dict) else None
    return [number] if isinstance(number, str) and number else []
