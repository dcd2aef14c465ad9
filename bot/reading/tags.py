"""The only place that finds what a message is addressed with: tags, mentions and ticket numbers."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.reading.normal import clean, plain
from bot.reading.vocabulary import Vocabulary

EMOJI = "\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d\u2b00-\u2bff"
OPENERS, CLOSERS = r"[【\[〔〖]", r"[】\]〕〗]"
# 「https://…#报修」 points somewhere; a host without a scheme needs an ending that hosts have.
URL = re.compile(
    r"(?:https?://|www\.)[^\s,。;!?]{1,2000}|(?<![A-Za-z0-9.-])[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}"
    r"\.(?:com|cn|net|org|io|me|top|xyz|gov|edu|app)(?![A-Za-z0-9])(?:[/#?][^\s,。;!?]{0,2000})?"
)
MEDIATOR = re.compile(r"@ ?(?:议事长|调解员|议事员|点长)")


@dataclass(frozen=True)
class TagFound:
    """A tag in a cleaned text: `name` as the community calls it, `start` and `end` of what to cut out."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Address:
    """Everything a message is addressed with, and `body`, what remains of it to be said."""

    tags: tuple[TagFound, ...]
    mentioned: bool
    mediator: bool
    number: str | None
    body: str


def tags_in(text: str, vocabulary: Vocabulary) -> list[TagFound]:
    """Return the tags of `text` in their order; positions are those in `clean(text)`."""
    return _tags(plain(clean(text)), vocabulary)


def address(text: str, vocabulary: Vocabulary) -> Address:
    """Return what cleaned `text` is addressed with."""
    level = plain(text)
    tags = _tags(level, vocabulary)
    mentions = [match.span() for match in _mention_pattern(vocabulary).finditer(level)]
    mediator = MEDIATOR.search(level)
    cuts = [(tag.start, tag.end) for tag in tags] + mentions
    return Address(
        tags=tuple(tags),
        mentioned=bool(mentions),
        mediator=mediator is not None,
        number=_number(level, vocabulary),
        body=_without(text, cuts + ([mediator.span()] if mediator else [])),
    )


def _tags(level: str, vocabulary: Vocabulary) -> list[TagFound]:
    level = URL.sub(lambda url: " " * len(url[0]), level)
    pattern = _tag_pattern(vocabulary)
    if pattern is None:
        return []
    found = []
    for match in pattern.finditer(level):
        written = re.sub(f"[{EMOJI}]", "", next(filter(None, match.group("hashed", "boxed")))).lower()
        found.append(TagFound(vocabulary.tag_spelt[written], *match.span()))
    return found


@lru_cache(maxsize=64)
def _tag_pattern(vocabulary: Vocabulary) -> re.Pattern[str] | None:
    """Longest first, so that #报修率 is no #报修 where both are tags."""
    spellings = sorted(vocabulary.tag_spelt, key=len, reverse=True)
    if not spellings:
        return None
    one = "|".join(map(_with_emoji_inside, spellings))
    hashed = f"#[{EMOJI}]{{0,4}} ?(?P<hashed>{one})(?:#(?!{one}|[A-Za-z]{{1,9}}\\d))?"
    boxed = f"{OPENERS} ?#? ?(?P<boxed>{one})(?: ?#? ?{CLOSERS}|(?=[ :,-]))"
    return re.compile(f"{hashed}|{boxed}", re.IGNORECASE)


def _with_emoji_inside(spelling: str) -> str:
    word = f"[{EMOJI}]{{0,2}}".join(map(re.escape, spelling))
    return word + ("(?![A-Za-z0-9_])" if spelling[-1].isascii() and spelling[-1].isalnum() else "")


@lru_cache(maxsize=64)
def _mention_pattern(vocabulary: Vocabulary) -> re.Pattern[str]:
    names = sorted(map(plain, vocabulary.bot_names), key=len, reverse=True)
    one = "|".join(re.escape(name) + ("(?![A-Za-z0-9_])" if name[-1].isascii() else "") for name in names if name)
    return re.compile(rf"(?<![A-Za-z0-9._])@ ?(?:{one or '(?!)'})", re.IGNORECASE)


def _number(level: str, vocabulary: Vocabulary) -> str | None:
    prefix = vocabulary.prefix.upper()
    match = re.search(rf"(?<![A-Za-z0-9]){re.escape(prefix)}[ -]?(\d{{1,9}})(?![A-Za-z0-9])", level, re.IGNORECASE)
    return f"{prefix}{int(match[1])}" if match else None


def _without(text: str, cuts: list[tuple[int, int]]) -> str:
    """Return `text` without `cuts`, tidied: no leading commas, no double spaces, no empty lines."""
    kept, at = [], 0
    for start, end in sorted(cuts):
        kept.append(text[at:start] + " ")
        at = max(at, end)
    text = "".join([*kept, text[at:]])
    text = re.sub(r"[^\S\n]+", " ", text)
    text = re.sub(r" ?\n[ \n]*", "\n", text)
    text = re.sub(r"^(?:[\s,，:：;；、。~～|】\]]|[-.](?!\d))+", "", text)
    return text.rstrip(" \n,，:：;；、")
