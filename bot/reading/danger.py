"""The only place that tells danger to life or safety from talk about it."""

import re
from dataclasses import dataclass
from functools import cache

from bot.reading.lexicon import pattern, word_list

# How far a 「怕」 or a 「隐患」 reaches, in characters.
BEFORE, AFTER = 18, 12


@dataclass(frozen=True)
class Danger:
    """A kind of danger, in words for people, and what in the text shows it."""

    kind: str
    words: str


@dataclass(frozen=True)
class Signs:
    """The compiled word list of `words/danger.toml`."""

    critical: tuple[tuple[str, re.Pattern[str]], ...]
    pairs: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]
    talk: dict[str, re.Pattern[str]]


def found_in(text: str, tag: str | None) -> Danger | None:
    """Return the danger that `text` (plain, spelling corrected) tells of as happening."""
    return _search(text, tag)[0]


def feared_in(text: str) -> str | None:
    """Return the words of a danger that `text` only fears: 「怕着火」."""
    return _search(text, None)[1]


def _search(text: str, tag: str | None) -> tuple[Danger | None, str | None]:
    signs = _signs()
    text = signs.talk["exaggerated"].sub(lambda match: "·" * len(match[0]), text)
    feared = None
    for kind, sign in signs.critical:
        for match in sign.finditer(text):
            if not _is_talk(text, match):
                return Danger(kind, match[0]), None
            feared = feared or match[0]
    return _paired(text) or _hurt(text, tag), feared


def _paired(text: str) -> Danger | None:
    """Two words that mean danger only together: 「电梯」 and 「还在里面」."""
    for kind, one, other in _signs().pairs:
        second = other.search(text) if one.search(text) else None
        if second and not _is_talk(text, second):
            return Danger(kind, second[0])
    return None


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
    return bool(talk["inside"].search(match[0]) or talk["before"].search(before) or talk["after"].match(after))


@cache
def _signs() -> Signs:
    words = word_list("danger")
    classes = words["classes"]
    return Signs(
        critical=tuple((each["kind"], pattern(each["signs"], classes)) for each in words["critical"]),
        pairs=tuple(
            (each["kind"], pattern(each["one"], classes), pattern(each["other"], classes)) for each in words["pair"]
        ),
        talk={name: pattern(signs, classes) for name, signs in words["talk"].items()},
    )
