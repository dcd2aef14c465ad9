"""What people typed, made harmless for other people's screens: the only place that drops invisible characters."""

import re
import unicodedata

from bot.messages.lengths import clip

_JOINER = "\u200d"
_BREAKS = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"[^\S\n]*\n\s*")


def clean(text: str) -> str:
    """Without controls, direction marks, zero-width characters, half characters and blank lines.

    A joiner stays only between symbols, where it makes one emoji of two.
    """
    text = _BREAKS.sub("\n", text)
    if not text.replace("\n", "").isprintable():
        kept = (c for i, c in enumerate(text) if _visible(c) or (c == _JOINER and _between_symbols(text, i)))
        text = "".join(kept)
    return _BLANK_LINES.sub("\n", text).strip()


def line(text: object, limit: int = 80) -> str:
    """One line of at most `limit` units: nobody's words can look like a line of ours."""
    return clip(" ".join(clean(str(text)).split()), limit)


def _visible(character: str) -> bool:
    return character == "\n" or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


def _between_symbols(text: str, i: int) -> bool:
    around = text[i - 1 : i] + text[i + 1 : i + 2]
    return len(around) == 2 and all(unicodedata.category(c) in {"So", "Sk", "Mn"} for c in around)
