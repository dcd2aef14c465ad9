"""Polling or webhook: the only place that settles which of the two, and refuses both at once."""

from typing import Any, Literal

import structlog
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.shore import why
from bot.wire import Line

Manner = Literal["polling", "webhook"]

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class WrongManner(Exception):
    """Why updates cannot be received as the settings say: one clear line that ends with the cure."""


async def webhook_at(line: Line) -> dict[str, Any] | None:
    """What Telegram says of our webhook, `url` empty when there is none; None from a server that does not know.

    Raises TelegramError where Telegram is away.
    """
    try:
        info = await line.raw("getWebhookInfo")
    except (BadRequest, InvalidToken, KeyError):  # some practice servers do not have the method
        return None
    return info if isinstance(info, dict) and isinstance(info.get("url"), str) else None


async def require_no_webhook(line: Line) -> None:
    """WrongManner while Telegram delivers to a webhook: it would refuse every poll."""
    try:
        info = await webhook_at(line)
    except TelegramError as error:  # then the polls find out, and say so
        log.warning("telegram_away", why=why(error), asked="getWebhookInfo")
        return
    if info and info["url"]:
        raise WrongManner(
            f"Telegram delivers to a webhook ({host_of(info['url'])}), so polling would get nothing: set"
            " LINLIBAN_WEBHOOK_URL to that address, or take it away with: linliban webhook off"
        )


def require_same(ours: Manner, theirs: str | None, holder: str) -> None:
    """WrongManner when another machine of the same database receives the other way; `theirs`: None if none does."""
    if theirs is None or theirs == ours:
        return
    cure = "leave LINLIBAN_WEBHOOK_URL empty here" if theirs == "polling" else "set its LINLIBAN_WEBHOOK_URL here too"
    raise WrongManner(
        f"another machine on this database ({holder}) is in {theirs} mode, and Telegram knows one at a time:"
        f" {cure}, or stop that one first (if it was killed just now, try again in 20 s)"
    )


def host_of(url: str) -> str:
    return url.partition("://")[2].partition("/")[0] or url  # some people put secrets into the path
