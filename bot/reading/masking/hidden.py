"""The only place that says what stands where something was hidden."""

from typing import NamedTuple

PHONE = "[电话已隐去]"
IDENTITY = "[证件号已隐去]"
CARD = "[卡号已隐去]"
NUMBER = "[号码已隐去]"
PLATE = "[车牌已隐去]"
EMAIL = "[邮箱已隐去]"
ACCOUNT = "[账号已隐去]"
ROOM = "[室号已隐去]"
NAME = "[姓名已隐去]"
MARKS = (PHONE, IDENTITY, CARD, NUMBER, PLATE, EMAIL, ACCOUNT, ROOM, NAME)


class Hidden(NamedTuple):
    """A stretch of text to be hidden, and the mark that takes its place."""

    start: int
    end: int
    mark: str
