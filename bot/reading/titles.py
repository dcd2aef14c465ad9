"""The only place that makes the line which stands on top of a card: where, and what."""

import re

from bot.reading.masking import mask, without_marks
from bot.reading.noise import PLACEHOLDER, tells_trouble
from bot.reading.normal import plain
from bot.reading.places import BUILDING, UNIT

LONGEST = 40
CLAUSES = re.compile(r"[,，。!！?？;；\n~～…]+|\s+")
ADDRESS = re.compile(re.sub(r"\(\?P<\w+>", "(?:", rf"(?:{BUILDING})(?: ?[-,]? ?{UNIT})?|{UNIT}"))


def title(masked: str, place: str, words: tuple[str, ...]) -> str:
    """Return at most 40 characters for `masked`: the place, and the clause that holds the category's `words`."""
    matter = _matter(PLACEHOLDER.sub(" ", without_marks(masked)), words)
    shared = next((size for size in range(min(len(place), len(matter)), 1, -1) if place.endswith(matter[:size])), 0)
    line = f"{place} {matter[shared:]}".strip() if not shared else f"{place}{matter[shared:]}"
    return _cut(line or masked)


def _matter(masked: str, words: tuple[str, ...]) -> str:
    clauses = [clause for clause in map(_without_address, CLAUSES.split(masked)) if clause]
    if not clauses:
        return ""
    return max(clauses, key=lambda clause: _weight(plain(clause), words))


def _weight(clause: str, words: tuple[str, ...]) -> int:
    heard = sum(4 - at for at, word in enumerate(words) if word in clause or clause in word)
    return 2 * heard + 3 * tells_trouble(clause) + (len(clause) > 3)


def _without_address(clause: str) -> str:
    """The place stands in front already; a mark says nothing in a heading."""
    level = plain(clause)
    for match in reversed(list(ADDRESS.finditer(level))):
        clause = clause[: match.start()] + " " + clause[match.end() :]
    return re.sub(r"\s+", " ", clause).strip(" -、,的")


def _cut(line: str) -> str:
    line = mask(line)
    if len(line) <= LONGEST:
        return line
    short = line[: LONGEST - 1]
    opened = short.rfind("[")
    if opened > short.rfind("]"):  # never half a mark
        short = short[:opened]
    return short.rstrip() + "…"
