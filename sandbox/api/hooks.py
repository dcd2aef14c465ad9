"""setWebhook, deleteWebhook, getWebhookInfo. For practice, plain http on loopback will do."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from sandbox.api.ask import Ask
from sandbox.api.polling import choose_updates
from sandbox.api.registry import Done, method
from sandbox.errors import bad
from sandbox.json import Json
from sandbox.town.people import Webhook

PORTS = {443, 80, 88, 8443}
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@method(
    "setWebhook",
    "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
)
def set_webhook(ask: Ask) -> Done:
    url, bot = ask.text("url").strip(), ask.bot
    if not url:
        return delete_webhook(ask)
    check_address(url)
    secret = ask.text("secret_token") or None
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters" if len(secret) <= 256 else "secret token is too long")
    choose_updates(ask)
    drop_pending(ask)
    before, connections = bot.webhook, min(max(ask.number("max_connections", 40), 1), 100)
    bot.webhook = Webhook(url, secret, connections)
    ask.town.changed.ring()
    return Done(True, "Webhook is already set" if before and before.url == url else "Webhook was set")


@method("deleteWebhook", "drop_pending_updates")
def delete_webhook(ask: Ask) -> Done:
    drop_pending(ask)
    before, ask.bot.webhook = ask.bot.webhook, None
    ask.town.changed.ring()
    return Done(True, "Webhook was deleted" if before else "Webhook is already deleted")


@method("getWebhookInfo")
def get_webhook_info(ask: Ask) -> Json:
    hook, queue = ask.bot.webhook, ask.bot.queue
    shown: Json = {"url": hook.url if hook else "", "has_custom_certificate": False}
    shown["pending_update_count"] = queue.count(ask.town.now())
    if hook:
        shown |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
        if hook.last_error:
            shown |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
    if queue.chosen:
        shown["allowed_updates"] = sorted(queue.allowed)
    return shown


def check_address(url: str) -> None:
    """HTTPS on Telegram's four ports, or anything on this machine."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad("bad webhook: invalid URL specified") from None
    if on_this_machine(parts.hostname or ""):
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    raise bad(f"bad webhook: Failed to resolve host: the practice server delivers to loopback, not {parts.hostname}")


def on_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def drop_pending(ask: Ask) -> None:
    if ask.yes("drop_pending_updates"):
        ask.bot.queue.forget(before=ask.bot.queue.next_id)
