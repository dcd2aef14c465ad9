"""The drain: thousands of waiting notices told as fast as Telegram's limits allow, beside python-telegram-bot's own
limiter. `python -m bench.drain [NOTICES CHATS [ROUNDS]]`.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Sequence
from time import perf_counter, sleep
from typing import Any

from sqlalchemy import create_engine, text
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bench.databases import Databases, files
from bench.figures import Figure
from bench.program import Program, running
from bench.quarter import TOKEN
from bench.square import Square, chat, communities
from bench.storm import BOT_PER_SECOND, GROUP_PER_MINUTE, settle
from tracker import outbox
from tracker.clock import SystemClock
from tracker.desk import Desk, Visit
from tracker.facts import Help, Hint
from tracker.outbox import Priority

FULL = os.environ.get("LINLIBAN_BENCH_FULL") == "1"
NOTICES, CHATS, ROUNDS = (10_000, 500, 3) if FULL else (900, 75, 1)
ONE_OF = 90  # so many notices, one is urgent; it is posted after all the others
BURST = 3  # messages a chat takes at once; after that one a second (sandbox/limits.py)
LIMIT = 1.05
RETRIES = 10  # of python-telegram-bot's limiter, for each message
URGENT, ROUTINE = "特急", "平常"

Accepted = Sequence[tuple[float, int, str]]


def drain(databases: Databases, notices: int = NOTICES, chats: int = CHATS, rounds: int = ROUNDS) -> list[Figure]:
    """Ours against the physical limit, and python-telegram-bot's limiter against the same, round by round."""
    least = _least([chat(number % chats) for number in range(notices)])
    ours, theirs = [], []
    for number in range(rounds):
        ours.append(drained(databases.new(f"drain{number}"), notices, chats))
        theirs.append(asyncio.run(_theirs(notices, chats)))
    what = f"{notices} notices to {chats} chats"
    against = "the least that Telegram's limits allow"
    assert all(each["too_many"] == 0 for each in ours), f"refused as too fast: {ours}"
    assert all(each["urgent_by"] <= 2 * each["urgent"] for each in ours), f"urgent ones waited: {ours}"
    return [
        _figure(f"drain: {what}", databases, ours, [least] * rounds, against, LIMIT),
        _figure(f"drain by AIORateLimiter: {what}", databases, theirs, [least] * rounds, against, None),
    ]


def _figure(
    measure: str, databases: Databases, drained: list[dict[str, Any]], least: list[float], against: str,
    limit: float | None,
) -> Figure:  # fmt: skip
    more = {name: [each[name] for each in drained] for name in drained[0] if name != "seconds"}
    seconds = [each["seconds"] for each in drained]
    return Figure(measure, databases.kind, "s", against, seconds, least, limit=limit, more=more)


def drained(url: str, notices: int, chats: int) -> dict[str, Any]:
    """Ours, on a database that may hold other things, but nothing else that waits."""
    settle(url, communities(chats))
    _fill(url, notices, chats)
    with Square(chats) as square:
        with running(TOKEN, square.url, url) as program:
            _until_drained(square, notices, program)
        found = _look(square, notices)
    _all_sent(url, notices)
    return found


def _fill(url: str, notices: int, chats: int) -> None:
    """What a long outage leaves behind; the urgent ones came last."""
    desk = Desk(url, SystemClock())

    def post(visit: Visit) -> None:
        places = [_place(visit, chat(number)) for number in range(chats)]
        rows = []
        for number in range(notices):
            urgent = number >= notices - notices // ONE_OF
            place, community = places[number % chats]
            fact = Help(part="resident") if urgent else Hint(code="test")
            priority = Priority.CRITICAL if urgent else Priority.ROUTINE
            rows.append(outbox.row(place, fact, dedup=f"drain:{number}", now=visit.now, community_id=community,
                                   priority=priority))  # fmt: skip
        outbox.post_all(visit.session, rows)

    desk.visit("drain", post)
    desk.close()


def _place(visit: Visit, here: int) -> tuple[int, int | None]:
    address = f"telegram:{here}"
    place = visit.register.place(address) if here < 0 else visit.register.open_private(address, language=None)
    assert place is not None
    return place.id, place.community


def _until_drained(square: Square, notices: int, program: Program) -> None:
    last, quiet = 0, perf_counter()
    while (accepted := square.ask(do="seen")["accepted"]) < notices:
        if accepted > last:
            last, quiet = accepted, perf_counter()
        assert perf_counter() - quiet < 90, f"{accepted} of {notices} told: {program.log()[-2000:]}"
        sleep(0.1)


async def _theirs(notices: int, chats: int) -> dict[str, Any]:
    """The same by the limiter of python-telegram-bot, which is asked for all at once, as its users do."""
    with Square(chats) as square:
        limiter = AIORateLimiter(max_retries=RETRIES)
        bot = ExtBot(
            TOKEN, base_url=f"{square.url}/bot", rate_limiter=limiter,
            request=HTTPXRequest(connection_pool_size=256, httpx_kwargs={"trust_env": False}),
        )  # fmt: skip
        async with bot:
            lost = await asyncio.gather(*(_say(bot, number, notices, chats) for number in range(notices)))
        return {**_look(square, notices - sum(lost)), "lost": sum(lost)}


async def _say(bot: ExtBot[Any], number: int, notices: int, chats: int) -> int:
    urgent = number >= notices - notices // ONE_OF
    try:
        await bot.send_message(chat(number % chats), f"{URGENT if urgent else ROUTINE} {number}")
    except TelegramError:
        return 1
    return 0


def _look(square: Square, notices: int) -> dict[str, Any]:
    """How long it took from the first to the last, and after how many the last urgent one was told."""
    accepted: Accepted = square.ask(do="accepted")["accepted"]
    assert len(accepted) == notices, f"{len(accepted)} messages of {notices}"
    urgent = [place for place, (_, _, words) in enumerate(accepted, 1) if _is_urgent(words)]
    return {
        "seconds": accepted[-1][0] - accepted[0][0],
        "too_many": square.ask(do="seen")["too_many"],
        "urgent": len(urgent),
        "urgent_by": max(urgent),
    }


def _is_urgent(words: str) -> bool:
    return URGENT in words or "进度" in words  # ours are help, which explains the word


_ENDED = "SELECT state, count(*) AS told FROM outbox WHERE dedup LIKE 'drain:%' GROUP BY state"


def _all_sent(url: str, notices: int) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text(_ENDED)).all()
    engine.dispose()
    states = {row.state: row.told for row in found}
    assert states == {"sent": notices}, states


def _least(chats: Sequence[int]) -> float:
    """Seconds from the first to the last: thirty in any second, twenty in any minute and group, one a second a chat."""
    of_chat = Counter(chats)
    groups = [count for here, count in of_chat.items() if here < 0]
    return float(
        max(
            (len(chats) - 1) // BOT_PER_SECOND,
            max(of_chat.values()) - BURST,
            (max(groups, default=1) - 1) // GROUP_PER_MINUTE * 60,
        )
    )


if __name__ == "__main__":
    with files() as somewhere:
        for figure in drain(somewhere, *map(int, sys.argv[1:])):
            print(figure.line(), flush=True)
