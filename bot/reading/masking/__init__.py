"""The only place that hides from the group what is nobody's business: rooms, phones, IDs, plates, names."""

import re
from collections.abc import Iterable, Iterator

from bot.reading.masking import accounts, names, numbers, rooms
from bot.reading.masking.hidden import MARKS, Hidden
from bot.reading.normal import clean, plain

MARK = re.compile("|".join(map(re.escape, MARKS)))
# A mark may bring two halves together that read as something new; it never takes more than a few rounds.
ROUNDS = 8


def mask(text: str) -> str:
    """Return `text` as the group may see it (PIPL 25, Civil Code 1034); masking it again changes nothing."""
    text = clean(text)
    for _ in range(ROUNDS):
        masked = _once(text)
        if masked == text:
            break
        text = masked
    return text


def without_marks(masked: str) -> str:
    """Return masked text with nothing where something was hidden: a mark is no word of the writer's."""
    return MARK.sub(" ", masked)


def _once(text: str) -> str:
    level = plain(text)
    pieces, at = [], 0
    for hidden in _without_overlaps(_found(level)):
        pieces += [text[at : hidden.start], hidden.mark]
        at = hidden.end
    return "".join([*pieces, text[at:]])


def _found(level: str) -> Iterator[Hidden]:
    """The surer kinds first: of two that overlap, the earlier one gives the mark."""
    yield from accounts.found(level)
    yield from numbers.found(level)
    yield from rooms.found(level)
    yield from names.found(level)


def _without_overlaps(found: Iterable[Hidden]) -> list[Hidden]:
    kept: list[Hidden] = []
    for hidden in sorted(found, key=lambda one: (one.start, -one.end)):
        if kept and hidden.start < kept[-1].end:
            longest = max(kept[-1].end, hidden.end)
            kept[-1] = Hidden(kept[-1].start, longest, kept[-1].mark)
        elif hidden.start < hidden.end:
            kept.append(hidden)
    return kept
