"""What people do on the random walk: the right ones and others, in groups and alone, in any order."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from tests.faults.two_communities import FIRM, GAO, ISLAND, MA, NAI, NAMES, OLD_GROUP, QIAN, RESIDENTS, YARD, ZHOU
from tests.faults.walk import Walk
from tests.world import buttons_of

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

people = st.sampled_from(sorted(NAMES))
residents = st.sampled_from(RESIDENTS)


class PeopleAct(Walk):
    @initialize(words=st.sampled_from(REPORTS))
    def it_begins_with_a_report(self, words: str) -> None:
        self.runs(self._begin())
        self.reports_(YARD, NAI, words)
        self.runs(self.settles())

    def reports_(self, chat: int, who: int, words: str) -> None:
        message = self.world.town.say(chat, who, words)
        if self.is_heard_in(chat):
            self.reports.add(f"telegram:{chat}:{message['message_id']}")

    @rule(where=st.sampled_from(["yard", "old", "island"]), who=residents, words=st.sampled_from(REPORTS))
    def somebody_reports(self, where: str, who: int, words: str) -> None:
        self.reports_({"yard": YARD, "old": self.old_group, "island": ISLAND}[where], who, words)
        self.runs(self.settles())

    @rule(times=st.sampled_from([5, 22]), who=residents)
    def somebody_asks_again_and_again(self, times: int, who: int) -> None:
        """More than a chat takes at once, or in a minute."""
        for _ in range(times):
            self.world.town.say(YARD, who, "/status XF1")
        self.runs(self.settles())

    @rule(data=st.data(), who=people)
    def somebody_presses(self, data: st.DataObject, who: int) -> None:
        """Any button that stands anywhere, by anybody who sees it; sometimes twice."""
        town = self.world.town
        buttons = [
            (chat, int(message["message_id"]), str(button["callback_data"]))
            for chat in self.chats
            if self.can_see(who, chat)
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
        self.runs(self.settles())

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
            self.runs(self.settles())

    @rule(data=st.data(), who=people, words=st.sampled_from(COMMANDS))
    def somebody_writes(self, data: st.DataObject, who: int, words: str) -> None:
        town = self.world.town
        chat = data.draw(st.sampled_from([c for c in self.chats if self.can_see(who, c)]))
        said = [int(message["message_id"]) for message in self.world.chat(chat).said][-6:]
        to = data.draw(st.sampled_from([None, *said]))
        if chat == who and town.room(town.bot(), who).blocked:
            return
        number = data.draw(st.sampled_from(self.numbers()))
        message = town.say(chat, who, words.format(n=number), reply_to=to)
        if chat == who:
            self.confided.add(f"telegram:{chat}:{message['message_id']}")
        self.runs(self.settles())

    @rule(who=people)
    def somebody_blocks_us_or_comes_back(self, who: int) -> None:
        town = self.world.town
        blocked = town.room(town.bot(), who).blocked
        (town.unblock if blocked else town.block)(who)
        self.runs(self.settles())

    @rule(chat=st.sampled_from([FIRM, YARD, ISLAND]))
    def we_are_put_out_or_brought_back(self, chat: int) -> None:
        town = self.world.town
        if self.is_heard_in(chat):
            town.kick_bot(chat)
        else:
            town.add_bot_to(chat, status="administrator")
        self.runs(self.settles())

    def all_can_be_reached(self) -> None:
        town = self.world.town
        town.faults.clear()
        for who in NAMES:
            if town.room(town.bot(), who).blocked:
                town.unblock(who)
        for chat in (YARD, FIRM):
            if not self.is_heard_in(chat):
                town.add_bot_to(chat, status="administrator")
        self.runs(self.settles())

    def a_neighbour_complains(self) -> None:
        """Of something that can wait."""
        self.reports_(YARD, NAI, "#投诉 楼道垃圾没人扫")
        self.runs(self.settles())

    @rule(words=st.sampled_from(REPORTS))
    def a_report_is_corrected(self, words: str) -> None:
        if not self.reports:
            return
        _, chat, message = max(self.reports).split(":")
        place = self.world.town.groups[int(chat)]
        if self.is_heard_in(int(chat)) and not place.upgraded_to and int(message) in place.messages:
            self.world.town.edit(int(chat), int(message), f"{words},在门口")
            self.runs(self.settles())

    @rule()
    def a_group_becomes_a_supergroup(self) -> None:
        if self.old_group == OLD_GROUP:
            self.old_group = self.world.town.upgrade(OLD_GROUP)
            self.runs(self.settles())

    @rule(data=st.data())
    def a_message_of_ours_is_deleted(self, data: st.DataObject) -> None:
        chat = data.draw(st.sampled_from([YARD, FIRM]))
        if said := self.world.chat(chat).said:
            self.world.town.delete(chat, data.draw(st.sampled_from([int(m["message_id"]) for m in said])))
