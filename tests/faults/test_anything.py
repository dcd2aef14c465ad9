"""Anything may happen: people act, time passes, Telegram and the machine fail, in any order; the laws hold."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests import conftest
from tests.faults.ear import Ear
from tests.faults.laws import Laws
from tests.world import VOLUNTEER, World, buttons_of, played
from tracker.db import Database

YARD, FIRM, OLD_GROUP, ISLAND = -1001, -1002, -55, -1003
GAO, MA, ZHOU, NAI, BO, QIAN = 3002, 3001, 3003, 3101, 3102, 3004

FILE = """
[community]
name = "幸福里"
prefix = "XF"
[calendar]
holidays = "none"
[[grid]]
name = "东区"
[[group]]
name = "幸福里居民群"
grid = "东区"
chat_id = -1001
[[group]]
name = "老楼群"
grid = "东区"
chat_id = -55
[[group]]
name = "物业工作群"
kind = "work"
chat_id = -1002
[[party]]
name = "幸福物业"
kind = "property"
group = "物业工作群"
[[party]]
name = "业委会"
kind = "owners_committee"
[[person]]
name = "高师傅"
user_id = 3002
roles = ["liaison:幸福物业"]
[[person]]
name = "钱主任"
user_id = 3004
roles = ["liaison:业委会"]
[[person]]
name = "马主任"
user_id = 3001
roles = ["coordinator"]
[[person]]
name = "周网格员"
user_id = 3003
roles = ["grid_worker:东区"]
[[category]]
name = "环境卫生"
lead = "幸福物业"
check = true
"""
SECOND = """
[community]
name = "小岛社区"
prefix = "DA"
[[group]]
name = "小岛居民群"
chat_id = -1003
[[party]]
name = "小岛物业"
kind = "property"
[[person]]
name = "高师傅"
user_id = 3002
roles = ["liaison:小岛物业"]
[[person]]
name = "马主任"
user_id = 3001
roles = ["coordinator"]
"""
REPORTS = [
    "#报修 3号楼路灯不亮",
    "#报修 5幢1单元电梯困人了",
    "#投诉 楼道垃圾没人扫",
    "#诉求 想要一个亭子",
    "#报修 水管爆了",
]
COMMANDS = [
    "/status {n}", "/mine", "/reopen {n} 还是不亮", "/take {n}", "/done {n} 换好了", "/return {n} 不归我们管",
    "/extend {n} 2d 等配件", "/note {n} 在路上", "/todo", "/assign {n} 业委会", "/assign {n} 幸福物业", "/urgent {n}",
    "/nudge {n}", "/reject {n} 重复了", "/close {n} 已经办了", "/overdue", "/stats", "/help", "/ask {n} 哪一层?",
    "接单", "办好了 换了灯泡", "延期 2天 等配件", "+1", "进度", "谢谢", "2天 等配件", "业委会",
]  # fmt: skip
GARBAGE: list[Any] = [{}, {"message": {"text": "#报修 灯"}}, {"message": 7}, {"callback_query": {"id": "1"}}]
METHODS = ["sendMessage", "editMessageText", "answerCallbackQuery", "sendPhoto", "getUpdates", "*"]
TROUBLE: list[dict[str, Any]] = [
    {"status": 502}, {"status": 502, "after_accepting": True}, {"status": 500, "body": "<html>nginx</html>"},
    {"retry_after": 7}, {"retry_after": 1800}, {"status": 401}, {"status": 200, "body": {"ok": True}},
    {"status": 403, "description": "Forbidden: bot was blocked by the user"},
    {"status": 400, "description": "Bad Request: message is too strange"},
]  # fmt: skip

LONGEST = 120.0  # seconds of real time a step may take; what hangs is a failure, not a silence

people = st.sampled_from([GAO, MA, ZHOU, NAI, BO, QIAN])
residents = st.sampled_from([NAI, BO])


class Anything(RuleBasedStateMachine):
    """One neighbourhood with two groups, another community beside it, and all that can go wrong."""

    fresh: Callable[[], str]
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.reports: set[str] = set()
        self.confided: set[str] = set()
        self.old_group = OLD_GROUP

    def runs(self, work: Coroutine[Any, Any, Any]) -> Any:
        async def in_time() -> Any:
            async with asyncio.timeout(LONGEST):
                return await work

        return self.runner.run(in_time())

    async def _begin(self) -> None:
        url = type(self).fresh()
        file = self.folder / "file.toml"
        file.write_text(FILE, encoding="utf-8")
        self.world: World = await self.stack.enter_async_context(played(url, community=file))
        file.write_text(SECOND, encoding="utf-8")
        self.world.desk.apply(file)
        town = self.world.town
        town.add_group(ISLAND, "小岛居民群", [VOLUNTEER])
        town.add_bot_to(ISLAND, status="administrator")
        for number, name in (
            (GAO, "高师傅"),
            (MA, "马主任"),
            (ZHOU, "周网格员"),
            (QIAN, "钱主任"),
            (NAI, "奶奶"),
            (BO, "伯伯"),
        ):
            groups = (YARD, OLD_GROUP, ISLAND) if number in (NAI, BO) else (YARD, FIRM)
            self.world.person(number, name, *groups, started=True)
        await self.world.settle()
        self.ear = Ear(town, self.world.desk)
        self.ear.listens()
        database = Database(url)
        self.stack.callback(database.close)
        self.laws = Laws(self.world, database, self.ear)

    def teardown(self) -> None:
        try:
            self.runs(self._end())
        finally:
            self.runner.close()

    async def _end(self) -> None:
        try:
            self.world.town.faults.clear()
            await self.world.passes(days=1)
            self.laws.hold(self.reports, self.confided)
            assert not self.world.desk.health().waiting
        finally:
            await self.stack.aclose()

    async def _settles(self) -> None:
        await self.world.settle()
        self.laws.hold(self.reports, self.confided)

    @property
    def chats(self) -> list[int]:
        return [YARD, self.old_group, ISLAND, FIRM, GAO, MA, ZHOU, QIAN, NAI, BO]

    def _numbers(self) -> list[str]:
        return [f"{prefix}{number}" for prefix in ("XF", "DA") for number in (1, 2, 3)]

    @initialize(words=st.sampled_from(REPORTS))
    def it_begins_with_a_report(self, words: str) -> None:
        self.runs(self._begin())
        self.reports_(YARD, NAI, words)

    def reports_(self, chat: int, who: int, words: str) -> None:
        message = self.world.town.say(chat, who, words)
        if self._heard_in(chat):
            self.reports.add(f"telegram:{chat}:{message['message_id']}")
        self.runs(self._settles())

    def _heard_in(self, chat: int) -> bool:
        member = self.world.town.groups[chat].member(1000)
        return member.present

    @rule(where=st.sampled_from(["yard", "old", "island"]), who=residents, words=st.sampled_from(REPORTS))
    def somebody_reports(self, where: str, who: int, words: str) -> None:
        self.reports_({"yard": YARD, "old": self.old_group, "island": ISLAND}[where], who, words)

    @rule(data=st.data(), who=people)
    def somebody_presses(self, data: st.DataObject, who: int) -> None:
        """Any button that stands anywhere, by anybody who sees it; sometimes twice."""
        town = self.world.town
        buttons = [
            (chat, int(message["message_id"]), str(button["callback_data"]))
            for chat in self.chats
            if chat == who or (chat < 0 and town.groups[chat].member(who).present)
            for message in self.world.chat(chat).said
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
            if "callback_data" in button
        ]
        if not buttons:
            return
        chat, message, label = data.draw(st.sampled_from(buttons))
        for _ in range(data.draw(st.integers(1, 2))):
            town.press(chat, who, message, label)
        self.runs(self._settles())

    @rule(
        data=st.data(),
        where=st.sampled_from([(GAO, FIRM), (GAO, FIRM), (NAI, YARD), (MA, MA), (ZHOU, ZHOU), (QIAN, QIAN)]),
    )
    def the_right_one_presses(self, data: st.DataObject, where: tuple[int, int]) -> None:
        """Whoever is asked answers what he was asked lately: else no ticket would ever get anywhere."""
        who, chat = where
        asked = [m for m in self.world.chat(chat).said if m.get("reply_markup", {}).get("inline_keyboard")][-3:]
        if asked:
            message = data.draw(st.sampled_from(asked))
            label = data.draw(st.sampled_from([b for b in buttons_of(message) if "进度" not in b] or ["进度"]))
            self.world.town.press(chat, who, int(message["message_id"]), label)
            self.runs(self._settles())

    @rule(data=st.data(), who=people, words=st.sampled_from(COMMANDS))
    def somebody_writes(self, data: st.DataObject, who: int, words: str) -> None:
        town = self.world.town
        chat = data.draw(
            st.sampled_from([c for c in self.chats if c == who or (c < 0 and town.groups[c].member(who).present)])
        )
        said = [int(message["message_id"]) for message in self.world.chat(chat).said][-6:]
        to = data.draw(st.sampled_from([None, *said]))
        if chat == who and town.room(town.bot(), who).blocked:
            return
        number = data.draw(st.sampled_from(self._numbers()))
        message = town.say(chat, who, words.format(n=number), reply_to=to)
        if chat == who:
            self.confided.add(f"telegram:{chat}:{message['message_id']}")
        self.runs(self._settles())

    @rule(who=people)
    def somebody_blocks_us_or_comes_back(self, who: int) -> None:
        town = self.world.town
        blocked = town.room(town.bot(), who).blocked
        (town.unblock if blocked else town.block)(who)
        self.runs(self._settles())

    @rule(chat=st.sampled_from([FIRM, YARD, ISLAND]))
    def we_are_put_out_or_brought_back(self, chat: int) -> None:
        town = self.world.town
        if self._heard_in(chat):
            town.kick_bot(chat)
        else:
            town.add_bot_to(chat, status="administrator")
        self.runs(self._settles())

    @rule(words=st.sampled_from(REPORTS))
    def a_report_is_corrected(self, words: str) -> None:
        if not self.reports:
            return
        _, chat, message = max(self.reports).split(":")
        place = self.world.town.groups[int(chat)]
        if self._heard_in(int(chat)) and not place.upgraded_to and int(message) in place.messages:
            self.world.town.edit(int(chat), int(message), f"{words},在门口")
            self.runs(self._settles())

    @rule()
    def a_group_becomes_a_supergroup(self) -> None:
        if self.old_group == OLD_GROUP:
            self.old_group = self.world.town.upgrade(OLD_GROUP)
            self.runs(self._settles())

    @rule(data=st.data())
    def a_message_of_ours_is_deleted(self, data: st.DataObject) -> None:
        chat = data.draw(st.sampled_from([YARD, FIRM]))
        if said := self.world.chat(chat).said:
            self.world.town.delete(chat, data.draw(st.sampled_from([int(m["message_id"]) for m in said])))

    @rule(minutes=st.sampled_from([1, 9, 31, 95, 300, 700, 1500, 4400]))
    def time_passes(self, minutes: int) -> None:
        self.runs(self.world.passes(minutes=minutes))
        self.runs(self._settles())

    @rule()
    def something_falls_due(self) -> None:
        """It is decided and not yet said: whatever comes next, comes in between."""
        at = self.world.desk.next_moment()
        if at is not None:
            self.world.clock.turn_to(max(at, self.world.clock.now()))
            self.world.desk.sweep()

    @rule(times=st.integers(1, 3))
    def a_page_is_said_and_its_answer_lost(self, times: int) -> None:
        self.something_falls_due()
        self.world.town.fail("sendMessage", status=502, times=times, after_accepting=True)
        self.runs(self._settles())

    @rule(hours=st.sampled_from([1, 13, 30]))
    def the_machine_is_down(self, hours: int) -> None:
        self.world.town.faults.clear()
        self.runs(self.world.is_down(hours=hours))
        self.runs(self._settles())

    @rule(method=st.sampled_from(METHODS), how=st.sampled_from(TROUBLE), times=st.integers(1, 4))
    def telegram_fails(self, method: str, how: dict[str, Any], times: int) -> None:
        self.world.town.fail(method, times=times, **how)

    @rule()
    def telegram_recovers(self) -> None:
        self.world.town.faults.clear()

    @rule(update=st.sampled_from(GARBAGE))
    def an_update_is_garbage(self, update: Any) -> None:
        self.world.town.raw({"update_id": self.world.town.number() + 10**6, **update})
        self.runs(self._settles())

    @rule(reached=st.booleans())
    def the_machine_dies_while_it_speaks(self, reached: bool) -> None:
        self.runs(self._dies(reached))

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
        self.world.clock.turn(timedelta(minutes=1))
        await self._settles()


def how_much() -> settings:
    """A little in the suite, without looking for a shorter walk; `--hypothesis-profile=soak` takes its time."""
    checks = list(HealthCheck)
    if settings.get_current_profile_name() == "soak":
        return settings(suppress_health_check=checks)
    return settings(
        max_examples=5, stateful_step_count=20, phases=[Phase.generate], derandomize=True, database=None,
        deadline=None, suppress_health_check=checks,
    )  # fmt: skip


@pytest.mark.expects_errors
def test_anything(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    examples = iter(range(10**9))

    def fresh() -> str:
        if conftest.POSTGRES:
            url: str = request.getfixturevalue("_postgres_with_schema")
            conftest._empty(url)
            return url
        file = tmp_path / f"{next(examples)}.db"
        copyfile(request.getfixturevalue("_sqlite_with_schema"), file)
        return f"sqlite:///{file}"

    machine = type("Walk", (Anything,), {"fresh": staticmethod(fresh), "folder": tmp_path})
    run_state_machine_as_test(machine, settings=how_much())
