"""The guided tour on the demo page, with the real bot, by the buttons a newcomer would press."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, TimeoutError, expect

from tests.browser.conftest import watched

pytestmark = pytest.mark.browser

READY = re.compile(r"http://127\.0\.0\.1:\d+")
PATIENCE = 30_000  # milliseconds for one step, on a slow machine


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """`linliban demo` on a free port; its address, as it says it itself."""
    command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--no-browser", "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        said: list[str] = []
        try:
            yield address(process, said)
            process.terminate()
            assert process.wait(12) == 0, "".join(said)
        finally:
            process.kill()


def address(process: subprocess.Popen[str], said: list[str]) -> str:
    assert process.stdout
    for line in process.stdout:
        said.append(line)
        if found := READY.search(line):
            # Somebody must go on reading, or a talkative demo would stop.
            Thread(target=said.extend, args=(process.stdout,), daemon=True).start()
            return found[0]
    pytest.fail("the demo ended without an address:\n" + "".join(said))


def test_a_newcomer_is_led_from_the_report_to_the_figures(chromium: Browser, demo: str) -> None:
    with watched(chromium) as looks:
        page = looks.open(demo)
        resident, worker, chair = (page.locator(f"#phone-{number}") for number in range(3))
        step = page.get_by_role("button", name=re.compile("做这一步|再做一次"))

        step.click()
        expect(resident.locator(".robot")).to_contain_text(["#XZ1"], timeout=PATIENCE)
        expect(worker.get_by_role("button", name="接单")).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#tour")).to_contain_text("第 3 步", timeout=PATIENCE)

        expect(chair).not_to_contain_text("#XZ1")
        overdue = page.locator("#tour", has_text="第 4 步")
        for _ in range(6):  # reminders on the ladder before coordinators hear of it
            step.click()
            with suppress(TimeoutError):
                overdue.wait_for(timeout=PATIENCE / 6)
                break
        expect(chair.locator(".robot", has_text="#XZ1")).to_contain_text("超期")
        expect(worker).to_contain_text("第 1 次提醒")

        step.click()
        expect(resident).to_contain_text("办理中", timeout=PATIENCE)
        expect(page.locator("#tour")).to_contain_text("第 5 步", timeout=PATIENCE)
        step.click()
        expect(resident.get_by_role("button", name="没解决")).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#tour")).to_contain_text("第 6 步", timeout=PATIENCE)
        step.click()
        expect(resident).to_contain_text("已结案", timeout=PATIENCE)
        expect(page.locator("#tour")).to_contain_text("第 7 步", timeout=PATIENCE)
        step.click()
        expect(page.locator("#tour")).to_contain_text("演完了", timeout=PATIENCE)


def test_the_whole_tour_plays_by_one_press(chromium: Browser, demo: str) -> None:
    with watched(chromium) as looks:
        page = looks.open(demo)
        page.get_by_role("button", name="全部演一遍").click()
        expect(page.locator("#tour")).to_contain_text("演完了", timeout=4 * PATIENCE)
        assert page.locator("#tour .steps .done").count() == 7
