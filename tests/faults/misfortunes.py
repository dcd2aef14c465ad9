"""What happens to people, machine and Telegram on the random walk: time, nights, faults, deaths."""

import asyncio
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from tests.faults.two_communities import FIRM, GAO, MA, NAMES
from tests.faults.walk import Walk
from tracker.models import Community, Outbox, Place, Ticket
from tracker.outbox import Priority

GARBAGE: list[Any] = [{}, {"message": {"text": "#报修 灯"}}, {"message": 7}, {"callback_query": {"id": "1"}}]
METHODS = ["sendMessage", "editMessageText", "answerCallbackQuery", "sendPhoto", "getUpdates", "*"]
TROUBLE: list[dict[str, Any]] = [
    {"status": 502}, {"status": 502, "after_accepting": True}, {"status": 500, "body": "<html>nginx</html>"},
    {"retry_after": 7}, {"retry_after": 1800}, {"status": 401}, {"status": 200, "body": {"ok": True}},
    {"status": 403, "description": "Forbidden: bot was blocked by the user"},
    {"status": 400, "description": "Bad Request: message is too strange"},
]  # fmt: skip

ANSWERS = [(GAO, FIRM, "/take {n}"), (GAO, FIRM, "/done {n} 换好了"), (MA, MA, "/close {n} 已经办了")]
MOMENTS = 5  # deadlines that pass until one is found of which somebody is told by day


class ThingsHappen(Walk):
    @rule(minutes=st.sampled_from([1, 9, 31, 95, 300, 700, 1500, 4400]))
    def time_passes(self, minutes: int) -> None:
        self.runs(self.world.passes(minutes=minutes))
        self.runs(self.settles())

    @rule()
    def something_falls_due(self) -> None:
        """It is decided and not yet said: whatever comes next, comes in between."""
        at = self.world.desk.next_moment()
        if at is not None:
            self.world.clock.turn_to(max(at, self.world.clock.now()))
            self.world.desk.sweep()

    def pages_wait(self) -> list[Outbox]:
        """Deadlines pass and nobody speaks, until there is something that may be said now and not by night."""
        for _ in range(MOMENTS):
            self.something_falls_due()
            due = (Outbox.state == "pending", Outbox.not_before <= self.world.clock.now())
            with self.laws.database.reading() as session:
                pages = select(Outbox).where(*due, Outbox.kind == "page", Outbox.priority > Priority.CRITICAL)
                if found := session.scalars(pages).all():
                    return list(found)
        return []

    @rule(minutes=st.integers(1, 500))
    def what_fell_due_is_not_said_before_night(self, minutes: int) -> None:
        self.pages_wait()
        night = self.world.now.replace(hour=22, minute=0) + timedelta(minutes=minutes)
        self.world.clock.turn_to(max(night.astimezone(UTC), self.world.clock.now()))
        self.runs(self.settles())

    @rule()
    def whoever_is_to_be_told_asks_first(self) -> None:
        """A page waits for him when he asks something: the answer weighs more."""
        town = self.world.town
        for page in self.pages_wait():
            with self.laws.database.reading() as session:
                chat = int((session.get_one(Place, page.place_id).address or "0").removeprefix("telegram:"))
            who = GAO if chat < 0 else chat
            if who in NAMES and self.can_see(who, chat) and not (chat > 0 and town.room(town.bot(), who).blocked):
                town.say(chat, who, "/help")
        self.runs(self.settles())

    @rule(times=st.integers(1, 3))
    def a_page_is_said_and_its_answer_lost(self, times: int) -> None:
        self.something_falls_due()
        self.world.town.fail("sendMessage", status=502, times=times, after_accepting=True)
        self.runs(self.settles())

    @rule(hours=st.sampled_from([1, 13, 30]))
    def the_machine_is_down(self, hours: int) -> None:
        self.world.town.faults.clear()
        self.runs(self.world.is_down(hours=hours))
        self.runs(self.settles())

    @rule(method=st.sampled_from(METHODS), how=st.sampled_from(TROUBLE), times=st.integers(1, 4))
    def telegram_fails(self, method: str, how: dict[str, Any], times: int) -> None:
        self.world.town.fail(method, times=times, **how)

    @rule()
    def telegram_recovers(self) -> None:
        self.world.town.faults.clear()

    @rule(update=st.sampled_from(GARBAGE))
    def an_update_is_garbage(self, update: Any) -> None:
        self.world.town.raw({"update_id": self.world.town.number() + 10**6, **update})
        self.runs(self.settles())

    @rule(reached=st.booleans())
    def the_machine_dies_while_it_speaks(self, reached: bool) -> None:
        self.runs(self._dies(reached))
        self.runs(self._comes_to())

    @rule(answer=st.sampled_from(ANSWERS))
    def it_is_answered_while_a_page_is_on_its_way(self, answer: tuple[int, int, str]) -> None:
        """The machine died with the page in its hand, and reads the answer before it may take the page back."""
        self.pages_wait()
        self.runs(self._dies(reached=False))
        who, chat, words = answer
        town = self.world.town
        if chat < 0 or not town.room(town.bot(), who).blocked:
            for number in self._in_flight():
                message = town.say(chat, who, words.format(n=number))
                self.confided |= {f"telegram:{chat}:{message['message_id']}"} if chat == who else set()
        self.runs(self.world.app.settle())
        self.runs(self._comes_to())

    def _in_flight(self) -> list[str]:
        """The tickets of pages that nobody knows to have arrived."""
        on_its_way = select(Outbox.ticket_id).where(Outbox.state == "sending", Outbox.epoch.is_not(None))
        with self.laws.database.reading() as session:
            return [
                f"{session.get_one(Community, ticket.community_id).prefix}{ticket.number}"
                for ticket in session.scalars(select(Ticket).where(Ticket.id.in_(on_its_way)))
            ]

    async def _dies(self, reached: bool) -> None:
        """Each outcome is lost where it would be written down, as in test_lost_in_flight."""

        def end(*_: object) -> None:
            raise asyncio.CancelledError

        if not reached:
            self.world.town.fail("*", status=502, times=8)
        with pytest.MonkeyPatch.context() as death:
            death.setattr(self.world.desk, "settle", end)
            speaker = self.world.app.parts.speaker
            self.world.clock.turn(timedelta(seconds=1))
            await speaker.start()
            await asyncio.gather(*speaker._in_flight, return_exceptions=True)
        self.world.town.faults.clear()  # an App that starts waits for Telegram in real time
        await self.world.restarts()

    async def _comes_to(self) -> None:
        self.world.clock.turn(timedelta(minutes=1))
        await self.settles()
