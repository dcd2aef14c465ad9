"""Inbox → handlers: the only place that takes updates to work, a chat in order, chats side by side."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import structlog
from telegram import Bot

from bot.loop import Loop
from bot.popup import Popup
from bot.rush import Rush
from bot.shore import why
from tracker import trail
from tracker.desk import Desk, Taken, Visit

Handle = Callable[[Visit, dict[str, Any]], Popup | None]
SIDE_BY_SIDE = 2  # on PostgreSQL, so that one works while the other waits for its answer; on SQLite only one can write
LONGEST_POPUP = 10.0  # seconds; who pressed has looked away by then

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Worker:
    """Handles what the inbox holds. `handle` runs in a thread, inside the transaction, without the network."""

    def __init__(
        self,
        bot: Bot,
        desk: Desk,
        handle: Handle,
        *,
        after: Callable[[], None],
        tally: Counter[str],
        rush: Rush | None = None,
    ) -> None:
        """`after` is called when something has been committed: there may be something to say now.

        `rush` is told of each pass.
        """
        self._rush = rush or Rush()
        self._bot, self._desk, self._handle = bot, desk, handle
        self._after, self._tally = after, tally
        self._looking = 0  # passes at this moment
        self._popups: set[asyncio.Task[None]] = set()
        count, wake = 1 if desk.is_sqlite else SIDE_BY_SIDE, asyncio.Event()
        self.loops = tuple(Loop(f"work-{n}" if n else "work", self.once, wake=wake) for n in range(count))

    @property
    def wake(self) -> asyncio.Event:
        """Set it when something has arrived."""
        return self.loops[0].wake

    async def once(self) -> int:
        """Handle what comes next; how many updates that was, 0 when none waits."""
        self._looking += 1
        try:
            taken = await asyncio.to_thread(self._desk.take, self._handle)
        except BaseException:
            self._rush.over()
            raise
        finally:
            self._looking -= 1
        for each in taken:
            with trail.of(each.chat, each.ticket, update=each.update_id):
                self._note(each)
                if each.error is None or each.parked:
                    self._answer_press(each)
        if not taken and self._looking:
            return 0  # there may be more in the chat that another pass holds
        if self._rush.read() if taken else self._rush.over():
            self._after()
        return len(taken)

    async def drain(self) -> int:
        """Handle all that waits and let the pop-ups arrive; tells how many updates."""
        count = 0
        while handled := await self.once():
            count += handled
        await self.finish()
        return count

    async def finish(self, within: float | None = None) -> None:
        """Wait for the pop-ups still on their way; after `within` seconds they are given up."""
        if self._popups:
            _, late = await asyncio.wait(self._popups, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _answer_press(self, taken: Taken[Popup | None]) -> None:
        """After the commit, and whatever came of it: else the button would go on spinning."""
        popup = taken.result or _plain_popup(taken.raw)
        if popup is None:
            return
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
            log.info("handled")
        elif taken.parked:
            self._tally["updates_parked"] += 1
            log.error("update_parked", why=taken.error)
        else:
            log.warning("update_tried_in_vain", why=taken.error)


def _plain_popup(raw: Any) -> Popup | None:
    """A wordless answer to the button press in an update, if there is one."""
    query = raw.get("callback_query") if isinstance(raw, dict) else None
    number = query.get("id") if isinstance(query, dict) else None
    return Popup(number) if isinstance(number, str) and number else None
