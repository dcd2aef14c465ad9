"""The only place that finds mail addresses, chat accounts and number plates."""

from collections.abc import Iterator

from bot.reading.lexicon import sign
from bot.reading.masking.hidden import ACCOUNT, EMAIL, PLATE, Hidden

# RFC 5322 allows all of these before the @.
LOCAL = r"A-Za-z0-9.!#$%&'*+/=?^_`{|}~-"
MAIL = rf"(?<![{LOCAL}])[{LOCAL}]+ ?@ ?[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?: ?\. ?[A-Za-z0-9-]+)+"
CHAT_ACCOUNT = (
    r"(?:微信|薇信|威信|围信|v信|加v|wechat|weixin|(?<![A-Za-z])(?:wx|vx|v)(?![A-Za-z])|qq|扣扣|企鹅|抖音"
    r"|支付宝|旺旺|telegram|tg)(?:账号|帐号|号码|群号|号|群|名|id)?(?: ?[:=是为>-])? ?"
    r"(?P<account>@?[A-Za-z][A-Za-z0-9_-]{4,30}|\d{5,12})"
)
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
# Six characters with the letter of the city, seven on new-energy cars; people put a dot or a space after it.
PLATE_SHAPED = (
    rf"[{PROVINCES}] ?[A-Z][ .·-]?(?P<tail>[A-Z0-9]{{5,6}}(?![A-Z0-9])|[A-Z0-9]{{4}}[挂学警港澳]"
    r"|[A-Z0-9]{1,4}[ .·-][A-Z0-9]{1,4}(?![A-Z0-9]|号|幢|栋|单元|楼|#|室))"
)
PLATE_NAMED = (
    r"(?:车牌号?码?|牌照|牌号|车号)(?:尾号)?(?: ?[:是为])? ?"
    r"(?P<plate>[A-Z0-9](?:[ .·-]?[A-Z0-9]){2,6})(?![A-Z0-9])"
)


def found(level: str) -> Iterator[Hidden]:
    """Yield what is to be hidden in `level` (plain)."""
    for match in sign(MAIL).finditer(level):
        yield Hidden(*match.span(), EMAIL)
    for match in sign(CHAT_ACCOUNT).finditer(level):
        yield Hidden(*match.span("account"), ACCOUNT)
    for match in sign(PLATE_SHAPED).finditer(level):
        tail = [letter for letter in match["tail"] if letter.isalnum()]
        if len(tail) in (5, 6) and any(map(str.isdigit, tail)):
            yield Hidden(*match.span(), PLATE)
    for match in sign(PLATE_NAMED).finditer(level):
        if any(map(str.isdigit, match["plate"])):
            yield Hidden(*match.span("plate"), PLATE)
