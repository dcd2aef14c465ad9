"""Our clock beside Telegram's, over real HTTP: what is noticed, and who is told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import App
from bot.skew import Skew, Watch
from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.bot.delivery.street import TOKEN, USERNAME, settings_for
from tracker.clock import SystemClock, TurnedClock
from tracker.errors import DatabaseAway

HOUR, A_MOMENT = timedelta(hours=1), timedelta(seconds=5)


class Stepping(SystemClock):
    """The machine's own clock, which somebody sets."""

    def __init__(self) -> None:
        self.off = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.off


class Ticks:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Deskless:
    """Who would be told."""

    told: list[tuple[str, str, int]] = field(default_factory=list)
    away: bool = False

    def tell_coordinators(self, code: str, key: str, *, minutes: int) -> None:
        if self.away:
            raise DatabaseAway("the database does not answer")
        self.told.append((code, key, minutes))


@pytest.fixture
def clock() -> Stepping:
    return Stepping()


@pytest.fixture
async def app(database_url: str, clock: Stepping) -> AsyncIterator[App]:
    town = Town()
    town.add_bot(TOKEN, USERNAME, "社区小助手")
    async with Serving(make_app(town)) as served:
        app = App(settings_for(served.url, database_url), clock)
        yield app
        await app.close()


async def test_each_answer_tells_the_time(app: App, clock: Stepping) -> None:
    assert app.skew.is_right() is None  # nobody has told us yet
    await app.open()
    assert app.skew.is_right() is True
    for off in (HOUR, -HOUR, timedelta(days=400)):
        clock.off = off
        ahead = app.skew.ahead()
        assert ahead is not None
        assert abs(ahead - off) < A_MOMENT
        assert app.skew.is_right() is False
        assert app.signs().clock_right is False
    clock.off = timedelta(minutes=4)
    assert app.signs().clock_right is True


async def test_a_clock_that_was_wrong_before_we_started_is_noticed_too(app: App, clock: Stepping) -> None:
    clock.off = HOUR
    await app.open()
    assert app.skew.is_wrong()


async def test_a_moment_that_was_told_is_judged_even_if_the_clock_is_set_meanwhile(app: App, clock: Stepping) -> None:
    await app.open()
    right = clock.now()
    clock.off = HOUR
    wrong = clock.now()
    assert app.skew.is_wrong()
    assert not app.skew.is_wrong(right)
    clock.off = timedelta(0)
    assert app.skew.is_wrong(wrong)


def test_a_clock_that_people_turn_is_right_as_it_is() -> None:
    skew = Skew(TurnedClock(datetime(2026, 11, 23, tzinfo=UTC), frozen=True))
    skew.heard("Sun, 22 Nov 1998 08:00:00 GMT")
    assert skew.is_right() is None
    assert not skew.is_wrong()


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 2026 08:00:00 GMT", "0"])
def test_what_is_no_date_says_nothing(date: str) -> None:
    skew = Skew(SystemClock())
    skew.heard(date)
    assert skew.is_right() is None


@pytest.mark.parametrize("date", ["Sun, 22 Nov 1998 08:00:00 GMT", "Sun, 22 Nov 1998 08:00:00 -0000"])
def test_what_was_heard_long_ago_still_counts(date: str, clock: Stepping) -> None:
    ticks = Ticks()
    skew = Skew(clock, ticks=ticks)
    skew.heard(date)
    ticks.at += 86400 * 3
    assert skew.theirs() == datetime(1998, 11, 25, 8, 0, tzinfo=UTC)


@pytest.mark.expects_errors
async def test_it_is_logged_each_minute_and_told_once_a_day(clock: Stepping, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    ticks, desk = Ticks(), Deskless()
    skew = Skew(clock, ticks=ticks)
    watch = Watch(skew, desk, ticks=ticks)  # type: ignore[arg-type]

    async def passes(seconds: int, off: timedelta) -> None:
        for _ in range(seconds):
            skew.heard(clock.now().strftime("%a, %d %b %Y 01:00:00 GMT"))
            theirs = skew.theirs()
            assert theirs is not None
            clock.off += theirs + off - clock.now()
            await watch.once()
            ticks.at += 1

    await passes(60, HOUR)
    assert not desk.told
    assert caplog.text.count("clock_wrong") == 1
    desk.away = True
    with pytest.raises(DatabaseAway):
        await passes(1, HOUR)
    desk.away = False
    await passes(3600, HOUR)
    ((code, key, minutes),) = desk.told
    assert (code, minutes) == ("clock_wrong", 60)
    assert len(key) == 10
    assert caplog.text.count("clock_wrong") == 61
    await passes(10, timedelta(0))
    assert caplog.text.count("clock_right") == 1
    await passes(100, -HOUR)
    assert len(desk.told) == 1  # the same day
    assert caplog.text.count("clock_wrong") == 63
