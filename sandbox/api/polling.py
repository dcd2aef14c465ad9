"""getUpdates: one reader at a time, waiting on real time, waking at once when something comes."""

import asyncio
from typing import Any

from sandbox.api.ask import Ask
from sandbox.api.registry import method
from sandbox.errors import bad, conflict
from sandbox.town import Bot
from sandbox.town.updates import BY_DEFAULT, KINDS

LONGEST = 50  # seconds the server keeps a call open
OTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"
HOOKED = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@method("getUpdates", "offset limit timeout allowed_updates")
async def get_updates(ask: Ask) -> list[Any]:
    bot, town = ask.bot, ask.town
    if bot.webhook:
        raise conflict(HOOKED)
    choose_updates(ask)
    bot.poll += 1
    mine = bot.poll
    town.changed.ring()  # an older call still waiting learns of us
    limit = min(max(ask.number("limit", 100), 1), 100)
    found = bot.queue.take(ask.number("offset"), limit, town.now())
    if not found:
        found = await wait(ask, mine, min(max(ask.number("timeout"), 0), LONGEST), limit)
    return [update.body for update in found]


async def wait(ask: Ask, mine: int, seconds: int, limit: int) -> list[Any]:
    bot, loop = ask.bot, asyncio.get_running_loop()
    until = loop.time() + seconds
    while not ask.closing() and (left := until - loop.time()) > 0:
        await ask.town.changed.wait(left)
        check_still_mine(bot, mine)
        if found := bot.queue.take(0, limit, ask.town.now()):
            return found
    return []


def check_still_mine(bot: Bot, mine: int) -> None:
    if bot.webhook:
        raise conflict("terminated by setWebhook request")
    if bot.poll != mine:
        raise conflict(OTHER)


def choose_updates(ask: Ask) -> None:
    """Kept on the server: not given means as before, an empty list means the default set."""
    if "allowed_updates" not in ask:
        return
    wanted = ask.object("allowed_updates", "allowed_updates")
    if not isinstance(wanted, list):
        raise bad("can't parse allowed_updates: expected an Array of Strings")
    known = frozenset(kind for kind in wanted if kind in KINDS)
    ask.notes.extend(f"unknown update kind {kind}" for kind in wanted if kind not in KINDS)
    ask.bot.queue.allowed = known or BY_DEFAULT
    ask.bot.queue.chosen = bool(known)
