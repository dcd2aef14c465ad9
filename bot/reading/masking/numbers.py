"""The only place that finds phones, identity numbers and bank cards, however they are grouped."""

import re
from collections.abc import Iterator

from bot.reading.lexicon import sign
from bot.reading.masking.hidden import CARD, IDENTITY, NUMBER, PHONE, Hidden

GAP = r"(?:[ .·_*/-]{1,2})?"
HAN = "零一二三四五六七八九"
HAN_DIGITS = str.maketrans(HAN, "0123456789")
# A string of digits, cut up or not; which number it is, its length and shape decide.
DIGITS = rf"(?<!\d)(?:\+ ?)?\d(?:{GAP}\d){{6,}}(?:{GAP}[Xx](?![A-Za-z0-9]))?"
SPOKEN = rf"[{HAN}\d](?:[ .-]?[{HAN}\d]){{10,}}"
LANDLINE = r"(?<!\d)[(]? ?0\d{2,3} ?[)]?[ -]{0,2}\d{3,4}[ -]?\d{4}(?!\d)(?: ?(?:转|-) ?\d{1,6})?"
CALLED = (
    r"(?:电话|手机|座机|号码|联系|联络|致电|打|tel|phone|call|拨)[^\d\n,。;!?]{0,6}"
    r"(?P<number>\d{3,4}[ -]?\d{4}(?:[ -]\d{1,5})?)(?!\d)"
)
MOBILE = r"(?:(?:00)?86)?1[3-9]\d{9}"
MOBILE_INSIDE = rf"(?<!\d)1{GAP}[3-9](?:{GAP}\d){{9}}(?!\d)"
DAY = r"(?:19|20)\d\d{0}(?:0?[1-9]|1[0-2]){0}(?:0?[1-9]|[12]\d|3[01])(?!\d)"
# A date, but not the birthday in the middle of an ID that is written in groups.
DATE = r"(?<!\d)(?<!\d[ -])" + DAY.format("[./-]") + r"(?![ -]?\d{3}[\dXx](?!\d))"
DATE_AS_ONE = DAY.format("[ ./-]?")
BIRTHDAY = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
PAPER = r"(?:单号|编号|工单|订单|[A-Za-z#][A-Za-z\d-]{0,8})[: ]?$"
MEASURED = r" ?(?:元|块|万|平|米|人|户|辆|年|度|个)"
# A neighbour to a phone, such as a building's number, is shorter than this.
FEW = 4
# The shortest number that is surely somebody's: no quantity has twelve digits.
LONG = 12


def found(level: str) -> Iterator[Hidden]:
    """Yield what is to be hidden in `level` (plain)."""
    for match in sign(LANDLINE).finditer(level):
        yield Hidden(*match.span(), PHONE)
    for match in sign(DIGITS).finditer(sign(DATE).sub(lambda date: "年" * len(date[0]), level)):
        yield from _in_digits(match, level)
    for match in sign(SPOKEN).finditer(level):
        if sum(letter in HAN for letter in match[0]) >= FEW:
            digits = re.sub(r"\D", "", match[0].translate(HAN_DIGITS))
            yield Hidden(*match.span(), PHONE if sign(MOBILE).fullmatch(digits) else NUMBER)
    for match in sign(CALLED).finditer(level):
        if not sign(DATE_AS_ONE).match(match["number"]):
            yield Hidden(*match.span("number"), PHONE)


def _in_digits(match: re.Match[str], level: str) -> Iterator[Hidden]:
    digits = re.sub(r"[^\dXx]", "", match[0])
    phones = list(_phones_inside(match))
    if match[0].startswith("+") or digits.startswith("00"):
        yield from _foreign(match, digits)
    elif phones and len(digits) - 11 * len(phones) <= FEW:  # 「138.1234.5678 9」号楼
        yield from phones
    elif mark := _mark(digits):
        yield Hidden(*match.span(), mark)
    else:
        yield from phones
        yield from _old_landline(match, level)


def _mark(digits: str) -> str | None:
    """The length tells; a birthday inside or the check digit tells an ID from a card."""
    if sign(MOBILE).fullmatch(digits):
        return PHONE
    if len(digits) in (15, 18) and _is_identity(digits):
        return IDENTITY
    if 16 <= len(digits) <= 19:
        return CARD
    return NUMBER if len(digits) >= LONG else None


def _is_identity(digits: str) -> bool:
    """GB 11643: place, birthday, order, check digit; one of 15 digits has the century left out."""
    from stdnum.cn import ric  # loaded only when a message holds such a number

    born = digits[6:14] if len(digits) == 18 else "19" + digits[6:12]
    if sign(BIRTHDAY).fullmatch(born):
        return True
    return len(digits) == 18 and ric.calc_check_digit(digits[:17]) == digits[17].upper()


def _foreign(match: re.Match[str], digits: str) -> Iterator[Hidden]:
    import phonenumbers  # its tables take a while to load; few messages need them

    written = digits if match[0].startswith("+") else digits[2:]
    try:
        possible = phonenumbers.is_possible_number(phonenumbers.parse("+" + written))
    except phonenumbers.NumberParseException:
        possible = False
    if possible or len(digits) >= LONG - 2:
        yield Hidden(*match.span(), PHONE)


def _phones_inside(match: re.Match[str]) -> Iterator[Hidden]:
    for phone in sign(MOBILE_INSIDE).finditer(match[0]):
        yield Hidden(match.start() + phone.start(), match.start() + phone.end(), PHONE)


def _old_landline(match: re.Match[str], level: str) -> Iterator[Hidden]:
    """Eight digits without an area code, where neither a date nor the number of a paper."""
    paper = sign(PAPER).search(level[max(0, match.start() - 10) : match.start()])
    measured = sign(MEASURED).match(level[match.end() : match.end() + 2])
    eight = re.fullmatch(r"[2-8]\d{3}[ -]?\d{4}", match[0])
    if eight and not (paper or measured or sign(DATE_AS_ONE).fullmatch(match[0])):
        yield Hidden(*match.span(), PHONE)
