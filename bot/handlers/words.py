"""Twelve words that say, in reply to a message about a ticket, what a command says (CONTRACT; listed in /help)."""

import re

from bot.handlers.turn import Turn
from bot.hear import Command

WORDS: dict[str, str] = {
    "接单": "take",
    "退单": "return",
    "不归我管": "return",
    "办好了": "done",
    "延期": "extend",
    "补充": "note",
    "进度": "status",
    "+1": "support",
    "我家也有": "support",
    "没解决": "reopen",
    "催办": "nudge",
    "改派": "assign",
    "不予受理": "reject",
    "结案": "close",
}
"""Word → command; synonyms stand behind the word they mean."""

_LONGEST_FIRST = sorted(WORDS, key=len, reverse=True)
_SAID = re.compile(
    rf"\s*({'|'.join(map(re.escape, _LONGEST_FIRST))})(?=$|[\s,,。.!!::、])[\s,,。.!!::、]*(.*)", re.DOTALL
)
_JOINED = re.compile(r"\s*(办好了|没解决)(.*)", re.DOTALL)  # people write on without a gap: 办好了已经修好


def spoken_command(turn: Turn) -> Command | None:
    """The command that the words of a reply stand for, if the message replied to is about a ticket."""
    text = turn.said.text.replace("＋", "+").replace("1️⃣", "1")
    match = _SAID.match(text) or _JOINED.match(text)
    if match is None or turn.community is None or turn.replied_ticket is None:
        return None
    return Command(name=WORDS[match[1]], args=match[2].strip(), addressed=True)
