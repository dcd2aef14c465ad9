"""The only place that opens the word lists in `words/` and turns their short notation into patterns."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parent / "words"
CLAUSE, SENTENCE = r"[^,。!?;\n]", r"[^。!?\n]"


@cache
def word_list(name: str) -> Mapping[str, Any]:
    """Return the list `words/<name>.toml`; read when first needed, so that a start costs nothing."""
    return tomllib.loads((WORDS / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def sign(text: str) -> re.Pattern[str]:
    """Return `text` as a pattern, compiled when first needed; upper and lower case are one."""
    return re.compile(text, re.IGNORECASE)


def pattern(alternatives: Iterable[str], classes: Mapping[str, list[str]] | None = None) -> re.Pattern[str]:
    """Return one pattern of `alternatives`: `~6` up to six characters of the clause, `≈6` of the sentence,
    `<人>` any word of that class. Upper and lower case are one."""
    text = "|".join(alternatives)
    for _ in range(2):  # a class may name another one
        text = re.sub("<([\u4e00-\u9fff]+)>", lambda name: f"(?:{'|'.join((classes or {})[name[1]])})", text)
    text = re.sub(r"~(\d+)", rf"{CLAUSE.replace(chr(92), chr(92) * 2)}{{0,\1}}", text)
    text = re.sub(r"≈(\d+)", rf"{SENTENCE.replace(chr(92), chr(92) * 2)}{{0,\1}}", text)
    return re.compile(text, re.IGNORECASE)
