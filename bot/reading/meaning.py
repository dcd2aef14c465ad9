"""The only place that puts the readings together: what a message means for us."""

from dataclasses import dataclass, replace

from bot.reading import danger, noise, places, tiers, urgency
from bot.reading.categories import Choice, asks_to_know, builtin_key, choose, is_question
from bot.reading.masking import mask, without_marks
from bot.reading.normal import clean, plain
from bot.reading.spelling import corrected
from bot.reading.tags import Address, address
from bot.reading.titles import title
from bot.reading.urgency import Judgement, Matter
from bot.reading.vocabulary import BUILTIN, CategoryWords, Vocabulary

# A mention alone must come with a matter: a word that points to a category, a place, or trouble.
A_POINTER = 2
ASKED_ABOUT = {"help_inquiry", "public_topic", "property_service", None}


@dataclass(frozen=True)
class Reading:
    """What a message means.

    `why` says in Chinese what was decided by which words; `refusal` names why there is no ticket (`noise`);
    `building` and `unit` are digits; `body` is the text without tags and mentions, `masked` the same as the
    group may see it, `title` at most 40 characters of it; `emergency` is to be said first; `number` is the
    ticket that the text names; `support` means that it only joins in.
    """

    ticket: bool
    why: tuple[str, ...] = ()
    refusal: str | None = None
    tag: str | None = None
    category: str | None = None
    urgency: str = urgency.NORMAL
    place: str = ""
    building: str = ""
    unit: str = ""
    tier: str = tiers.GROUP
    title: str = ""
    body: str = ""
    masked: str = ""
    emergency: str | None = None
    number: str | None = None
    support: bool = False
    praise: bool = False


@dataclass(frozen=True)
class Gist:
    """A message taken apart: `sense` is what is looked up in the word lists, without anything to be masked."""

    seen: Address
    sense: str
    tag: str | None
    danger: danger.Danger | None
    choice: Choice
    category: CategoryWords | None

    @property
    def key(self) -> str | None:
        return builtin_key(self.category) if self.category else None


def understand(
    text: str,
    vocabulary: Vocabulary = BUILTIN,
    *,
    addressed: bool = False,
    forwarded: bool = False,
    tag: str | None = None,
) -> Reading:
    """Return what `text` means to this community.

    `addressed`: the caller knows that it is meant for us (/report, a tag or /ticket in reply to it), so that
    no tag is needed; `tag` is then the one given in the reply. `forwarded`: Telegram says it was forwarded.
    """
    seen = address(clean(text), vocabulary)
    masked = mask(seen.body)
    gist = _gist(seen, masked, tag, vocabulary)
    where = places.find(corrected(plain(seen.body)), vocabulary.places)
    reading = Reading(
        ticket=True,
        tag=gist.tag,
        category=gist.choice.name,
        place=mask(where.words),
        building=where.building,
        unit=where.unit,
        body=seen.body,
        masked=masked,
        number=seen.number,
        support=noise.supports(gist.sense),
        praise=noise.praises(gist.sense, gist.tag),
    )
    refusal = noise.FORWARDED if forwarded and not addressed else _refusal(gist, reading, addressed=addressed)
    if refusal:
        return replace(reading, ticket=False, refusal=refusal, why=(noise.WHY[refusal],))
    return _judged(reading, gist, vocabulary)


def _gist(seen: Address, masked: str, tag: str | None, vocabulary: Vocabulary) -> Gist:
    name = seen.tags[0].name if seen.tags else tag
    sense = corrected(plain(without_marks(masked)).lower())
    found = danger.found_in(sense, name)
    named = vocabulary.tag_named.get(name) if name else None
    choice = choose(sense, named, vocabulary, danger=found.kind if found else None)
    category = next((each for each in vocabulary.categories if each.name == choice.name), None)
    return Gist(seen, sense, name, found, choice, category)


def _refusal(gist: Gist, reading: Reading, *, addressed: bool) -> str | None:
    """Why there is no ticket; danger is believed whatever else the words may look like."""
    refusal = noise.refused(gist.sense, gist.tag, number=gist.seen.number is not None)
    if not (gist.tag or addressed or gist.seen.mentioned or gist.seen.mediator):
        return refusal or noise.CHATTER
    if gist.danger and refusal in noise.DOUBTFUL:
        return None
    if refusal or gist.tag or addressed or gist.seen.mediator:
        return refusal
    pointed = gist.choice.weight >= A_POINTER or reading.place or noise.tells_trouble(gist.sense)
    return None if pointed else noise.SMALL_TALK


def _judged(reading: Reading, gist: Gist, vocabulary: Vocabulary) -> Reading:
    judgement = _judgement(reading, gist)
    critical = judgement.level == urgency.CRITICAL
    tier = tiers.tier(gist.sense, tag=gist.tag, key=gist.key, critical=critical, mediator=gist.seen.mediator)
    return replace(
        reading,
        urgency=judgement.level,
        tier=tier,
        title=title(reading.masked, reading.place, gist.choice.words),
        emergency=urgency.emergency_line(gist.sense, vocabulary.emergency) if critical else None,
        why=_why(reading, gist, judgement, tier),
    )


def _judgement(reading: Reading, gist: Gist) -> Judgement:
    if reading.praise and gist.tag in {None, "表扬"} and not gist.danger:
        return Judgement(urgency.COMPLEX, "复杂:是表扬,不限时")
    matter = Matter(
        text=gist.sense,
        tag=gist.tag,
        category=gist.category,
        key=gist.key,
        danger=gist.danger,
        dispute=gist.tag == "调解" or gist.seen.mediator or gist.key == "neighbour_dispute",
        question=asks_to_know(gist.sense) or (is_question(gist.sense) and gist.key in ASKED_ABOUT),
    )
    return urgency.judge(matter)


def _why(reading: Reading, gist: Gist, judgement: Judgement, tier: str) -> tuple[str, ...]:
    heard = "”“".join(gist.choice.words)
    by = f"因为“{heard}”" if heard else "按标签" if gist.choice.name else "没有听出来"
    reasons = (
        _asked(gist),
        f"类别 {gist.choice.name or '未定'}:{by}",
        f"地点 {reading.place}" if reading.place else "",
        judgement.why,
        tiers.WHY.get(tier, ""),
    )
    return tuple(filter(None, reasons))


def _asked(gist: Gist) -> str:
    if gist.tag:
        return f"标签 #{gist.tag}"
    if gist.seen.mediator:
        return "叫了议事长"
    return "@了机器人" if gist.seen.mentioned else ""


def read_line(text: str, vocabulary: Vocabulary = BUILTIN) -> dict[str, object]:
    """Return what `linliban read` prints for `text` (CONTRACT, `linliban read`); what was not said is empty."""
    reading = understand(text, vocabulary)
    if not reading.ticket:
        return {"text": text, "ticket": False, "why": list(reading.why)}
    shown = ("tag", "category", "urgency", "place", "building", "unit", "tier", "masked")
    values = {name: getattr(reading, name) or "" for name in shown}
    return {"text": text, "ticket": True, **values, "why": list(reading.why)}
