"""What the labelled messages teach: the table is theirs, and it helps with wording no list has."""

import json
from typing import Any

import pytest

from bot.reading import understand
from bot.reading.learned import TABLE, features, likeness, shares, telling
from bot.reading.learning import learn
from bot.reading.vocabulary import CATEGORIES
from tests.bot.reading.samples import labelled

LESSONS = ["messages", "more_messages"]
# Another computer rounds the last digit of an exponential otherwise.
ROUNDING, ALIKE = 3, 0.99
# Every seventh message is kept back; what the others teach should know most of those, without any word list.
EVERY, KNOWN = 7, 0.7


def _messages() -> list[dict[str, Any]]:
    return [message for name in LESSONS for message in labelled(name)]


def test_the_table_is_what_the_messages_teach() -> None:
    taught: Any = learn(_messages())
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    assert table["categories"] == taught["categories"]
    same = [word for word, row in table["weights"].items() if _alike(row, taught["weights"].get(word, {}))]
    assert len(same) >= ALIKE * len(taught["weights"]), "run the command of bot/reading/learning.py"


def _alike(row: dict[str, int], other: dict[str, int]) -> bool:
    return all(abs(row[at] - other[at]) <= ROUNDING for at in row.keys() & other.keys()) and bool(other)


def test_what_is_learned_holds_for_messages_never_seen(capsys: pytest.CaptureFixture[str]) -> None:
    messages = [message for message in labelled("more_messages") if message["ticket"]]
    unseen = messages[::EVERY]
    taught: Any = learn(message for message in messages if message not in unseen)
    right = sum(_filed(taught, message) in message["category"] for message in unseen)
    with capsys.disabled():
        print(f"\nlearned words alone, on messages kept back: {right}/{len(unseen)}")
    assert right >= KNOWN * len(unseen)


def _filed(taught: Any, message: dict[str, Any]) -> str:
    keys = taught["categories"]
    sums = [0.0] * len(keys)
    for feature in features(understand(message["text"]).body, message["tag"]):
        for at, weight in taught["weights"].get(feature, {}).items():
            sums[int(at)] += weight / 100
    likely = shares(sums)
    return CATEGORIES[keys[likely.index(max(likely))]]


def test_the_likeness_is_shared_among_all_categories() -> None:
    like = likeness("楼道灯不亮了", "报修")
    assert max(like, key=lambda key: like[key]) == "public_facility"
    assert sum(like.values()) == pytest.approx(1)
    assert telling("楼道灯不亮了", "public_facility")[0] in "楼道灯不亮了"


def test_wording_no_list_has_is_filed_with_its_like_and_the_reason_is_told() -> None:
    read = understand("#投诉 天天练到十二点 邻居都没法睡")
    assert read.category == "噪音扰民"
    assert any("类别 噪音扰民:因为" in why for why in read.why)


def test_a_strange_text_is_no_error() -> None:
    assert sum(likeness("", None).values()) == pytest.approx(1)
    assert sum(likeness("😀" * 4000 + "abc", "没有的标签").values()) == pytest.approx(1)
