"""A quarter of many communities on a practice Telegram in a process of its own, told what to do line by line."""

import asyncio
import json
import subprocess
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sandbox.server import Serving, make_app
from sandbox.town import Town

if TYPE_CHECKING:
    from sandbox.town.calls import Call

TOKEN, USERNAME = "1000:quarter", "quarter_bot"
COMMUNITIES, GROUPS = 20, 5  # a hundred residents' groups
TRADES = ("路灯", "门禁", "垃圾", "电梯", "停车")  # each has its own party with its own work group
DANGER = "#求助 3号楼2单元有人被困电梯里,老人心脏病发作,快来救命"
_GROUP, _WORK = -1_001_000_100_000, -1_001_000_200_000
_PERSON, _LIAISON, _COORDINATOR = 200_000, 300_000, 400_000


def group(number: int) -> int:
    """The residents' groups, community by community."""
    return _GROUP - number


def work(number: int) -> int:
    return _WORK - number


def communities() -> list[str]:
    """The quarter's community files."""
    return [_community(number) for number in range(COMMUNITIES)]


def _community(number: int) -> str:
    first = number * GROUPS
    lines = [f'[community]\nname = "第{number + 1}社区"\nprefix = "{_prefix(number)}"\n[calendar]\nquiet = "none"']
    for each in range(first, first + GROUPS):
        lines.append(f'[[group]]\nname = "{each}号院"\nkind = "residents"\nchat_id = {group(each)}')
        trade = TRADES[each % len(TRADES)]
        lines.append(f'[[group]]\nname = "{trade}班组"\nkind = "work"\nchat_id = {work(each)}')
        lines.append(f'[[party]]\nname = "{trade}公司"\nkind = "property"\ngroup = "{trade}班组"')
        lines.append(
            f'[[person]]\nname = "{trade}师傅"\nuser_id = {_LIAISON + each}\nroles = ["liaison:{trade}公司"]\n'
            f'[[category]]\nname = "{trade}"\nkeywords = ["{trade}"]\nlead = "{trade}公司"'
        )
    lines.append(f'[[person]]\nname = "主任"\nuser_id = {_COORDINATOR + number}\nroles = ["coordinator"]')
    return "\n".join(lines)


def _prefix(number: int) -> str:
    return "Q" + chr(ord("A") + number // 26) + chr(ord("A") + number % 26)


def sentence(number: int) -> str:
    """The number-th report; neighbours of one group speak of all trades in turn."""
    trade = TRADES[number // (COMMUNITIES * GROUPS) % len(TRADES)]
    return f"#报修 {number % 97 + 1}号楼{number % 4 + 1}单元的{trade}又坏了,麻烦尽快处理"


class Quarter:
    """`with Quarter() as quarter:` serves it; `ask(do=…)` has it done and returns what it answers."""

    served_by: tuple[str, ...] = ("bench.quarter",)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", *self.served_by], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = str(self._answer()["url"])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=10)

    def ask(self, **what: Any) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the practice Telegram ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


class Watched(Town):
    """Remembers when it accepted what, on the machine's clock, which every process here shares."""

    def __init__(self) -> None:
        super().__init__()
        self.accepted: list[tuple[float, int, str]] = []  # moment, chat, text
        self.edited = 0
        self.too_many = 0

    def note(self, call: "Call") -> None:
        super().note(call)
        if call.status == 429:
            self.too_many += 1
        elif call.status == 200 and call.method in ("sendMessage", "sendPhoto"):
            chat, text = int(call.params["chat_id"]), str(call.params.get("text") or call.params.get("caption") or "")
            self.accepted.append((time.time(), chat, text))
        elif call.status == 200 and call.method.startswith("editMessage"):
            self.edited += 1


def _town() -> Watched:
    town = Watched()
    town.add_bot(TOKEN, USERNAME, "小助手", reads_all=True)
    town.flood = True
    for number in range(COMMUNITIES * GROUPS):
        town.add_user(_PERSON + number, f"邻居{number}")
        town.add_user(_LIAISON + number, f"师傅{number}")
        town.add_group(group(number), f"{number}号院", [_PERSON + number])
        town.add_group(work(number), f"{number}班组", [_LIAISON + number])
        for place in (group(number), work(number)):
            town.add_bot_to(place, status="administrator")
    for number in range(COMMUNITIES):
        town.add_user(_COORDINATOR + number, f"主任{number}")
        town.start(_COORDINATOR + number)
    town.bot().queue.waiting.clear()  # how everybody came here is not measured
    return town


async def _do(town: Watched, what: dict[str, Any]) -> dict[str, Any]:
    match what["do"]:
        case "storm":
            return await _storm(town, what["count"], what["seconds"])
        case "accepted":
            return {"accepted": town.accepted[what.get("since", 0) :]}
        case _:
            return {"accepted": len(town.accepted), "edited": town.edited, "too_many": town.too_many}


async def _storm(town: Watched, count: int, seconds: float) -> dict[str, Any]:
    """Everybody speaks, evenly over the seconds, groups in turn; in the middle somebody is in danger."""
    began, danger = time.time(), {}
    for number in range(count):
        house, middle = number % (COMMUNITIES * GROUPS), count > 1 and number == count // 2
        await asyncio.sleep(max(began + seconds * number / count - time.time(), 0))
        town.say(group(house), _PERSON + house, DANGER if middle else sentence(number))
        if middle:
            danger = {"at": time.time(), "chat": group(house), "coordinator": _COORDINATOR + house // GROUPS}
    return {"began": began, "ended": time.time(), "danger": danger}


async def serve(town: Watched) -> None:
    async with Serving(make_app(town)) as serving:
        print(json.dumps({"url": serving.url}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await _do(town, json.loads(line)), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(_town()))
