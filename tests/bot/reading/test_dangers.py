"""A hundred calls for help in unusual words, and seventy complaints that only sound like one."""

import pytest

from bot.reading import understand
from bot.reading.urgency import CRITICAL
from tests.bot.reading.samples import Score, labelled

# A false alarm costs a telephone call, a miss may cost a life.
FOUND, CALM = 1.0, 0.9


def test_danger_is_heard_in_whatever_words(capsys: pytest.CaptureFixture[str]) -> None:
    score = Score()
    for message in labelled("dangers"):
        got = understand(message["text"], addressed=True).urgency == CRITICAL
        what = "danger" if message["danger"] else "calm"
        score.ask(what, got=got, wanted=message["danger"], right=got == message["danger"], text=message["text"])
    with capsys.disabled():
        print(f"\nreading, {score.asked.total()} messages about danger\n{score}")
    assert score.share("danger") >= FOUND, f"\n{score}"
    assert score.share("calm") >= CALM, f"\n{score}"


@pytest.mark.parametrize(
    "calm",
    ["#建议 河边装个护栏 免得小孩掉下去", "#诉求 天台加锁 防止小孩爬上去", "#投诉 楼道堆满纸箱 着火了往哪跑"],
)
def test_what_is_only_feared_is_no_alarm(calm: str) -> None:
    assert understand(calm).urgency != CRITICAL


@pytest.mark.parametrize(
    "words",
    [
        "#求助 掉进湖里了 我家孩子",
        "#求助 我家孩子掉进湖里了",
        "#求助 湖里 孩子掉进去了",
    ],
)
def test_the_order_of_words_does_not_matter(words: str) -> None:
    assert understand(words).urgency == CRITICAL
