"""The only place that finds commands and our own name in what was written."""

import re

from telegram import MessageEntity

from bot.hear.heard import Command

# Wider than Telegram's own rule: 「/report三楼漏水」 without a space is a report all the same.
COMMAND = re.compile(r"/([a-z0-9_]{1,32})(?:@([a-z0-9_]{3,32}))?(?![a-z0-9_/<>@])", re.I | re.A)


def command(text: str, username: str) -> Command | None:
    """The command a text begins with; None for another bot's.

    It is sought in the text itself, since Telegram marks none that touches a Chinese word.
    """
    found = COMMAND.match(text)
    if not found:
        return None
    name, bot = found.groups()
    if bot and bot.lower() != username.lower():
        return None
    return Command(name=name.lower(), args=text[found.end() :].strip(), addressed=bool(bot))


def mentions(text: str, entities: tuple[MessageEntity, ...], *, bot_id: int, username: str) -> bool:
    """Whether we are called by @username, in any case, touching Chinese words or not, or by a link to us."""
    if any(e.type == MessageEntity.TEXT_MENTION and e.user and e.user.id == bot_id for e in entities):
        return True
    ours = rf"(?<![a-z0-9_])[@＠]{re.escape(username)}(?![a-z0-9_])"
    return bool(username) and re.search(ours, text, re.I | re.A) is not None
