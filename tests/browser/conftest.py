"""A real Chromium, and the practice page it opens: with a scripted bot here, with the real one in test_tour."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from sandbox.scene import load_scene
from sandbox.scene.settle import settle
from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.sandbox.page.actor_bot import ActorBot, TurnedClock

XIZHU = Path(__file__).parents[2] / "examples" / "xizhu.tour.toml"
TOKEN = "1000:practice"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE, NARROW = (1366, 860), (360, 740)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("LINLIBAN_CHROMIUM") or shutil.which("chromium")
    assert path, "no Chromium: apt-get install chromium, or name it in LINLIBAN_CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Looks:
    """Everything that is opened in a browser; a page that complains, or asks another server, fails its test."""

    chromium: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, url: str, size: tuple[int, int] = WIDE, *, dark: bool = False, scripts: bool = True) -> Page:
        context = self.chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            has_touch=size == NARROW,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self.asked)
        page.goto(url)
        if scripts:
            page.wait_for_selector("html.live")
        return page

    def heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def asked(self, request: Request) -> None:
        if not request.url.startswith("http://127.0.0.1:"):
            self.complaints.append(f"asked elsewhere: {request.url}")


@contextmanager
def watched(chromium: Browser) -> Iterator[Looks]:
    looks = Looks(chromium)
    try:
        yield looks
        assert looks.complaints == []
    finally:
        for context in looks.contexts:
            context.close()


class Practice(Thread):
    """The practice page with the scripted bot, served from a thread beside the browser's."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.clock = TurnedClock()
        self.town = Town(self.clock.now)
        self.town.add_bot(TOKEN, "linliban_bot", "社区小助手")
        self.scene = load_scene(XIZHU, clock=self.clock)
        settle(self.town, self.scene)
        self.url = ""
        self.ready = Event()

    def run(self) -> None:
        asyncio.run(self.serve())

    async def serve(self) -> None:
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        async with Serving(make_app(self.town, self.scene)) as serving:
            self.url = serving.url
            acting = asyncio.create_task(ActorBot(serving.url, TOKEN, self.clock).run())
            self.ready.set()
            await self.over.wait()
            acting.cancel()
            await asyncio.gather(acting, return_exceptions=True)

    def end(self) -> None:
        if self.is_alive():
            self.loop.call_soon_threadsafe(self.over.set)
            self.join(10)


@pytest.fixture
def practice() -> Iterator[Practice]:
    practice = Practice()
    practice.start()
    assert practice.ready.wait(10)
    yield practice
    practice.end()
    assert not practice.is_alive(), "an open page kept the server from closing"


@pytest.fixture
def looks(chromium: Browser, practice: Practice) -> Iterator[Looks]:
    """Closed before the practice is, or the browser would complain of the lost server."""
    assert practice.is_alive()
    with watched(chromium) as looks:
        yield looks
