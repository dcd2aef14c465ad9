"""The guided tour: each step done for you or by hand, ticked when it has happened."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from sandbox.page.routes import Page
from sandbox.page.stage import Stage
from sandbox.page.tour import Tour
from sandbox.scene import Scene
from sandbox.server import Serving
from sandbox.town import Town
from tests.sandbox.page.actor_bot import ActorBot, TurnedClock
from tests.sandbox.page.conftest import TOKEN
from tests.sandbox.page.visitor import RESIDENT, WORKER, Visitor

SOUTH, FIRM = -1001000000001, -1001000000011


@pytest.fixture
async def actor(served: Serving, turned: TurnedClock) -> AsyncIterator[ActorBot]:
    bot = ActorBot(served.url, TOKEN, turned)
    playing = asyncio.create_task(bot.run())
    yield bot
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)


async def heard(visitor: Visitor, part: str, text: str) -> None:
    """Waits until a part of the page says something."""
    for _ in range(1000):
        if text in await visitor.part(part):
            return
        await asyncio.sleep(0.005)
    pytest.fail(f"{part} never said {text!r}, but: {await visitor.part(part)}")


async def met(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.005)
    pytest.fail("what was waited for never happened")


@pytest.mark.usefixtures("actor")
async def test_the_buttons_lead_through_the_whole_story(visitor: Visitor) -> None:
    story = [
        (0, "clock", "下一次提醒"),
        (2, "phone1", "还没有人接单"),
        (2, "phone2", "已超期"),
        (3, "phone0", "办理中"),
    ]
    story += [(4, "phone0", "没解决"), (5, "phone0", "已结案"), (6, "phone2", "已结案 1 件")]
    for step, phone, text in story:  # step 1, the task's arrival, comes by itself
        await visitor.order("tour", order="do", step=step)
        await heard(visitor, phone, text)
    assert "演完了" in await visitor.part("tour")


@pytest.mark.usefixtures("actor")
async def test_all_of_it_plays_by_itself(town: Town, scene: Scene) -> None:
    tour = Tour(Stage(town, scene), pause=0.0, patience=5.0, turn_again=0.05)
    tour.play()
    tour.play()  # pressed twice, it still plays once
    await met(lambda: tour.current is None)
    assert set(tour.marks.values()) == {"done"}
    assert [m["caption"] for m in town.messages(SOUTH) if "photo" in m] == [scene.tour[0].text]
    await met(lambda: not tour.playing)


@pytest.mark.usefixtures("actor")
async def test_a_step_done_by_hand_is_ticked_too(visitor: Visitor) -> None:
    await visitor.do(RESIDENT, "say", text="#报修 路灯坏了")
    await heard(visitor, "tour", "第 3 步")
    assert "✓ 王阿姨报修 已完成" in await visitor.part("tour")


async def test_only_what_a_bot_says_counts(visitor: Visitor) -> None:
    await visitor.do(RESIDENT, "say", text="#XZ1 怎么样了")
    assert "第 1 步" in await visitor.part("tour")


async def test_a_digest_that_speaks_of_other_things_is_no_alert(visitor: Visitor, town: Town) -> None:
    digest = "📋 早上好\n没有超期的"
    town.post(town.chat(2001), town.bot().json(), {"text": digest})
    assert "✓" not in await visitor.part("tour")
    town.post(town.chat(2001), town.bot().json(), {"text": "🔴 #XZ1 超期 2 小时"})
    assert "✓ 没人理，时间往前走" in await visitor.part("tour")


async def test_a_tick_stays_when_the_card_changes(visitor: Visitor, town: Town) -> None:
    card = town.post(town.chat(SOUTH), town.bot().json(), {"text": "#XZ1"})
    assert "第 2 步" in await visitor.part("tour")
    town.remove(card)
    assert "✓ 王阿姨报修" in await visitor.part("tour")


async def test_a_step_that_cannot_be_done_yet_says_what_is_missing(visitor: Visitor) -> None:
    for step in range(3):
        await visitor.order("tour", order="skip", step=step)
    assert "– 王阿姨报修 已跳过" in await visitor.part("tour")
    await visitor.order("tour", order="do", step=3)
    assert "「物业工作群」里还没有可以这样做的消息，请先做前面的步骤。" in await visitor.part("tour")


async def test_a_step_that_has_just_happened_is_not_done_again(visitor: Visitor, town: Town) -> None:
    town.post(town.chat(SOUTH), town.bot().json(), {"text": "#XZ1"})
    before = len(town.messages(SOUTH))
    await visitor.order("tour", order="do", step=0)
    await visitor.order("tour", order="skip", step=0)
    assert len(town.messages(SOUTH)) == before
    assert "✓ 王阿姨报修" in await visitor.part("tour")


async def test_a_silent_bot_is_not_waited_for_for_ever(town: Town, scene: Scene) -> None:
    tour = Tour(Stage(town, scene), pause=0.0, patience=0.02)
    tour.play()
    await met(lambda: not tour.playing)
    assert tour.current == 0
    assert tour.is_late(0)


async def test_playing_can_be_stopped(visitor: Visitor, town: Town) -> None:
    await visitor.order("tour", order="play")
    assert "■ 停下" in await visitor.part("tour")
    before = len(town.messages(SOUTH))
    await visitor.order("tour", order="stop")
    assert "▶ 做这一步" in await visitor.part("tour")
    assert len(town.messages(SOUTH)) == before


async def test_the_shortest_label_is_meant(town: Town, scene: Scene) -> None:
    stage = Stage(town, scene)
    answers = [{"text": text, "callback_data": text} for text in ("👎 不满意", "👍 满意", "😐 基本满意")]
    markup = {"inline_keyboard": [answers]}
    town.post(town.chat(SOUTH), town.bot().json(), {"text": "#XZ1 修好了", "reply_markup": markup})
    Tour(stage).do(5)
    assert [press.data for press in town.presses.values()] == ["👍 满意"]


async def test_a_step_shows_itself_on_the_right_phone(town: Town, scene: Scene) -> None:
    stage = Stage(town, scene)
    stage.show(stage.screens[RESIDENT], -1001000000002)
    Tour(stage).do(0)
    assert (stage.screens[RESIDENT].chat_id, stage.screens[RESIDENT].as_user) == (SOUTH, 2101)
    assert stage.screens[WORKER].chat_id == FIRM


async def test_an_order_the_tour_does_not_know_gets_one_sentence(visitor: Visitor) -> None:
    answer = await visitor.http.post("/do/tour", data={"order": "again"})
    assert (answer.status_code, answer.text) == (400, "the tour takes only these orders: do, skip, play, stop")


async def test_a_scene_without_a_tour_has_a_page_all_the_same(town: Town, scene: Scene) -> None:
    bare = Scene(scene.title, scene.actors, scene.groups, scene.phones, scene.clock)
    page = Page(Stage(town, bare))
    assert page.tour.current is None
