"""getUpdates: what is confirmed is forgotten, what is only looked at stays; one reader at a time."""

import asyncio
from time import monotonic
from typing import Any

import pytest
from telegram import Bot
from telegram.error import Conflict

from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.sandbox.town import ANNA, LI, SQUARE, STRANGER, Clock, Wire


def talk(town: Town, *texts: str) -> None:
    for text in texts:
        town.say(SQUARE, ANNA, text)


def texts(updates: Any) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_looking_forgets_nothing_confirming_does(wire: Wire, town: Town) -> None:
    talk(town, "一", "二", "三")
    first = await wire.ask("getUpdates")
    assert texts(first) == ["一", "二", "三"]
    assert await wire.ask("getUpdates") == first
    rest = await wire.ask("getUpdates", offset=first[1]["update_id"] + 1)
    assert texts(rest) == ["三"]
    assert texts(await wire.ask("getUpdates")) == ["三"]


async def test_at_most_so_many_at_once(wire: Wire, town: Town) -> None:
    talk(town, *(str(number) for number in range(120)))
    assert len(await wire.ask("getUpdates", limit=7)) == 7
    assert len(await wire.ask("getUpdates")) == 100
    assert len(await wire.ask("getUpdates", limit=1000)) == 100
    assert len(await wire.ask("getUpdates", limit=0)) == 1


async def test_a_negative_offset_keeps_only_the_last_ones(wire: Wire, town: Town) -> None:
    talk(town, "一", "二", "三")
    assert texts(await wire.ask("getUpdates", offset=-1)) == ["三"]
    assert texts(await wire.ask("getUpdates", offset=-5)) == ["三"]


async def test_an_offset_far_ahead_forgets_nothing_and_answers_from_the_head(wire: Wire, town: Town) -> None:
    talk(town, "一", "二")
    last = (await wire.ask("getUpdates"))[-1]["update_id"]
    assert texts(await wire.ask("getUpdates", offset=last + 1_000_000)) == ["一", "二"]
    assert texts(await wire.ask("getUpdates", offset=last + 12)) == ["一", "二"]
    assert await wire.ask("getUpdates", offset=last + 11) == []
    assert await wire.ask("getUpdates") == []


async def test_an_offset_far_behind_answers_from_the_head(wire: Wire, town: Town) -> None:
    talk(town, "一")
    assert texts(await wire.ask("getUpdates", offset=5)) == ["一"]


async def test_a_waiting_call_wakes_at_once(wire: Wire, town: Town) -> None:
    began = monotonic()
    waiting = asyncio.create_task(wire.ask("getUpdates", timeout=30))
    await asyncio.sleep(0.02)
    talk(town, "来了")
    assert texts(await waiting) == ["来了"]
    assert monotonic() - began < 2


async def test_with_nothing_to_tell_the_call_ends_after_its_time(wire: Wire) -> None:
    began = monotonic()
    assert await wire.ask("getUpdates") == []
    assert monotonic() - began < 0.5


async def test_the_older_of_two_readers_is_told_of_the_conflict(bot: Bot, wire: Wire, town: Town) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.02)
    newer = asyncio.create_task(wire.ask("getUpdates", timeout=30))
    words = "terminated by other getUpdates request; make sure that only one bot instance is running"
    with pytest.raises(Conflict, match=f"^Conflict: {words}$"):
        await older
    talk(town, "给新的")
    assert texts(await newer) == ["给新的"]


async def test_a_reader_that_hung_up_swallows_nothing(wire: Wire, town: Town, served: Serving) -> None:
    waiting = asyncio.create_task(wire.ask("getUpdates", timeout=30))
    await asyncio.sleep(0.02)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    talk(town, "还在")
    again = Wire(served.url)
    async with again.http:
        assert texts(await again.ask("getUpdates")) == ["还在"]


async def test_with_a_webhook_there_is_no_polling(wire: Wire) -> None:
    await wire.ask("setWebhook", url="http://127.0.0.1:9/hook")
    words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    assert await wire.refusal("getUpdates") == (409, f"Conflict: {words}")
    await wire.ask("deleteWebhook")
    assert await wire.ask("getUpdates") == []


async def test_the_wanted_kinds_are_kept_on_the_server(wire: Wire, town: Town) -> None:
    await wire.ask("getUpdates", allowed_updates=["callback_query", "gossip"])
    assert town.calls[-1].notes == ("unknown update kind gossip",)
    talk(town, "不要")
    assert await wire.ask("getUpdates") == []
    await wire.ask("getUpdates", allowed_updates=[])
    talk(town, "要")
    assert texts(await wire.ask("getUpdates")) == ["要"]


async def test_the_default_leaves_out_members_and_reactions(wire: Wire, town: Town) -> None:
    town.promote(SQUARE, 1000)
    town.demote(SQUARE, LI)
    said = town.say(SQUARE, ANNA, "好")
    town.react(SQUARE, LI, said["message_id"], "👍")
    kinds = [next(key for key in update if key != "update_id") for update in await wire.ask("getUpdates")]
    assert kinds == ["my_chat_member", "message"]


async def test_an_administrator_that_asks_hears_of_members_and_reactions(bot: Bot, town: Town) -> None:
    wanted = ["chat_member", "message_reaction"]
    await bot.get_updates(allowed_updates=wanted)
    said = town.say(SQUARE, ANNA, "好")
    town.react(SQUARE, LI, said["message_id"], "🙏")
    town.join(SQUARE, STRANGER)
    assert await bot.get_updates() == ()  # no administrator yet
    town.promote(SQUARE, 1000)
    town.leave(SQUARE, ANNA)
    town.react(SQUARE, LI, said["message_id"], "👍")
    gone, liked = await bot.get_updates()
    assert gone.chat_member is not None
    assert (gone.chat_member.old_chat_member.status, gone.chat_member.new_chat_member.status) == ("member", "left")
    assert liked.message_reaction is not None
    assert [reaction.to_dict()["emoji"] for reaction in liked.message_reaction.old_reaction] == ["🙏"]
    assert [reaction.to_dict()["emoji"] for reaction in liked.message_reaction.new_reaction] == ["👍"]


async def test_messages_are_kept_a_day_and_presses_150_seconds(wire: Wire, town: Town, clock: Clock) -> None:
    talk(town, "昨天")
    card = await wire.ask("sendMessage", chat_id=SQUARE, text="卡", reply_markup=one_button())
    town.press(SQUARE, LI, card["message_id"], "接单")
    assert [sorted(update) for update in await wire.ask("getUpdates")] == [
        ["message", "update_id"],
        ["callback_query", "update_id"],
    ]
    clock.turn(seconds=151)
    talk(town, "今天")
    assert texts(await wire.ask("getUpdates")) == ["昨天", "今天"]
    clock.turn(hours=23, minutes=58)
    assert texts(await wire.ask("getUpdates")) == ["今天"]


async def test_anything_can_be_put_into_the_queue(wire: Wire, town: Town) -> None:
    town.raw({"message": {"from": "nobody"}})
    town.raw("garbage")
    talk(town, "后面的")
    odd, garbage, after = await wire.ask("getUpdates")
    assert odd["message"] == {"from": "nobody"}
    assert garbage == "garbage"
    assert after["update_id"] == odd["update_id"] + 2


async def test_numbers_may_start_anew_after_a_quiet_week(wire: Wire, town: Town) -> None:
    talk(town, "以前")
    before = (await wire.ask("getUpdates"))[-1]["update_id"]
    await wire.ask("getUpdates", offset=before + 1)
    town.bot().queue.next_id = 40
    talk(town, "以后")
    assert [update["update_id"] for update in await wire.ask("getUpdates", offset=before + 1)] == [40]


async def test_get_and_forms_work_as_well(wire: Wire, town: Town) -> None:
    talk(town, "一", "二")
    by_query = (await wire.http.get("getUpdates", params={"limit": 1})).json()
    by_form = (await wire.http.post("getUpdates", data={"limit": "1", "allowed_updates": "[]"})).json()
    by_parts = (await wire.http.post("getUpdates", data={"limit": "1"}, files={"x": b"x"})).json()
    assert texts(by_query["result"]) == texts(by_form["result"]) == texts(by_parts["result"]) == ["一"]


async def test_a_closing_server_lets_the_reader_go(town: Town) -> None:
    began = monotonic()
    async with Serving(make_app(town)) as serving:
        wire = Wire(serving.url)
        waiting = asyncio.create_task(wire.send("getUpdates", timeout=30))
        await asyncio.sleep(0.02)
    answer = await waiting
    await wire.http.aclose()
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "result": []})
    assert monotonic() - began < 2


def one_button(label: str = "接单", data: str = "take 1") -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": data}]]}
