"""The only place that finds what Telegram finds by itself in plain text: tags, mentions, commands, links.

The grammar is tdlib's (match_hashtags, match_mentions, match_bot_commands): a Chinese letter is a letter, so
`请#报修` has no tag and `#报修三楼漏水` is one tag. Links are found by a shorter rule than tdlib's.
"""

import re
from collections.abc import Iterator

from sandbox.json import Json
from sandbox.text.utf16 import units

LETTER = r"[^\W\d_]"
TAG = r"[\w\u200c\u00b7\u0d80-\u0dff]"
HASHTAG = re.compile(rf"(?<!{TAG})#({TAG}{{1,256}})({TAG}*)(?!{TAG}|#)")
MENTION = re.compile(r"(?<!\w)@[A-Za-z0-9_]{4,32}(?!\w)")
COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])")
EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?!\w)")
TOP = "com|cn|org|net|gov|edu|io|me|info|app|dev|site|xyz|top|vip|cc|tv|ru|uk|de|jp|hk|tw|中国"
LINK = re.compile(
    rf"(?:(?:https?|ftp|tg|ton)://[^\s<>\"«»]+|(?<![\w@.])(?:[\w-]+\.)+(?:{TOP})(?![\w@])(?::\d+)?(?:[/?#][^\s<>\"«»]*)?)",
    re.IGNORECASE,
)


def find(text: str) -> list[Json]:
    """Entities with offsets in UTF-16 units, in order, none inside another."""
    spans = sorted(spans_of(text), key=lambda span: (span[0], -span[1]))
    found: list[Json] = []
    reached = position = counted = 0
    for start, end, kind in spans:
        if start < reached:
            continue
        counted += units(text[position:start])
        position, reached = start, end
        found.append({"type": kind, "offset": counted, "length": units(text[start:end])})
    return found


def spans_of(text: str) -> Iterator[tuple[int, int, str]]:
    for tag in HASHTAG.finditer(text):
        if re.search(LETTER, tag[1]):
            yield tag.start(), tag.end(1), "hashtag"
    for kind, pattern in (("mention", MENTION), ("bot_command", COMMAND), ("email", EMAIL)):
        for match in pattern.finditer(text):
            yield match.start(), match.end(), kind
    for link in LINK.finditer(text):
        yield link.start(), link.start() + len(link[0].rstrip(".,:;!?'\"，。；：！？、）)")), "url"
