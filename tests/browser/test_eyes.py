"""The page for old eyes and thumbs: letters, contrast and targets are measured, not promised."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Looks, Practice

pytestmark = pytest.mark.browser

# Every visible piece of text with its size in px and its contrast by WCAG's formula against what is painted under it.
TEXTS = """() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * (top[3] ?? 1) + under[i] * (1 - (top[3] ?? 1)));
  const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.unshift(parse(getComputedStyle(e).backgroundColor));
    return layers.reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const found = [];
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    const words = walk.currentNode.data.trim();
    if (!words || !element.checkVisibility() || element.closest(".aside, noscript, option, :disabled")) continue;
    const style = getComputedStyle(element);
    const under = ground(element);
    const [a, b] = [light(over(parse(style.color), under)), light(under)].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    const inPhone = Boolean(element.closest(".phone"));
    found.push({ words: words.slice(0, 20), size: parseFloat(style.fontSize), contrast, inPhone });
  }
  return found;
}"""

TARGETS = """() => [...document.querySelectorAll("button, select, summary, .languages a, .tabs a, .keys a, textarea")]
  .filter((element) => element.checkVisibility() && !element.closest(".skips") && !element.matches("button.link"))
  .map((element) => ({ what: element.outerHTML.slice(0, 80), box: element.getBoundingClientRect() }))
  .map(({ what, box }) => ({ what, width: box.width, height: box.height }))"""


def busy(looks: Looks, practice: Practice, size: tuple[int, int], *, dark: bool = False) -> Page:
    """A page on which something of everything is to be seen."""
    page = looks.open(practice.url, size, dark=dark)
    practice.town.say(-1001000000001, 2103, "https://example.com 早上好")
    page.get_by_role("button", name="做这一步").click()
    expect(page.locator("#tour")).to_contain_text("第 3 步")
    for number, label in ((0, "进度"), (1, "接单")):
        if size == NARROW:
            page.locator(f"#tab-{number}").click()
        page.locator(f"#phone-{number}").get_by_role("button", name=label).first.click()
        expect(page.locator(f"#phone-{number} .notice")).to_be_visible()
    if size == NARROW:
        page.locator("#tab-0").click()
    page.locator("#phone-0 .menu summary").first.click()
    page.locator("#phone-0 [data-reply]").first.click()
    page.locator("#phone-0 .pictures summary").click()
    page.locator("#calls > details > summary").click()
    page.locator("#calls li summary").first.click()
    return page


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_old_eyes_and_thumbs_manage(looks: Looks, practice: Practice, size: tuple[int, int], dark: bool) -> None:
    page = busy(looks, practice, size, dark=dark)
    texts, targets = page.evaluate(TEXTS), page.evaluate(TARGETS)
    assert len(texts) > 40
    assert len(targets) > 15
    assert [text for text in texts if text["contrast"] < 4.5] == []
    assert [text for text in texts if text["size"] < (18 if text["inPhone"] else 16)] == []
    assert [target for target in targets if min(target["width"], target["height"]) < 44] == []


def test_everything_that_takes_words_or_presses_has_a_name(looks: Looks, practice: Practice) -> None:
    page = busy(looks, practice, WIDE)
    nameless = page.evaluate(
        """[...document.querySelectorAll("button, select, textarea, summary, a, input:not([type=hidden])")]
            .filter((element) => !(element.textContent.trim() || element.ariaLabel || element.labels?.length))
            .map((element) => element.outerHTML.slice(0, 80))"""
    )
    assert nameless == []


def test_new_messages_are_read_aloud(looks: Looks, practice: Practice) -> None:
    page = looks.open(practice.url)
    for number in range(3):
        expect(page.locator(f"#phone-{number} .talk")).to_have_attribute("aria-live", "polite")
        expect(page.locator(f"#phone-{number} .talk")).to_have_role("log")
