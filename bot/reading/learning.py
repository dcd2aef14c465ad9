"""The only place that learns from labelled messages which words go with which category: `learned` uses it.

`python -m bot.reading.learning FILE.jsonl...` writes the table anew; each line has `text`, `tag` and `category`
(one, or a list of which the first is meant), `ticket` or `is_ticket`. The same files give the same table.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.reading.learned import SCALE, TABLE, features, shares
from bot.reading.masking import mask, without_marks
from bot.reading.normal import clean, plain
from bot.reading.spelling import corrected
from bot.reading.tags import address
from bot.reading.vocabulary import BUILTIN, CATEGORIES

ROUNDS, PACE, SLOWING, FORGETTING = 15, 0.15, 0.2, 0.003
# Seen in one message only, a word says nothing; a weight below this is left out of the table.
OFTEN_ENOUGH, LEAST = 2, 12
KEYS = list(CATEGORIES)
Weights = dict[str, list[float]]


def learn(messages: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """Return the table that labelled `messages` teach, by softmax regression on what stands in each."""
    lessons = [lesson for message in messages if (lesson := _lesson(message))]
    seen = Counter(feature for found, _ in lessons for feature in found)
    weights = {feature: [0.0] * len(KEYS) for feature, times in sorted(seen.items()) if times >= OFTEN_ENOUGH}
    known = [([feature for feature in found if feature in weights], right) for found, right in lessons]
    order = random.Random(0)  # noqa: S311  # an order, not a secret
    for turn in range(ROUNDS):
        order.shuffle(known)
        for found, right in known:
            _take_in(weights, found, right, PACE / (1 + turn * SLOWING))
    return {"categories": KEYS, "weights": {word: row for word, each in weights.items() if (row := _row(each))}}


def _lesson(message: Mapping[str, Any]) -> tuple[list[str], int] | None:
    if not message.get("ticket", message.get("is_ticket")):
        return None
    category = message["category"]
    name = category if isinstance(category, str) else category[0]
    key = name if name in CATEGORIES else next(key for key, each in CATEGORIES.items() if each == name)
    body = address(clean(message["text"]), BUILTIN).body
    sense = corrected(plain(without_marks(mask(body))).lower())
    return features(sense, message["tag"] or None), KEYS.index(key)


def _take_in(weights: Weights, found: list[str], right: int, pace: float) -> None:
    rows = [weights[feature] for feature in found]
    wrong = shares([sum(row[at] for row in rows) for at in range(len(KEYS))])
    wrong[right] -= 1
    for row in rows:
        for at, error in enumerate(wrong):
            row[at] -= pace * (error + FORGETTING * row[at])


def _row(weights: list[float]) -> dict[str, int]:
    whole = {str(at): round(SCALE * weight) for at, weight in enumerate(weights)}
    return {at: weight for at, weight in whole.items() if abs(weight) >= LEAST}


def written(table: Mapping[str, Any]) -> str:
    """Return `table` as its file holds it: a word a line, so that changes can be read."""
    rows = ",\n".join(
        f"{json.dumps(word, ensure_ascii=False)}:{json.dumps(row, separators=(',', ':'))}"
        for word, row in table["weights"].items()
    )
    return f'{{"categories":{json.dumps(table["categories"])},"weights":{{\n{rows}\n}}}}\n'


def labelled(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the messages of the files at `paths`, in their order."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    TABLE.write_text(written(learn(labelled(map(Path, sys.argv[1:])))), encoding="utf-8")
