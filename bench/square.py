"""Many chats that only listen, on a practice Telegram in a process of its own: half of them groups, half people."""

import asyncio
import sys

from bench.quarter import TOKEN, USERNAME, Quarter, Watched, serve

COMMUNITIES = 5
_GROUP, _PERSON, _LISTENER = -1_001_000_500_000, 500_000, 600_000


class Square(Quarter):
    """`with Square(500) as square:`"""

    def __init__(self, chats: int) -> None:
        self.served_by = ("bench.square", str(chats))


def chat(number: int) -> int:
    return _GROUP - number if number % 2 else _PERSON + number


def communities(chats: int) -> list[str]:
    """Five community files that hold the groups between them; the people belong to no community."""
    return [_community(number, range(number * 2 + 1, chats, COMMUNITIES * 2)) for number in range(COMMUNITIES)]


def _community(number: int, groups: range) -> str:
    lines = [
        f'[community]\nname = "第{number + 1}社区"\nprefix = "S{chr(ord("A") + number)}"\n[calendar]\nquiet = "none"'
    ]
    lines += [f'[[group]]\nname = "{each}号院"\nkind = "residents"\nchat_id = {chat(each)}' for each in groups]
    lines.append('[[party]]\nname = "物业"\nkind = "property"')
    lines.append('[[person]]\nname = "师傅"\nroles = ["liaison:物业"]')
    return "\n".join(lines)


def _town(chats: int) -> Watched:
    town = Watched()
    town.add_bot(TOKEN, USERNAME, "小助手")
    town.flood = True
    for number in range(chats):
        here = chat(number)
        if here > 0:
            town.add_user(here, f"邻居{number}")
            town.start(here)
        else:
            town.add_user(_LISTENER + number, f"听众{number}")
            town.add_group(here, f"{number}号院", [_LISTENER + number])
            town.add_bot_to(here, status="administrator")
    town.bot().queue.waiting.clear()  # how everybody came here is not measured
    return town


if __name__ == "__main__":
    asyncio.run(serve(_town(int(sys.argv[1]))))
