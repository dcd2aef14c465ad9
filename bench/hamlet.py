"""Many houses, each with a group, and a party with a work chat, on a practice Telegram in a process of its own."""

import asyncio
import sys

from bench.quarter import TOKEN, USERNAME, Quarter, Watched, serve

_HOME, _WORK, _WORKER = -1_001_000_700_000, -1_001_000_800_000, 800_000


class Hamlet(Quarter):
    """`with Hamlet(300) as hamlet:`"""

    def __init__(self, houses: int) -> None:
        self.served_by = ("bench.hamlet", str(houses))


def home(number: int) -> int:
    return _HOME - number


def work(number: int) -> int:
    return _WORK - number


def category(number: int) -> str:
    """What only the number-th party sees to."""
    return f"第{number}号机器"


def community(houses: int) -> str:
    lines = ['[community]\nname = "小村"\nprefix = "HM"\n[calendar]\nquiet = "none"']
    for number in range(houses):
        lines.append(
            f'[[group]]\nname = "{number}号院"\nkind = "residents"\nchat_id = {home(number)}\n'
            f'[[group]]\nname = "{number}队群"\nkind = "work"\nchat_id = {work(number)}\n'
            f'[[party]]\nname = "{number}队"\nkind = "property"\ngroup = "{number}队群"\n'
            f'[[category]]\nname = "{category(number)}"\nkeywords = ["{category(number)}"]\nlead = "{number}队"\n'
            f'[[person]]\nname = "{number}队长"\nuser_id = {_WORKER + number}\nroles = ["liaison:{number}队"]'
        )
    return "\n".join(lines)


def _town(houses: int) -> Watched:
    town = Watched()
    town.add_bot(TOKEN, USERNAME, "小助手")
    town.flood = True
    for number in range(houses):
        town.add_user(_WORKER + number, f"{number}队长")
        for chat in (home(number), work(number)):
            town.add_group(chat, f"{chat}", [_WORKER + number])
            town.add_bot_to(chat, status="administrator")
    town.bot().queue.waiting.clear()  # how everybody came here is not measured
    return town


if __name__ == "__main__":
    asyncio.run(serve(_town(int(sys.argv[1]))))
