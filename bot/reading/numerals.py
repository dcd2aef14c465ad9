"""The only place that reads Chinese numerals, as far as houses and floors need them."""

DIGITS = {"零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
NUMERAL = "[一二三四五六七八九十]{1,3}"


def number(written: str) -> str:
    """Return `written` (「12」, 「十二」, 「012」, 「b」) in plain digits; a letter stays one, in capitals."""
    if written.isascii():
        return written.lstrip("0").upper() or "0"
    if "十" not in written:
        return "".join(str(DIGITS[letter]) for letter in written).lstrip("0")
    tens, _, ones = written.partition("十")
    return str(10 * DIGITS.get(tens, 1) + DIGITS.get(ones, 0))
