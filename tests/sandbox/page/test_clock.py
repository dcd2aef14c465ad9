"""Turning the clock from the page: only forward, in the community's own time."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.sandbox.page.actor_bot import TurnedClock
from tests.sandbox.page.visitor import Visitor


@pytest.mark.parametrize(
    ("to", "now"),
    [
        ("+10m", "11月23日 星期一 9:40"),
        ("+1h", "11月23日 星期一 10:30"),
        ("tomorrow 08:30", "11月24日 星期二 8:30"),
        ("next_reminder", "11月23日 星期一 13:15"),
    ],
)
async def test_each_button_turns_it(visitor: Visitor, turned: TurnedClock, to: str, now: str) -> None:
    turned.due = [datetime(2026, 11, 23, 5, 15, tzinfo=UTC)]
    assert "现在 11月23日 星期一 9:30" in await visitor.part("clock")
    await visitor.order("clock", to=to)
    assert f"现在 {now}" in await visitor.part("clock")


async def test_what_waits_next_is_said_in_words(visitor: Visitor, turned: TurnedClock) -> None:
    turned.due = [turned.moment + timedelta(hours=3, minutes=45)]
    assert "下一次提醒：11月23日 星期一 13:15（3 小时 45 分钟后）" in await visitor.part("clock")


async def test_without_a_reminder_the_clock_stands_still_and_says_why(visitor: Visitor, turned: TurnedClock) -> None:
    before = turned.moment
    assert "现在没有要催的事。" in await visitor.part("clock")
    await visitor.order("clock", to="next_reminder")
    assert turned.moment == before
    assert "时钟没有动" in await visitor.part("clock")
    await visitor.order("clock", to="+10m")
    assert "时钟没有动" not in await visitor.part("clock")


async def test_a_reminder_that_is_already_late_does_not_turn_it_back(visitor: Visitor, turned: TurnedClock) -> None:
    before = turned.moment
    late = before - timedelta(hours=1)
    turned.next_reminder = lambda: late  # type: ignore[method-assign]
    await visitor.order("clock", to="next_reminder")
    assert turned.moment == before
    assert "马上" in await visitor.part("clock")


async def test_messages_carry_the_turned_time(visitor: Visitor) -> None:
    await visitor.order("clock", to="tomorrow 08:30")
    await visitor.do(0, "say", text="早上好")
    assert "11月24日 星期二 👵 王阿姨 早上好 8:30" in await visitor.phone(0)


async def test_a_turn_nobody_knows_gets_one_sentence(visitor: Visitor) -> None:
    answer = await visitor.http.post("/do/clock", data={"to": "yesterday"})
    assert (answer.status_code, answer.text) == (400, "the clock cannot be turned to 'yesterday'")
