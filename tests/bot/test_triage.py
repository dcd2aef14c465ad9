"""A look at an update before its turn: where somebody may be in danger, the chat goes first."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from bot.hear import may_be_danger
from bot.receive import Keeping
from tracker.clock import SystemClock
from tracker.db import Database
from tracker.desk import Desk
from tracker.models import Inbox


def said(text: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": number, "chat": {"id": -100 - number}, "text": text, **more}}


@pytest.mark.parametrize("text", ["#报修 3号楼着火了", "电梯困住人了 #求助", "#報修 3號樓電線漏電", "闻到煤气味"])
def test_danger_is_seen(text: str) -> None:
    assert may_be_danger(said(text))


def test_danger_is_seen_under_a_picture_in_a_correction_and_in_what_is_replied_to() -> None:
    assert may_be_danger({"message": {"caption": "#报修 着火了"}})
    assert may_be_danger({"edited_message": {"text": "#报修 着火了"}})
    assert may_be_danger(said("#报修", reply_to_message={"text": "3号楼着火了"}))


@pytest.mark.parametrize("text", ["#报修 路灯不亮", "#投诉 垃圾没人收", "大家早上好", ""])
def test_everyday_matters_wait_their_turn(text: str) -> None:
    assert not may_be_danger(said(text))


@pytest.mark.parametrize(
    "raw",
    [None, 7, [], {}, {"message": None}, {"message": 3}, {"message": {"text": 7, "reply_to_message": "着火了"}},
     {"callback_query": {"data": "着火了"}}],
)  # fmt: skip
def test_what_makes_no_sense_is_not_looked_into(raw: Any) -> None:
    assert may_be_danger(raw) is False


async def test_it_is_written_down_with_the_update(database_url: str) -> None:
    desk = Desk(database_url, SystemClock())
    keeping = Keeping(desk, "1000@here", arrived=asyncio.Event(), tally=Counter())
    await keeping.store([(n, f"-{n}", said(text, n)) for n, text in ((1, "#报修 灯不亮"), (2, "#报修 着火了"))])
    desk.close()
    database = Database(database_url)
    with database.reading() as session:
        assert session.scalars(select(Inbox.urgent).order_by(Inbox.id)).all() == [False, True]
    database.close()
