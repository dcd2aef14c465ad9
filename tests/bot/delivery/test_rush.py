"""When the whole quarter writes at once: what is unread is read first, and who is in danger waits for nobody."""

import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest

from bot.app.parts import Parts
from bot.receive.polling import GATHERED, Receiver
from bot.rush import BEGINS, ENDS, Rush
from bot.skew import Skew
from bot.speak import Speaker
from bot.work import Worker
from tests.bot.delivery.street import ANNA, SQUARE, USERNAME, YARD, Street
from tracker.desk import Visit
from tracker.errors import DatabaseAway
from tracker.states import Urgency

A_SENTENCE = 0.5  # seconds that reading it takes here


class Quarter:
    """Somebody reads, sentence after sentence, and somebody speaks."""

    def __init__(self, street: Street) -> None:
        self.street, self.ticks, self.asked = street, 0.0, 0
        self.rush = Rush(ticks=lambda: self.ticks)
        self.worker = Worker(street.line, street.desk, self.reads, after=self.may_speak, tally=street.tally,
                             rush=self.rush)  # fmt: skip
        self.speaker = Speaker(street.line, street.desk, USERNAME, street.pace, tally=street.tally,
                               sleep=street.slept, only_urgent=self.rush.is_on)  # fmt: skip

    def reads(self, _visit: Visit, _raw: dict[str, Any]) -> None:
        self.ticks += A_SENTENCE

    def may_speak(self) -> None:
        self.asked += 1

    async def hears_without_a_pause(self, seconds: float) -> None:
        for _ in range(int(seconds / A_SENTENCE) + 1):
            self.street.town.say(SQUARE, ANNA, "又停水了")
            await self.street.receiver.once(0)
            assert await self.worker.once() >= 1

    async def says(self) -> str:
        """Whatever it may; the first lines of it, in the residents' group."""
        for _ in range(3):
            await self.speaker.go_on()
            await self.speaker.finish()
            self.street.clock.turn(timedelta(seconds=2))
        return "\n".join(message["text"].splitlines()[0] for message in self.street.ours(SQUARE))


@pytest.fixture
def there(settled: Street) -> Quarter:
    return Quarter(settled)


async def test_routine_words_wait_until_all_is_read(there: Quarter) -> None:
    there.street.report()
    await there.hears_without_a_pause(BEGINS + 1)
    assert await there.says() == ""
    assert there.street.ours(YARD) == []
    asked = there.asked
    assert await there.worker.once() == 0  # nothing more waits
    assert there.asked == asked + 1  # and whoever speaks is woken
    assert "XZ1" in await there.says()
    assert len(there.street.ours(YARD)) == 1


async def test_who_is_in_danger_waits_for_nobody(there: Quarter) -> None:
    there.street.report()
    there.street.report("有人被困电梯", urgency=Urgency.CRITICAL)
    await there.hears_without_a_pause(BEGINS + 1)
    said = await there.says()
    assert "XZ2" in said
    assert "XZ1" not in said


async def test_however_much_goes_on_coming_everybody_hears_in_the_end(there: Quarter) -> None:
    there.street.report()
    await there.hears_without_a_pause(ENDS + 1)
    assert "XZ1" in await there.says()


async def test_a_rush_in_a_single_chat_is_one_though_who_looks_beside_finds_nothing(there: Quarter) -> None:
    """Where two read side by side, the other sees nothing of the chat that the first has taken."""
    there.street.report()
    await there.hears_without_a_pause(BEGINS + 1)
    begun, may_end = threading.Event(), threading.Event()

    def reads_long(_visit: Visit, _raw: dict[str, Any]) -> None:
        begun.set()
        assert may_end.wait(10)

    worker = Worker(there.street.line, there.street.desk, reads_long, after=there.may_speak,
                    tally=there.street.tally, rush=there.rush)  # fmt: skip
    there.street.town.say(SQUARE, ANNA, "又停水了")
    await there.street.receiver.once(0)
    first = asyncio.create_task(worker.once())
    await asyncio.to_thread(begun.wait, 10)
    beside = asyncio.create_task(worker.once())
    if not there.street.desk.is_sqlite:  # there it waits for the first to end
        assert await beside == 0
    assert there.rush.is_on()
    may_end.set()
    assert await first == 1
    if not beside.done():
        await beside
    await worker.once()
    assert not there.rush.is_on()


async def test_nobody_waits_for_what_cannot_be_read(there: Quarter, monkeypatch: pytest.MonkeyPatch) -> None:
    there.street.report()
    await there.hears_without_a_pause(BEGINS + 1)

    def away(*_: Any) -> None:
        raise DatabaseAway("gone")

    monkeypatch.setattr(there.street.desk, "take", away)
    with pytest.raises(DatabaseAway):
        await there.worker.once()
    assert "XZ1" in await there.says()


@pytest.mark.parametrize("rush", [True, False])
async def test_meanwhile_updates_are_fetched_together(street: Street, rush: bool) -> None:
    receiver = Receiver(street.line, street.desk, "1000@here", arrived=street.arrived, tally=street.tally,
                        sleep=street.slept, in_a_rush=lambda: rush)  # fmt: skip
    street.town.say(SQUARE, ANNA, "又停水了")
    assert await receiver.once(0) == 1
    assert receiver.rest == (GATHERED if rush else 0.0)


async def test_the_running_bot_is_put_together_so(settled: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rush, "is_on", lambda _: True)
    parts = Parts(settled.line, settled.desk, settled.clock, settled.tally, Skew(settled.clock), bot_id=1000,
                  username=USERNAME, reads_all=True, server="here", trusted=lambda: True)  # fmt: skip
    settled.report()
    await parts.speaker.go_on()
    await parts.speaker.finish()
    assert settled.calls("sendMessage") == []
    await parts.receiver.once(0)
    assert parts.receiver.rest == GATHERED
