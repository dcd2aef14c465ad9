"""How long a message may be: the only place that counts as Telegram does and cuts where nobody notices."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.messages.message import Message

TEXT, CAPTION, POPUP = (
    4096,
    1024,
    200,
)  # UTF-16 units after parsing; Bot API: sendMessage, sendPhoto, answerCallbackQuery
_SHORTEST_QUOTE = 40
_QUOTE = re.compile(r"(?<=<blockquote>).*?(?=</blockquote>)", re.DOTALL)


def width(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, limit: int) -> str:
    """At most `limit` units, cut between graphemes, with … where something is missing."""
    return text if width(text) <= limit else _head(graphemes(text), limit)


def fit(message: Message, photos: bool) -> Message:
    """The message within Telegram's limit, as a caption if `photos`.

    What people said is shortened first, so that number, status and times stay; a tag is never cut.
    """
    limit, text = (CAPTION if photos else TEXT), message.text
    for quote in sorted(set(_QUOTE.findall(text)), key=_shown, reverse=True):
        over = _shown(text) - limit
        if over > 0:
            room = max(_shown(quote) - over, _SHORTEST_QUOTE)
            text = text.replace(f">{quote}<", f">{_shorten(quote, room)}<")
    return message if text == message.text and _shown(text) <= limit else replace(message, text=_lines(text, limit))


def graphemes(text: str) -> Iterator[str]:
    """Units a reader sees as one: a letter with its marks, an emoji with skin tone, a joined family, a flag."""
    unit = ""
    for character in text:
        if unit and not _belongs(unit, character):
            yield unit
            unit = ""
        unit += character
    if unit:
        yield unit


def _belongs(unit: str, character: str) -> bool:
    if unit[-1] == "\u200d" or character == "\u200d" or "\U0001f3fb" <= character <= "\U0001f3ff":
        return True
    if all("\U0001f1e6" <= c <= "\U0001f1ff" for c in (*unit, character)):
        return len(unit) == 1
    return unicodedata.category(character) in {"Mn", "Me", "Mc"}


def _head(units: Iterable[str], limit: int) -> str:
    kept, used = [], 1  # the … needs one
    for unit in units:
        used += width(unit)
        if used > limit:
            break
        kept.append(unit)
    return "".join(kept).rstrip() + "…"


def _shown(text: str) -> int:
    return width(html.unescape(re.sub(r"<[^<>]*>", "", text)))


def _shorten(quote: str, limit: int) -> str:
    words = html.unescape(quote)  # a quote holds no tags: it is somebody's words, escaped
    return html.escape(clip(words, limit)) if width(words) > limit else quote


def _lines(text: str, limit: int) -> str:
    """The first lines that fit; should the very first not, its beginning, without tags."""
    if _shown(text) <= limit:
        return text
    kept, used = [], 2
    for block in _blocks(text):
        used += _shown(block) + 1
        if used > limit:
            break
        kept.append(block)
    return "\n".join([*kept, "…"]) if kept else html.escape(clip(html.unescape(re.sub(r"<[^<>]*>", "", text)), limit))


def _blocks(text: str) -> Iterator[str]:
    """Lines, with a quote of several lines held together."""
    block = ""
    for line in text.split("\n"):
        block = f"{block}\n{line}" if block else line
        if block.count("<blockquote>") == block.count("</blockquote>"):
            yield block
            block = ""
