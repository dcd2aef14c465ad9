"""How updates come in: the only place that joins the letterbox to the board, and sets the webhook or sees that none is.

With a webhook every machine takes what Telegram brings, leading or not; without one the machine that leads polls.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from starlette.routing import BaseRoute

from bot.loop import until
from bot.receive import Keeping
from bot.receive.hook import Hook
from bot.receive.manner import Manner, require_no_webhook, require_same
from bot.receive.webhook import Letterbox
from bot.settings import Settings
from bot.wire import Line
from tracker.desk import Desk


class Hearing:
    """Closed until `begin`: whoever posts before that is asked to come again."""

    def __init__(self, settings: Settings, line: Line, desk: Desk, tally: Counter[str]) -> None:
        self._settings, self._line, self._desk = settings, line, desk
        self.manner: Manner = "webhook" if settings.webhook_url else "polling"
        self._box = Letterbox(settings.webhook_url, settings.webhook_key, tally=tally)
        self._hook: Hook | None = None

    @property
    def polls(self) -> bool:
        return self.manner == "polling"

    @property
    def routes(self) -> Sequence[BaseRoute]:
        return [] if self.polls else [self._box.route]

    @property
    def well(self) -> bool | None:
        """Whether Telegram can bring us updates; None where we poll for them."""
        if self.polls:
            return None
        return self._hook is not None and self._hook.well

    async def begin(self, keeping: Keeping, stop: asyncio.Event) -> None:
        """Before the first update. WrongManner: another way is in use, or Telegram refuses our address."""
        rival = await asyncio.to_thread(self._desk.engine_rival)
        if rival is not None:
            require_same(self.manner, rival.mode, rival.holder)
        if self.polls:
            await until(stop, require_no_webhook(self._line))
            return
        self._box.open(keeping)
        self._hook = Hook(
            self._line, self._settings.webhook_url, self._settings.webhook_key,
            heard_at=lambda: self._desk.heard_at(keeping.bot_key),
        )  # fmt: skip
        await until(stop, self._hook.once())

    def works(self, stop: asyncio.Event) -> Mapping[str, Coroutine[Any, Any, None]]:
        """What each machine goes on doing."""
        return {} if self._hook is None else {"webhook": self._hook.run(stop)}
