"""What an open page hears without asking, and that it never keeps the server from closing."""

import asyncio
import json
from collections.abc import AsyncIterator
from time import monotonic

from sandbox.scene import Scene
from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.sandbox.page.visitor import Visitor


async def news(lines: AsyncIterator[str]) -> dict[str, str]:
    async for line in lines:
        if line.startswith("data: "):
            told: dict[str, str] = json.loads(line.removeprefix("data: "))
            return told
    raise AssertionError("the stream ended")


async def test_only_what_changed_is_told(visitor: Visitor, town: Town) -> None:
    async with visitor.http.stream("GET", "/live") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.aiter_lines()
        assert set(await news(lines)) == {"tour", "clock", "phone0", "phone1", "phone2", "calls"}
        town.say(-1001000000011, 2002, "早")
        changed = await news(lines)
        assert set(changed) == {"phone1"}
        assert f'data-version="{changed["phone1"]}"' in await visitor.html("/part/phone1")


async def test_changes_from_the_page_itself_are_told(visitor: Visitor) -> None:
    async with visitor.http.stream("GET", "/live") as stream:
        lines = stream.aiter_lines()
        await news(lines)
        await visitor.do(0, "choose", chat=-1001000000002, who=2102)
        assert set(await news(lines)) == {"phone0"}
        await visitor.order("clock", to="+1h")
        assert set(await news(lines)) == {"clock"}


async def test_a_version_is_that_of_the_words_in_it(visitor: Visitor) -> None:
    assert await visitor.html("/part/phone0") == await visitor.html("/part/phone0")
    english = Visitor(visitor.url, "en")
    async with english.http:
        assert await english.html("/part/phone0") != await visitor.html("/part/phone0")


async def test_the_server_closes_under_open_pages(town: Town, scene: Scene) -> None:
    ended = asyncio.Event()
    async with Serving(make_app(town, scene)) as serving:
        visitor = Visitor(serving.url)
        opened = asyncio.Event()

        async def watch() -> None:
            async with visitor.http, visitor.http.stream("GET", "/live") as stream:
                async for _ in stream.aiter_lines():
                    opened.set()
            ended.set()

        watching = asyncio.create_task(watch())
        await opened.wait()
        before = monotonic()
    assert monotonic() - before < 1.5
    await asyncio.wait_for(ended.wait(), 1)
    await watching
