"""Looks at the line to Telegram: token, webhook, the time there."""

from collections.abc import AsyncIterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from telegram import User
from telegram.error import InvalidToken, TelegramError

from bot.doctor.finding import Finding, ill, well
from bot.receive.manner import webhook_at
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


async def webhook(line: Line, wanted: str) -> AsyncIterator[Finding]:
    """Whether Telegram brings updates the way the settings say (`wanted`: our address, empty for polling)."""
    info = await webhook_at(line) or {"url": wanted}  # a server that does not tell
    if info["url"] and not wanted:
        yield ill(
            "设有 webhook,轮询收不到消息 · a webhook is set, polling gets nothing",
            "填 LINLIBAN_WEBHOOK_URL,或删除它 · set LINLIBAN_WEBHOOK_URL, or: linliban webhook off",
        )
    elif info["url"] != wanted:
        yield ill(
            "Telegram 的 webhook 不是本机设置的地址 · Telegram's webhook is not LINLIBAN_WEBHOOK_URL",
            "启动 linliban run 会设置它 · linliban run sets it; is there a second program with this token?",
        )
    elif wanted:
        yield _delivered(info)


def _delivered(info: dict[str, Any]) -> Finding:
    waiting, trouble = info.get("pending_update_count", 0), info.get("last_error_message")
    if waiting and trouble:
        return ill(
            f"Telegram 有 {waiting} 条送不进来 · Telegram cannot deliver {waiting}: {trouble}",
            "检查反向代理和证书 · check the proxy and its certificate: docs/operators.md, Webhook",
        )
    return well(f"webhook 正常 · the webhook is set, {waiting} waiting")


async def time_there(telegram_url: str) -> datetime | None:
    """What Telegram's own answer says the time is; None where it says nothing."""
    ours = urlsplit(telegram_url).hostname in LOOPBACK
    async with httpx.AsyncClient(timeout=10, trust_env=not ours) as client:
        try:
            date = (await client.get(telegram_url)).headers.get("Date")
            return parsedate_to_datetime(date) if date else None
        except (httpx.HTTPError, ValueError):
            return None
