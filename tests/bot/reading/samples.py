"""The only place that knows how the labelled messages are written down, and keeps the score of them."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "data"


def labelled(name: str) -> Iterator[dict[str, Any]]:
    for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


@dataclass
class Score:
    """Right answers by what was asked, and the wrong ones in words."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def ask(self, what: str, *, got: object, wanted: object, right: bool, text: str) -> None:
        self.asked[what] += 1
        self.right[what] += right
        if not right:
            self.wrong.append(f"{what}: got {got!r}, wanted {wanted!r}: {text}")

    def share(self, what: str) -> float:
        return self.right[what] / self.asked[what]

    def __str__(self) -> str:
        lines = [
            f"{what:10} {self.right[what]:4}/{self.asked[what]:<4} {100 * self.share(what):5.1f} %"
            for what in self.asked
        ]
        return "\n".join([*lines, *self.wrong])
