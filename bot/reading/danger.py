"""The only place that tells danger to life or safety from talk about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from bot.reading.lexicon import pattern, word_list

# How far a 「怕」 or a 「隐患」 reaches, in characters.
BEFORE, AFTER = 18, 12


@dataclass(frozen=True)
class Danger:
    """A kind of danger, in words for people, and what in the text shows it."""

    kind: str
    words: str


@dataclass(frozen=True)
class Plight:
    """What is dangerous only together: all `others` within `reach` characters of what is `telling`."""

    kind: str
    others: tuple[re.Pattern[str], ...]
    telling: re.Pattern[str]
    reach: int


@dataclass(frozen=True)
class Signs:
    """The compiled word lists of `words/danger.toml` and `words/plights.toml`."""

    critical: tuple[tuple[str, re.Pattern[str]], ...]
    plights: tuple[Plight, ...]
    talk: dict[str, re.Pattern[str]]


def found_in(text: str, tag: str | None) -> Danger | None:
    """Return the danger that `text` (plain, spelling corrected) tells of as happening."""
    return _search(text)[0] or _hurt(text, tag)


def feared_in(text: str) -> str | None:
    """Return the words of a danger that `text` only fears: 「怕着火」."""
    return _search(text)[1]


@lru_cache(maxsize=16)  # both are asked of the same message
def _search(text: str) -> tuple[Danger | None, str | None]:
    signs = _signs()
    text = signs.talk["exaggerated"].sub(lambda match: "·" * len(match[0]), text)
    feared = None
    for kind, sign in signs.critical:
        for match in sign.finditer(text):
            if not _is_talk(text, match):
                return Danger(kind, match[0]), None
            feared = feared or match[0]
    for plight in signs.plights:
        for match in plight.telling.finditer(text):
            beside = _beside(text, match, plight)
            if beside is None:
                continue
            if not _is_talk(text, match) and not any(_is_supposed(text, each.start()) for each in beside):
                return Danger(plight.kind, match[0]), None
            feared = feared or match[0]
    return None, feared


def _beside(text: str, match: re.Match[str], plight: Plight) -> list[re.Match[str]] | None:
    """What stands beside `match` of the other words that `plight` needs, or None where one is missing."""
    start, end = max(0, match.start() - plight.reach), match.end() + plight.reach
    found = [other.search(text, start, end) for other in plight.others]
    return [each for each in found if each] if all(found) else None


def _hurt(text: str, tag: str | None) -> Danger | None:
    hurt = _signs().talk["help_now"].search(text) if tag == "求助" else None
    return Danger("有人急病受伤", hurt[0]) if hurt else None


def _is_talk(text: str, match: re.Match[str]) -> bool:
    talk = _signs().talk
    if talk["smoke"].match(match[0]) and talk["kitchen"].search(text):
        return True
    before = text[max(0, match.start() - BEFORE) : match.start()]
    after = text[match.end() : match.end() + AFTER]
    if talk["denied"].search(before) and not match[0].startswith(("没", "无", "不")):
        return True
    return bool(talk["inside"].search(match[0]) or _is_supposed(text, match.start()) or talk["after"].match(after))


def _is_supposed(text: str, at: int) -> bool:
    """Whether what begins at `at` is feared, forbidden, remembered or made up: 「怕着火」."""
    return _signs().talk["before"].search(text, max(0, at - BEFORE), at) is not None


@cache
def _signs() -> Signs:
    words, plights = word_list("danger"), word_list("plights")
    classes = words["classes"]
    return Signs(
        critical=tuple((each["kind"], pattern(each["signs"], classes)) for each in words["critical"]),
        plights=(*_plights(words), *_plights(plights)),
        talk={name: pattern(signs, classes) for name, signs in words["talk"].items()},
    )


def _plights(words: Mapping[str, Any]) -> tuple[Plight, ...]:
    found = []
    for each in words["plight"]:
        *others, telling = (pattern([one], words["classes"]) for one in each["all"])
        found.append(Plight(each["kind"], tuple(others), telling, each["reach"]))
    return tuple(found)
