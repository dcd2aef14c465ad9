"""The only place that chooses a message's category, and says by which words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from bot.reading.landmarks import LANDMARKS, OFTEN_THE_MATTER, alternatives
from bot.reading.learned import likeness, telling
from bot.reading.lexicon import pattern, sign, word_list
from bot.reading.normal import plain
from bot.reading.vocabulary import CATEGORIES, CategoryWords, TagWords, Vocabulary

# How much a tag by itself says about the category; below a word that leaves no doubt, except where the
# tag is the category: an 议题 stays one whatever it is about.
TAG_WEIGHT = {"议题": 25, "表扬": 25, "调解": 5, "求助": 5, "咨询": 3, "建议": 2}
# What hardly anybody means by a tag: nobody asks for a repair where a rule is to be talked about.
UNLIKELY = {
    "报修": {"public_topic", "help_inquiry", "neighbour_dispute", "property_service"},
    "投诉": {"public_topic", "help_inquiry"},
    "调解": {"public_topic", "help_inquiry", "public_facility"},
    "建议": {"help_inquiry", "neighbour_dispute"},
    "求助": {"public_topic", "property_service"},
    "咨询": {"public_topic", "neighbour_dispute"},
    "随手拍": {"public_topic", "help_inquiry", "property_service"},
    "诉求": {"help_inquiry"},
}
UNLIKELIHOOD = 4
LITTLE = 1
# What the sound of the whole message may add; the least trust that suffices where no word was heard.
LIKENESS, TRUST = 10, 0.4
# A person in danger decides more than the thing beside them.
DANGER_WEIGHT, PLIGHT_WEIGHT = 4, 7
DANGER_KEY = {
    "有人被困": "lift_utilities",
    "燃气泄漏": "lift_utilities",
    "暴力伤人": "neighbour_dispute",
    "有人走失": "help_inquiry",
    "有人急病受伤": "help_inquiry",
    "人叫不应": "help_inquiry",
}
# A community's own word; a place that stands alone between spaces only says where: 「捡到书包 #求助 篮球场」.
COMMUNITY_WORD, COMMUNITY_PLACE = 22, 5
# How clearly a word speaks, by the name of its list in `words/categories.toml`.
CLEARNESS = {15: "decides", 5: "clear", 4: "names", 2: "points", 1: "hints"}
SURE, SAID_OUT, A_HINT = 5, 4, 1
# 「南门垃圾房旁边」 says where, not what.
BESIDE = (
    rf"(?:{alternatives(LANDMARKS)})[口里边]?"
    r"(?=的?(?:旁|附近|对面|边上|后面|前面|背后|门口|那边|隔壁|到))|单元门口|楼门口"
)
# Landmarks that are hardly ever the matter themselves: a word inside one says little.
ONLY_A_PLACE = alternatives(tuple(set(LANDMARKS) - OFTEN_THE_MATTER)).replace("人行道", "人行道(?!闸)")


@dataclass(frozen=True)
class Choice:
    """The category, if any, the words that spoke for it, and how clearly they did."""

    name: str | None
    words: tuple[str, ...]
    weight: int


def choose(text: str, tag: TagWords | None, vocabulary: Vocabulary, danger: str | None = None) -> Choice:
    """Return the category of `text` (plain, spelling corrected); the tag's own where no word says better.

    `danger` is the kind of danger found in it, which speaks for a category too."""
    best, most = Choice(tag.category if tag else None, (), LITTLE if tag and tag.category else 0), 0.0
    like = likeness(text, tag.name if tag else None)
    foreign = tag is not None and _key_of(tag.category, vocabulary) is None  # we know no words for what it means
    folded = sign(BESIDE).sub(" ", text.lower())
    elsewhere, said_words = sign(ONLY_A_PLACE).sub(" ", folded), _said(folded)
    for category in vocabulary.categories:
        own = [word for word in category.keywords if _folded(word) in folded]
        key = builtin_key(category)
        heard = _heard(folded, elsewhere, said_words.get(key, []), key) if key else {}
        said = sum(heard.values()) + sum(_own_weight(word, folded) for word in _longest(own))
        said += _danger_weight(danger, key)
        weight = said + _tag_weight(tag, category) if said or tag else 0
        sounds = like.get(key or "", 0.0)
        if (weight > 0 or (sounds > TRUST and not foreign)) and weight + LIKENESS * sounds > most:
            most = weight + LIKENESS * sounds
            words = tuple(dict.fromkeys([*own, *sorted(heard, key=lambda word: -heard[word])]))
            best = Choice(category.name, words[:3] or _sounding(text, category, sounds), weight)
    return best


def _sounding(text: str, category: CategoryWords, sounds: float) -> tuple[str, ...]:
    """The words that make `text` sound like `category`, where that is what decided."""
    key = builtin_key(category)
    return tuple(telling(text, key)[:2]) if key and sounds > TRUST else ()


def builtin_key(category: CategoryWords) -> str | None:
    """The word knowledge a category has: the named one, or that of its name."""
    return category.builtin or _KEY_NAMED.get(category.name)


_KEY_NAMED = {name: key for key, name in CATEGORIES.items()}


def _key_of(name: str | None, vocabulary: Vocabulary) -> str | None:
    category = next((each for each in vocabulary.categories if each.name == name), None)
    return builtin_key(category) if category else None


def _tag_weight(tag: TagWords | None, category: CategoryWords) -> int:
    if tag is None:
        return 0
    if category.name != tag.category:
        return -UNLIKELIHOOD if builtin_key(category) in UNLIKELY.get(tag.name, ()) else 0
    return TAG_WEIGHT.get(tag.name, LITTLE)


def _own_weight(word: str, text: str) -> int:
    alone = rf"(?:^|[ ,]){re.escape(word)}(?:$|[ ,])"
    return COMMUNITY_PLACE if word in LANDMARKS and re.search(alone, text) else COMMUNITY_WORD


def _danger_weight(danger: str | None, key: str | None) -> int:
    if danger is None or DANGER_KEY.get(danger, "safety_hazard") != key:
        return 0
    return PLIGHT_WEIGHT if danger in DANGER_KEY else DANGER_WEIGHT


def _heard(text: str, elsewhere: str, said: list[tuple[str, int]], key: str) -> Mapping[str, int]:
    """The words of category `key` that are `said` in `text`, with their weights; of words within words, the longest.

    `elsewhere` is the text without what only says where."""
    heard = {
        word: weight if weight > SURE or word in elsewhere else A_HINT
        for word, weight in said
        if _stands_alone(word, text)
    }
    heard = {word: heard[word] for word in _longest(heard)}
    for weight, shape in _patterns(key):
        match = shape.search(text)
        if match and not any(match[0] in word for word in heard):
            inside = [word for word in heard if word in match[0]]
            heard[match[0]] = max(weight, sum(heard.pop(word) for word in inside) + SAID_OUT)
    return heard


def _said(text: str) -> Mapping[str, list[tuple[str, int]]]:
    """By category the words of it in `text`, with their weights; only those are tried whose first letter is there."""
    found = [each for letter in set(text) for each in _beginning().get(letter, ()) if each[2] in text]
    said: dict[str, list[tuple[str, int]]] = {}
    for key, _, word, weight in sorted(found):
        said.setdefault(key, []).append((word, weight))
    return said


@cache
def _beginning() -> Mapping[str, list[tuple[str, int, str, int]]]:
    """By first letter, every word: its category, its place in that list, itself and its weight."""
    words: dict[str, list[tuple[str, int, str, int]]] = {}
    for key in word_list("categories"):
        for at, (word, weight) in enumerate(_words(key)):
            words.setdefault(word[0], []).append((key, at, word, weight))
    return words


@cache
def _folded(word: str) -> str:
    return plain(word).lower()


def _longest(words: Iterable[str]) -> list[str]:
    words = list(words)
    return [word for word in words if not any(word != other and word in other for other in words)]


def _stands_alone(word: str, text: str) -> bool:
    """Whether `word` is said outside another category's longer word: no 「卫生」 in 「社区卫生站」."""
    for longer in _longer().get(word, ()):
        if longer in text:
            text = text.replace(longer, " ")
    return word in text


@cache
def _longer() -> Mapping[str, tuple[str, ...]]:
    """For every word the longer ones of other categories that hold it."""
    keys = {key: {word for word, _ in _words(key)} for key in word_list("categories")}
    return {
        word: tuple(
            longer
            for other, theirs in keys.items()
            if other != key and word not in theirs
            for longer in theirs
            if word in longer and longer != word
        )
        for key, words in keys.items()
        for word in words
    }


@cache
def _words(key: str) -> tuple[tuple[str, int], ...]:
    clearest: dict[str, int] = {}
    for weight, name in CLEARNESS.items():
        for word in word_list("categories")[key].get(name, "").split():
            clearest.setdefault(word, weight)
    return tuple(clearest.items())


@cache
def _patterns(key: str) -> tuple[tuple[int, re.Pattern[str]], ...]:
    shapes = word_list("categories")[key].get("patterns", [])
    return tuple((weight, pattern([shape])) for weight, shape in shapes)


def is_question(text: str) -> bool:
    """Whether `text` asks for knowledge rather than for work."""
    return (
        re.search(r"[?]|吗|呢$|怎么|如何|哪[里儿个天]|在哪|几点|多少钱?|什么时候|啥时候|有没有|是不是|能不能", text)
        is not None
    )


def asks_to_know(text: str) -> bool:
    """Whether `text` asks what was announced, however grave the thing: 「停水到几点?」."""
    return (
        re.search(
            r"(?:通知|公告|告示|听说).{0,12}(?:几点|几号|什么时候|多久|吗|\?)|(?:会|要|到)(?:几点|几号|多久|什么时候)",
            text,
        )
        is not None
    )
