"""The only place that judges how urgent a message is, and says why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bot.reading.danger import Danger, feared_in
from bot.reading.lexicon import pattern, word_list
from bot.reading.normal import plain
from bot.reading.vocabulary import CategoryWords

CRITICAL, URGENT, NORMAL, COMPLEX, INQUIRY = "critical", "urgent", "normal", "complex", "inquiry"
WORDS = {CRITICAL: "特急", URGENT: "紧急", NORMAL: "一般", COMPLEX: "复杂", INQUIRY: "咨询"}
# Wishes for the neighbourhood: no hurry, much to talk about.
WISHES = {"议题", "建议", "表扬"}
LONG_MATTERS = {"parking_charging", "property_service", "public_topic"}
# Where its coming again and again means that repairs do not hold.
WORN_OUT = {"public_facility", "lift_utilities", "leak_drainage", "property_service", "safety_hazard"}


@dataclass(frozen=True)
class Matter:
    """What is judged: `text` is plain and spelling corrected, `key` the built-in key of the category."""

    text: str
    tag: str | None = None
    category: CategoryWords | None = None
    key: str | None = None
    danger: Danger | None = None
    dispute: bool = False
    question: bool = False


@dataclass(frozen=True)
class Judgement:
    """How urgent, and why, in words for people."""

    level: str
    why: str = ""


def judge(matter: Matter) -> Judgement:
    """Return the urgency of `matter`: danger first, then what the tag asks for, then haste and what raises it."""
    if matter.danger:
        return Judgement(CRITICAL, f"特急:{matter.danger.kind},因为“{matter.danger.words}”")
    feared = feared_in(matter.text)
    if matter.tag == "咨询" or (matter.tag is None and matter.question and not feared):
        return Judgement(INQUIRY, "咨询:问的是情况或办法")
    if matter.tag in WISHES:
        return Judgement(COMPLEX, f"复杂:标签是 #{matter.tag}")
    return _hurried(matter, feared) or _raised(matter) or _calm(matter)


def _hurried(matter: Matter, feared: str | None) -> Judgement | None:
    if matter.category and matter.category.urgency in {CRITICAL, URGENT}:
        level = matter.category.urgency
        return Judgement(level, f"{WORDS[level]}:类别 {matter.category.name} 一向如此")
    if feared:
        return Judgement(URGENT, f"紧急:怕出事,提到“{feared}”")
    if matter.tag == "诉求" and _raises("habit").search(matter.text):
        return None
    for kind, sign in _urgent():
        if match := sign.search(matter.text):
            return Judgement(URGENT, f"紧急:{kind},因为“{match[0]}”")
    return None


def _raised(matter: Matter) -> Judgement | None:
    """People who cannot wait and repairs that do not hold raise a matter by one step; a quarrel they do not."""
    if _is_long(matter) or matter.key == "noise":
        return None
    if match := _raises("vulnerable").search(matter.text):
        return Judgement(URGENT, f"紧急:牵涉需要照顾的人,提到“{match[0]}”")
    if matter.dispute or matter.key == "parking_charging":  # there it is the car's owner who does not answer
        return None
    if match := _raises("ignored").search(matter.text):
        return Judgement(URGENT, f"紧急:报过没人管,提到“{match[0]}”")
    match = _raises("repeated").search(matter.text)
    if match and matter.key in WORN_OUT and matter.tag != "诉求":
        return Judgement(URGENT, f"紧急:一再发生,提到“{match[0]}”")
    return None


def _calm(matter: Matter) -> Judgement:
    """Without haste: wishes, rules and manners are complex, the rest is normal."""
    configured = matter.category.urgency if matter.category else None
    asks_for_hands = configured == INQUIRY and matter.tag == "求助"
    if matter.category and configured in {COMPLEX, INQUIRY} and not asks_for_hands:
        return Judgement(configured, f"{WORDS[configured]}:类别 {matter.category.name} 一向如此")
    if _is_long(matter):
        return Judgement(COMPLEX, "复杂:牵涉规则或费用的诉求")
    manners = _raises("manners").search(matter.text) if matter.tag == "随手拍" else None
    if manners:
        return Judgement(COMPLEX, f"复杂:要靠大家守规矩,提到“{manners[0]}”")
    return Judgement(NORMAL)


def _is_long(matter: Matter) -> bool:
    return matter.tag == "诉求" and matter.key in LONG_MATTERS


def emergency_line(text: str, numbers: Mapping[str, str]) -> str | None:
    """Return the numbers to be told first: those whose word is in `text` (plain, corrected), then the default."""
    special = [number for word, number in numbers.items() if word != "default" and plain(word) in text]
    lines = dict.fromkeys([*special, *filter(None, [numbers.get("default")])])
    return " / ".join(lines) or None


@cache
def _urgent() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((each["kind"], pattern(each["signs"])) for each in word_list("haste")["urgent"])


@cache
def _raises(name: str) -> re.Pattern[str]:
    return pattern(word_list("haste")["raises"][name])
