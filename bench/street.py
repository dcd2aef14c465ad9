"""A street full of people with something to say: the practice Telegram, in a process of its own."""

import asyncio
import subprocess
import sys
from types import TracebackType
from typing import Any

from sandbox.server import Serving, make_app
from sandbox.town import Town

OURS, FLOOR = "1000:ours", "1001:floor"
USERNAME = "street_bot"
GROUPS = 10
PEOPLE = 50

COMMUNITY = f"""
[community]
name = "测试社区"
prefix = "CS"
[[grid]]
name = "南区"
{
    "".join(
        f'''
[[group]]
name = "{number}号院议事群"
kind = "residents"
grid = "南区"
chat_id = {-1001000000001 - number}
'''
        for number in range(GROUPS)
    )
}
[[party]]
name = "物业公司"
kind = "property"
[[party]]
name = "业委会"
kind = "owners_committee"
[[party]]
name = "居委会"
kind = "community"
[[person]]
name = "李师傅"
user_id = 9001
roles = ["liaison:物业公司", "liaison:业委会", "liaison:居委会"]
[[person]]
name = "陈主任"
user_id = 9002
roles = ["coordinator"]
"""

TROUBLES = (
    "楼道灯不亮,晚上看不见路",
    "门禁坏了,谁都能进来",
    "垃圾三天没人收,味道很大,麻烦尽快处理一下",
    "电梯一直抖,老人不敢坐",
    "消防通道被车堵住了,车主电话也打不通",
    "地下车库漏水,已经漏了一个星期",
    "路灯从上周起就不亮了,孩子放学走夜路不安全,能不能早点修好?",
)
TAGS = ("#报修 {}", "#投诉 {}", "【报修】{}", "{} #报修", "#诉求#{}")


def sentence(number: int) -> str:
    """The number-th thing somebody reports; all of them are reports, no two of a thousand in a row alike."""
    said = f"{number % 97 + 1}号楼{number % 4 + 1}单元{TROUBLES[number % len(TROUBLES)]}"
    return TAGS[number % len(TAGS)].format(said)


def group(number: int) -> int:
    return -1001000000001 - number % GROUPS


def person(number: int) -> int:
    return 2001 + number % PEOPLE


def update(number: int) -> dict[str, Any]:
    """The number-th report as Telegram hands it over."""
    return {
        "update_id": number + 1,
        "message": {
            "message_id": number + 1,
            "date": 1_790_000_000,
            "chat": {"id": group(number), "type": "supergroup", "title": "议事群"},
            "from": {"id": person(number), "is_bot": False, "first_name": "邻居"},
            "text": sentence(number),
        },
    }


class Street:
    """`with Street() as street:` serves it; both bots hear all that is said there."""

    def __enter__(self) -> "Street":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.street"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = self._answer()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=10)

    def say(self, count: int) -> None:
        """So many people report something; returns when it waits for both bots."""
        assert self._process.stdin
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        assert self._answer() == str(count)

    def _answer(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline().strip()
        assert line, "the practice Telegram ended"
        return line


def _town() -> Town:
    town = Town()
    bots = [town.add_bot(OURS, USERNAME, "小助手"), town.add_bot(FLOOR, "floor_bot", "底线")]
    for number in range(PEOPLE):
        town.add_user(person(number), f"邻居{number + 1}")
    for number in range(GROUPS):
        town.add_group(group(number), f"{number}号院议事群", [person(each) for each in range(PEOPLE)])
        for bot in bots:
            town.add_bot_to(group(number), bot=bot.username)
    for bot in bots:
        bot.queue.waiting.clear()  # how they came to the groups is not measured
    return town


async def _serve() -> None:
    town, said = _town(), 0
    async with Serving(make_app(town)) as serving:
        print(serving.url, flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            for number in range(said, said + int(line)):
                town.say(group(number), person(number), sentence(number))
            said += int(line)
            print(line.strip(), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve())
