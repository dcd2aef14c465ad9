"""The people of Xizhu at the practice page, with a clock that stands still."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.scene import Scene, load_scene
from sandbox.scene.settle import settle
from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.sandbox.page.actor_bot import TurnedClock
from tests.sandbox.page.visitor import Visitor

XIZHU = Path(__file__).parents[3] / "examples" / "xizhu.tour.toml"
TOKEN = "1000:practice-secret"


@pytest.fixture
def turned() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def scene(turned: TurnedClock) -> Scene:
    return load_scene(XIZHU, clock=turned)


@pytest.fixture
def town(turned: TurnedClock, scene: Scene) -> Town:
    town = Town(turned.now)
    town.add_bot(TOKEN, "linliban_bot", "社区小助手")
    settle(town, scene)
    return town


@pytest.fixture
async def served(town: Town, scene: Scene) -> AsyncIterator[Serving]:
    async with Serving(make_app(town, scene)) as serving:
        yield serving


@pytest.fixture
async def visitor(served: Serving) -> AsyncIterator[Visitor]:
    visitor = Visitor(served.url)
    async with visitor.http:
        yield visitor
