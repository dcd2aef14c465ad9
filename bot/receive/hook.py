"""Our webhook as Telegram knows it: the only place that sets it, and looks whether it stands and delivers."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.hear.update import KINDS
from bot.loop import Backoff, Sleep, Ticks, first_of
from bot.receive.manner import WrongManner, host_of, webhook_at
from bot.shore import seconds_of, why
from bot.wire import Line
from tracker.errors import DatabaseAway

CONNECTIONS = 40  # at once, from Telegram; they share commits, so that more would not be quicker
LOOK_EVERY = 60.0  # seconds
ANSWERED_WITHIN = 150.0  # seconds; a look each minute, and a try each half minute when one fails

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Hook:
    """Our webhook, as Telegram knows it. `run` sets it once a start and then looks each minute; nothing that Telegram
    answers ends it, except that the address is refused.
    """

    def __init__(
        self,
        line: Line,
        url: str,
        secret: str,
        *,
        heard_at: Callable[[], datetime | None],
        sleep: Sleep = asyncio.sleep,
        ticks: Ticks = time.monotonic,
        backoff: Backoff | None = None,
    ) -> None:
        """`heard_at` may block: when any machine last kept an update."""
        self._line, self._url, self._secret, self._heard_at = line, url, secret, heard_at
        self._sleep, self._ticks, self._backoff = sleep, ticks, backoff or Backoff()
        self._set = False
        self._trouble: str | None = None
        self._answered_at: float | None = None
        self.rest = 0.0  # seconds until the next look

    @property
    def well(self) -> bool:
        """It is set, Telegram said so lately, and what Telegram could not deliver it has delivered since."""
        lately = self._answered_at is not None and self._ticks() - self._answered_at < ANSWERED_WITHIN
        return self._set and lately and self._trouble is None

    async def run(self, stop: asyncio.Event) -> None:
        """Begins with a rest: the first `once` belongs to the start."""
        while not stop.is_set():
            await first_of(stop, within=self.rest, sleep=self._sleep)
            if not stop.is_set():
                await self.once()

    async def once(self) -> None:
        """Set it, or look whether it still stands. WrongManner: Telegram refuses the address."""
        try:
            await (self._look() if self._set else self._announce())
        except BadRequest as error:
            await self._refused(error)
        except (TelegramError, DatabaseAway, KeyError) as error:
            self._away(error)
        else:
            self.rest = LOOK_EVERY
            self._answered_at = self._ticks()
            if self._backoff.over():
                log.info("telegram_back")

    async def _announce(self) -> None:
        # Always, since a changed secret cannot be read back; and never drop_pending_updates.
        await self._line.raw(
            "setWebhook", url=self._url, allowed_updates=list(KINDS), secret_token=self._secret,
            max_connections=CONNECTIONS,
        )  # fmt: skip
        self._set, self._trouble = True, None
        log.info("webhook_set", host=host_of(self._url))

    async def _look(self) -> None:
        info = await webhook_at(self._line)
        if info is None:
            return
        if not info["url"] or not _as_asked(info.get("allowed_updates")):
            self._trouble = "somebody changed it"
            log.warning("webhook_changed", cure="if somebody wants to poll: stop this program first")
            await self._announce()
            return
        self._judge(_wrong(info, self._url, await asyncio.to_thread(self._heard_at)))

    def _judge(self, trouble: str | None) -> None:
        if trouble:
            cure = "does the proxy pass LINLIBAN_WEBHOOK_URL on to LINLIBAN_LISTEN? Then: linliban doctor"
            log.error("webhook_in_trouble", why=trouble, cure=cure)
        elif self._trouble:
            log.info("webhook_well_again")
        self._trouble = trouble

    async def _refused(self, error: BadRequest) -> None:
        """A clear no; except where Telegram has the same address already: then it is a hiccup over there."""
        if not self._set and not await self._stands():
            raise WrongManner(
                f"Telegram refuses LINLIBAN_WEBHOOK_URL ({why(error)}): it must be an https address that the whole"
                " world can reach, on port 443, 80, 88 or 8443; or leave it empty to poll"
            ) from None
        self._away(error)

    async def _stands(self) -> bool:
        try:
            info = await webhook_at(self._line)
        except TelegramError:
            return False
        return info is not None and info["url"] == self._url

    def _away(self, error: Exception) -> None:
        self.rest = seconds_of(error) if isinstance(error, RetryAfter) else self._backoff.next()
        log.warning(
            "webhook_not_set" if not self._set else "telegram_away", why=why(error), again_in=round(self.rest, 1)
        )


def _wrong(info: dict[str, Any], url: str, heard_at: datetime | None) -> str | None:
    """What is wrong with our webhook, or None. Telegram tells its last error for ever; what has been delivered since,
    or the fact that nothing waits, shows that it is over.
    """
    if info["url"] != url:
        return f"Telegram delivers to {host_of(info['url'])}: another program uses this token"
    failed, waiting = info.get("last_error_date"), info.get("pending_update_count")
    if not isinstance(failed, int) or not waiting:
        return None
    if heard_at is not None and heard_at >= datetime.fromtimestamp(failed, UTC):
        return None
    return f"{str(info.get('last_error_message'))[:120]}; {waiting} wait"


def _as_asked(kinds: Any) -> bool:
    """A list that a former deployment left behind would go on deciding what we hear; servers may not tell theirs."""
    return not isinstance(kinds, list) or set(kinds) == set(KINDS)
