"""The only place that says how like a category's labelled messages a text sounds; `learning` makes the table."""

import json
import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "words" / "learned.json"
# Weights are whole numbers in the table.
SCALE = 100
LONGEST = 3
HAN = re.compile("[\u4e00-\u9fff]+")


def likeness(text: str, tag: str | None) -> Mapping[str, float]:
    """Return for each built-in category the share, 0 to 1, of the trust that `text` (plain, corrected) means it."""
    keys, weights = _table()
    sums = [0] * len(keys)
    for feature in features(text, tag):
        for at, weight in weights.get(feature, ()):
            sums[at] += weight
    return dict(zip(keys, shares([each / SCALE for each in sums]), strict=True))


def telling(text: str, key: str) -> list[str]:
    """Return the words of `text` that speak most for category `key`, the most telling one first."""
    keys, weights = _table()
    at = keys.index(key)
    heard = {word: dict(weights.get(word, ())).get(at, 0) for word in features(text, None) if len(word) > 1}
    return sorted((word for word in heard if heard[word] > 0), key=lambda word: (-heard[word], word))


def features(text: str, tag: str | None) -> list[str]:
    """Return what is looked up: every one, two or three Han characters side by side, and the tag."""
    found = {f"#{tag or ''}"}
    for run in HAN.findall(text):
        for size in range(1, LONGEST + 1):
            found.update(run[at : at + size] for at in range(len(run) - size + 1))
    return sorted(found)


def shares(sums: list[float]) -> list[float]:
    """Return `sums` as shares of one: the softmax."""
    highest = max(sums)
    powers = [math.exp(each - highest) for each in sums]
    return [each / sum(powers) for each in powers]


@cache
def _table() -> tuple[list[str], dict[str, list[tuple[int, int]]]]:
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    weights = {word: [(int(at), weight) for at, weight in row.items()] for word, row in table["weights"].items()}
    return table["categories"], weights
