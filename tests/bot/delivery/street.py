"""A street to deliver letters in: the practice Telegram over real HTTP, a real database, and a clock that is turned."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.cards import Cards
from bot.pace import Pace
from bot.receive import Receiver
from bot.settings import Settings
from bot.speak import Speaker
from bot.tally import Tally
from bot.wire import Line
from sandbox.town import Town
from tracker.clock import TurnedClock
from tracker.desk import Desk
from tracker.facts import Fact, Help
from tracker.states import Urgency
from tracker.views import File, NewReport

TOKEN = "1000:practice"
USERNAME = "linliban_bot"
SQUARE, YARD = -1001000000001, -1001000000002
ANNA, LI, STRANGER = 2001, 2002, 2009
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in the morning in the street

COMMUNITY = f"""
[community]
name = "西渚社区"
prefix = "XZ"

[[group]]
name = "南区议事群"
kind = "residents"
chat_id = {SQUARE}

[[group]]
name = "物业工作群"
kind = "work"
chat_id = {YARD}

[[party]]
name = "万科物业"
kind = "property"
group = "物业工作群"

[[person]]
name = "李师傅"
user_id = {LI}
roles = ["liaison:万科物业"]

[[category]]
name = "公共设施维修"
keywords = ["路灯"]
lead = "万科物业"
"""


class Slept:
    """Sleep that takes no time and remembers how long it was asked for."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


def new_town(clock: TurnedClock) -> Town:
    town = Town(now=clock.now)
    town.add_bot(TOKEN, USERNAME, "社区小助手")
    for number, name in ((ANNA, "王阿姨"), (LI, "李师傅"), (STRANGER, "陌生人")):
        town.add_user(number, name)
    town.add_group(SQUARE, "西渚花苑南区议事群", [ANNA, LI])
    town.add_group(YARD, "万科物业工作群", [LI])
    for group in (SQUARE, YARD):
        town.add_bot_to(group)
    town.start(LI)
    town.bot().queue.waiting.clear()
    return town


@dataclass
class Street:
    """The parts under test, joined as bot/app joins them."""

    town: Town
    clock: TurnedClock
    desk: Desk
    settings: Settings
    line: Line
    tally: Tally = field(default_factory=Tally)
    slept: Slept = field(default_factory=Slept)

    def __post_init__(self) -> None:
        self.pace = Pace(self.clock, self.slept)
        self.arrived = asyncio.Event()
        self.receiver = self.new_receiver()
        self.speaker = self.new_speaker()
        self.cards = Cards(self.line, self.desk, USERNAME, self.pace, tally=self.tally)

    def new_receiver(self) -> Receiver:
        key = f"1000@{self.settings.telegram_url}"
        return Receiver(self.line, self.desk, key, arrived=self.arrived, tally=self.tally, sleep=self.slept)

    def new_speaker(self, longest: float = 20.0) -> Speaker:
        return Speaker(self.line, self.desk, USERNAME, self.pace, tally=self.tally, sleep=self.slept, longest=longest)

    def settle_in(self, folder: Path) -> None:
        """Apply the community file."""
        file = folder / "street.toml"
        file.write_text(COMMUNITY, encoding="utf-8")
        self.desk.apply(file)

    def post(
        self, chat: int, fact: Fact | None = None, *, reply_to: int | None = None, topic: int | None = None
    ) -> None:
        """Put a notice into the outbox, as a handler would."""
        self._posted = getattr(self, "_posted", 0) + 1
        address = f"telegram:{chat}"

        def work(visit: Any) -> None:
            register = visit.register
            place = register.meet_group(address) if chat < 0 else register.open_private(address, language=None)
            visit.answer(place, fact or Help(part="resident"), reply_to=reply_to, topic=topic)

        self.desk.visit(f"test {self._posted}", work)

    def report(
        self, words: str = "3号楼2单元的路灯不亮了", message: int = 0, before: tuple[File, ...] = (),
        chat: int = SQUARE, urgency: Urgency = Urgency.NORMAL,
    ) -> int:  # fmt: skip
        """A resident's report becomes a ticket; its two cards are in the outbox. The ticket's id."""
        said = message or self.town.say(chat, ANNA, f"#报修 {words}")["message_id"]
        new = NewReport(
            source=f"telegram:{chat}:{said}", message=said, reporter=f"telegram:{ANNA}", at=self.clock.now(),
            words=words, masked=words, title=words[:20], tag="报修", category="公共设施维修", urgency=urgency,
            tier="group", place_text="3号楼2单元", building="3", unit="2", files=before,
        )  # fmt: skip

        def work(visit: Any) -> int:
            ticket: int = visit.cases.open(visit.register.place(f"telegram:{chat}"), new, None)[0]
            return ticket

        return self.desk.visit(f"report {said}", work)

    def take(self, ticket: int) -> None:
        """The liaison accepts."""

        def work(visit: Any) -> None:
            visit.cases.accept(ticket, visit.register.somebody(f"telegram:{LI}", 1))

        self.desk.visit(f"take {ticket} {self.clock.now()}", work)

    async def says_all(self, within: timedelta = timedelta(hours=1)) -> None:
        """Everything that may be said or shown in that time is, each at its moment on the clock."""
        until = self.clock.now() + within
        while (at := self.desk.next_send_at()) is not None:
            at = max(at, self.pace.free_at())
            if at > until:
                break
            self.clock.turn_to(at)
            if not await self.speaker.once() + await self.cards.once():
                self.clock.turn(timedelta(milliseconds=1))

    def ours(self, chat: int) -> list[dict[str, Any]]:
        """What the bot has said in a chat, as it stands now."""
        return [m for m in self.town.messages(chat) if m["from"]["id"] == 1000 and ("text" in m or "photo" in m)]

    def calls(self, *methods: str) -> list[Any]:
        return [call for call in self.town.calls if call.method in methods]


def settings_for(url: str, database_url: str) -> Settings:
    return Settings(
        bot_token=SecretStr(TOKEN), telegram_url=url, database_url=database_url, listen="127.0.0.1:0", _env_file=None
    )
