"""Looks at the line to Telegram: token, webhook, the time there."""

from collections.abc import AsyncIterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
from telegram import User
from telegram.error import InvalidToken, TelegramError

from bot.doctor.finding import Finding, ill, well
from bot.shore import why
from bot.wire import LOOPBACK, Line


def no_token() -> Finding:
    return ill("没有令牌 · no token", "向 @BotFather 申请,写入 LINLIBAN_BOT_TOKEN · ask @BotFather for one")


async def token(line: Line) -> tuple[Finding, User | None]:
    """Whose token it is; None when nobody's, or when Telegram does not answer."""
    try:
        me = await line.get_me()
    except InvalidToken:
        cure = "向 @BotFather 核对 LINLIBAN_BOT_TOKEN · copy it anew from @BotFather"
        return ill("Telegram 不认这个令牌 · Telegram refuses the token", cure), None
    except TelegramError as error:
        cure = "检查网络、代理和 LINLIBAN_TELEGRAM_URL · check network, proxy and LINLIBAN_TELEGRAM_URL"
        return ill(f"Telegram 未应答 · Telegram does not answer ({why(error)})", cure), None
    return well(f"令牌有效 · token: @{me.username}"), me


async def webhook(line: Line) -> AsyncIterator[Finding]:
    """While a webhook is set, polling gets nothing."""
    if (await line.raw("getWebhookInfo") or {}).get("url"):
        yield ill(
            "设有 webhook,轮询收不到消息 · a webhook is set, polling gets nothing",
            "删除它 · delete it: curl $LINLIBAN_TELEGRAM_URL/bot$LINLIBAN_BOT_TOKEN/deleteWebhook",
        )


async def time_there(telegram_url: str) -> datetime | None:
    """What Telegram's own answer says the time is; None where it says nothing."""
    ours = urlsplit(telegram_url).hostname in LOOPBACK
    async with httpx.AsyncClient(timeout=10, trust_env=not ours) as client:
        try:
            date = (await client.get(telegram_url)).headers.get("Date")
            return parsedate_to_datetime(date) if date else None
        except (httpx.HTTPError, ValueError):
            return None
