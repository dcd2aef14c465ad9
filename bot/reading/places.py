"""The only place that finds where a message is about: building, unit, landmark; never a room."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.reading.landmarks import (
    AREA,
    GATE,
    LANDMARKS,
    NO_QUARTER,
    PARTS,
    QUARTER_KINDS,
    SIDE,
    alternatives,
)
from bot.reading.numerals import NUMERAL, number

ONE = rf"(?:\d{{1,3}}|{NUMERAL})"
NOT_AFTER = r"(?<![\dA-Za-z一二三四五六七八九十百第几.-])(?<!\d:)"
# 「3#」 is a building unless a thing of that number follows: 「4#车棚」.
THING = "(?!车|门|梯|电梯|桩|充|库|柜|变|机|泵|亭|岗|线|桶|杆|灯|摊|台|桌|球|[A-Za-z])"
BUILDING = (
    rf"{NOT_AFTER}(?:"
    rf"(?P<hao>{ONE}|[A-Za-z]) ?(?P<kind>号楼|号幢|号栋|# ?楼|# ?[幢栋]|[幢栋](?!楼[都的里也全])楼?|[幢栋])"
    rf"|(?P<letter>[A-Za-z]) ?座|(?P<seat>\d{{1,2}}) ?座(?= ?{ONE} ?单元| ?\d{{3,4}})"
    rf"|(?P<hash>\d{{1,3}})# ?{THING}"
    rf"|(?P<plain>{ONE}) ?[号楼](?= ?{ONE} ?单元)|(?P<street>\d{{1,3}})号(?=\d{{3,4}} ?[室房])"
    r"|(?P<first>\d{1,2})(?=[、和跟到至-]\d{1,2}(?:号楼|# ?楼|[幢栋]))"
    r"|(?P<dash>\d{1,2})[-/](?P<dashunit>\d{1,2})[-/]\d{3,4}(?![\d-])"
    r"|(?P<two>\d{1,2})-(?=[1-9]\d?(?:0[1-9]|1\d|20)(?![\d-]))\d{3,4}"
    r")"
)
UNIT = (
    rf"(?:(?P<unit>{ONE}) ?(?:单元|门(?![口禁卫岗店诊])|号门)|(?P<sideunit>[东南西北中甲乙丙])单元"
    r"|(?P<unitdash>\d{1,2})(?=[-/]\d{3,4}(?!\d)))"
)
FLOOR = rf"(?P<floor>(?:-?\d{{1,2}}|负?{NUMERAL}|[顶底])[楼层](?![道梯栋幢上下]))"
QUANTITY = re.compile("(?:这|那|整|每|哪|某|前|后|另|同)?一[幢栋](?:楼|房|都|全)|[这那整每哪某]一[幢栋]")
ROAD = r"(?:(?:的|那|这)?一?[条段]?(?:小路|大路|路段|路|之间|中间))"
ROOM_BETWEEN = r"(?: ?[-,、的/]? ?\d{3,4}(?:室|房)?)?"


@dataclass(frozen=True)
class Place:
    """Where: `words` as the community says it, `building` and `unit` in digits, empty where not said."""

    words: str = ""
    building: str = ""
    unit: str = ""


def find(text: str, names: tuple[str, ...] = ()) -> Place:
    """Return the place that `text` (plain, spelling corrected) is about; `names` are quarters to know."""
    text = QUANTITY.sub(lambda match: "某" * len(match[0]), text)
    house = _house_pattern(names).search(text)
    if house is None:
        return _landmark(text, names)
    building, unit = _building(house), _unit(house, text)
    return Place(_house_words(house, building, unit), building, unit)


def _building(house: re.Match[str]) -> str:
    names = ("hao", "letter", "seat", "hash", "plain", "street", "first", "dash", "two")
    return number(next(filter(None, house.group(*names))))


def _unit(house: re.Match[str], text: str) -> str:
    written = house["unit"] or house["dashunit"] or house["unitdash"]
    if written is None and house["sideunit"]:
        return house["sideunit"]
    if written is None:  # 「单元门坏了 2单元 3号楼」
        alone = re.search(rf"{NOT_AFTER}({ONE}) ?单元", text)
        written = alone[1] if alone else None
    return number(written) if written else ""


def _house_words(house: re.Match[str], building: str, unit: str) -> str:
    kind = (house["kind"] or ("座" if house["letter"] or house["seat"] else "号楼")).strip("楼# ") or "号楼"
    kind = {"号": "号楼", "号幢": "幢", "号栋": "栋"}.get(kind, kind)
    unit_words = f"{unit}单元" if unit else ""
    other = house["other"]
    if other:
        between = f"{building}{kind}{house['link']}{number(other)}{kind}{house['stretch'] or ''}"
        return _joined(house["area"], between)
    part = house["spot"] or (None if house["floor"] else _part_named(house.string))
    return _joined(house["area"], building, kind, unit_words, house["floor"], part)


def _part_named(text: str) -> str | None:
    """The part of the building that is named away from its number: 「电梯里有人吐痰,3栋1单元」."""
    part = re.search("电梯(?!广告)|楼道|楼顶|天台|架空层|地下室", text)
    return part[0] if part else None


def _joined(*parts: str | None) -> str:
    return "".join(part.strip(" 的,") for part in parts if part)


@lru_cache(maxsize=64)
def _area_pattern(names: tuple[str, ...]) -> str:
    quarter = rf"(?:(?!{'|'.join(NO_QUARTER)})[\u4e00-\u9fff]{{2}}(?:{QUARTER_KINDS}))"
    known = f"{alternatives(tuple(map(re.escape, names)))}|" if names else ""
    return rf"(?:(?:{known}{quarter}) ?(?:{AREA})?|{AREA})"


@lru_cache(maxsize=64)
def _house_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    spot = (
        rf"(?:(?:{alternatives(PARTS + LANDMARKS)}|{GATE})(?:的?{SIDE})?|{SIDE}(?:的?(?:{alternatives(LANDMARKS)}))?)"
    )
    between = rf"(?:楼?的? ?[-,]? ?{UNIT})?{ROOM_BETWEEN}(?: ?[-,]? ?{FLOOR})?"
    pair = rf"(?P<link>[跟和与到至、-])(?P<other>{ONE})(?:号楼|#楼?|[幢栋]楼?)(?P<stretch>的?(?:{ROAD}|{SIDE}))?"
    return re.compile(
        rf"(?P<area>{_area_pattern(names)})? ?的?{BUILDING}(?:{pair}|{between}(?: ?的? ?(?P<spot>{spot}))?)",
        re.IGNORECASE,
    )


@lru_cache(maxsize=64)
def _landmark_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    landmark = rf"(?:(?:{alternatives(LANDMARKS)})(?!舞|费|证|卡))"
    inside = r"(?: ?[A-Ha-h](?![A-Za-z])[区]?-? ?\d{0,3}(?:号(?:车位)?)?|\d{1,4}号(?:车位)?)?"
    level = r"(?:B[1-3]|负[一二三][楼层]|地下[一二]?层?)"
    direction = r"(?:(?:东南|东北|西南|西北|[东南西北])[侧边面]?(?:的|那个|这个|那块|那片)?)"
    one = rf"{direction}?{level}?(?:\d{{1,2}}[#号])?{landmark}{inside}"
    some = rf"(?:{landmark}到{landmark}{ROAD}?|{one}|{GATE}|{level}[A-Ha-h]?区?)"
    stop = r"(?:[\u4e00-\u9fff]{2,4}(?:花园|花苑|家园|新村)站)"
    return re.compile(
        rf"(?P<area>{stop}|{_area_pattern(names)})? ?(?P<some>(?:的?{some}){{0,2}})(?P<side>的?{SIDE})?", re.IGNORECASE
    )


def _landmark(text: str, names: tuple[str, ...]) -> Place:
    """The fullest of the landmarks named; of a gate here and a thing there, both: 「西门垃圾分类亭」."""
    alone = re.search(rf"{NOT_AFTER}({ONE}) ?单元", text)
    unit = number(alone[1]) if alone else ""
    found = [match for match in _landmark_pattern(names).finditer(text) if match["area"] or match["some"]]
    if not found:
        return Place(f"{unit}单元" if unit else "", unit=unit)
    best = max(found, key=_fullness)
    words = _joined(best["area"], best["some"], best["side"])
    if not best["area"] and not _is_gate(best):
        wider = next((match for match in found if match is not best and _is_wide(match)), None)
        words = _joined(wider and (wider["area"] or wider["some"]), words)
    return Place(re.sub("那个|这个|那块|那片", "", words).replace("#", "号"), unit=unit)


def _fullness(match: re.Match[str]) -> tuple[int, int]:
    return sum(map(bool, match.groups())), len(match[0])


def _is_gate(match: re.Match[str]) -> bool:
    return re.fullmatch(GATE, match["some"]) is not None


def _is_wide(match: re.Match[str]) -> bool:
    return not match["side"] and bool((match["area"] and not match["some"]) or _is_gate(match))
