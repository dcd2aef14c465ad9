"""The verb webhook: how updates come in, as Telegram sees it; and to take a webhook away."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from bot.cli.opening import settings_for

if TYPE_CHECKING:
    from bot.settings import Settings

NONE_KNOWN = "Telegram 没有说 · the server does not tell"


@click.command()
@click.argument("what", type=click.Choice(["off"]), required=False)
def webhook(what: str | None) -> int:
    """接收方式:轮询还是 webhook · how updates come in; exit code 1 where Telegram and the settings differ.

    `linliban webhook off` 删除 webhook,不丢消息 · takes it away; what waits there is kept.
    """
    import asyncio

    settings = settings_for(need_token=True)
    return asyncio.run(_off(settings) if what else _show(settings))


async def _show(settings: "Settings") -> int:
    info = await _ask(settings, "getWebhookInfo")
    wanted = settings.webhook_url
    click.echo(f"本机 · here: {f'webhook {wanted}' if wanted else '轮询 · polling'}")
    if not isinstance(info, dict):
        click.echo(f"Telegram: {NONE_KNOWN}")
        return 0
    for line in _lines(info):
        click.echo(line)
    return 0 if info.get("url", "") == wanted else 1


def _lines(info: dict[str, Any]) -> list[str]:
    url, waiting = info.get("url"), info.get("pending_update_count", 0)
    lines = [
        f"Telegram: {f'webhook {url}' if url else '没有 webhook · no webhook'}",
        f"  等待投递 · waiting there: {waiting}",
    ]
    if failed := info.get("last_error_date"):
        at = datetime.fromtimestamp(failed, UTC)
        lines.append(f"  上次错误 · last error: {at:%Y-%m-%d %H:%M} UTC, {info.get('last_error_message')}")
    return lines


async def _off(settings: "Settings") -> int:
    await _ask(settings, "deleteWebhook")
    click.echo("webhook 已删除,等待的消息还在 · the webhook is gone, and what waited is kept")
    if settings.webhook_url:
        click.echo(
            "LINLIBAN_WEBHOOK_URL 仍有值,运行中的程序会在一分钟内重新设置 · it is still set: a running program"
            " sets it again within a minute; empty it and restart, to poll"
        )
    return 0


async def _ask(settings: "Settings", method: str) -> Any:
    """Raises Mistake where Telegram says no or nothing."""
    from telegram.error import TelegramError

    from bot.cli.mistakes import Mistake
    from bot.shore import why
    from bot.wire import Line

    line = Line(settings)
    try:
        return await line.raw(method)
    except (TelegramError, KeyError) as error:
        raise Mistake(f"the Bot API server at {settings.telegram_url} did not do {method} ({why(error)})") from None
    finally:
        await line.hang_up()
