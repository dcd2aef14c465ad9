"""What is wrong in a community file, in the operator's language: the only table of these sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str | int, ...]  # where it stands: ("category", 1, "lead") is category[2].lead


class CommunityMistakes(Exception):
    """The file cannot be used. `lines` tells every reason, a line each."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


@dataclass(frozen=True)
class Complaint:
    key: Key
    code: str
    words: Mapping[str, Any] = field(default_factory=dict)


def shown(key: Key) -> str:
    """A volunteer counts from one."""
    text = ""
    for part in key:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def told(complaint: Complaint, language: str, file: str, line: int | None) -> str:
    """One line: file, line where it is known, key, reason and what to do."""
    sentence = SENTENCES[complaint.code][language == "en"].format_map(
        {name: _listed(value, language) for name, value in complaint.words.items()}
    )
    where = shown(complaint.key)
    if language == "en":
        return ", ".join(filter(None, (file, f"line {line}" if line else "", where))) + f": {sentence}"
    return " ".join(filter(None, (file, f"第{line}行" if line else "", where))) + f"：{sentence}"


def _listed(value: object, language: str) -> str:
    if isinstance(value, list | tuple):
        most = [_one_line(each) for each in value[:12]] + (["…"] if len(value) > 12 else [])
        return (", " if language == "en" else "、").join(most) or ("none" if language == "en" else "（还没有）")
    return _one_line(value)


def _one_line(value: object) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
    return text if len(text) <= 60 else text[:59] + "…"


_SPANS = "90s 30m 4h 2d 4wh 5wd"

SENTENCES: dict[str, tuple[str, str]] = {
    # the file itself
    "unreadable": ("读不了这个文件（{why}）。检查路径和权限", "cannot be read ({why}). Check its path and rights"),
    "not_utf8": (
        "不是 UTF-8 编码。用编辑器另存为 UTF-8 再试",
        "is not written in UTF-8. Save it as UTF-8 and try again",
    ),
    "not_toml": (
        "第 {line} 行第 {column} 列不合 TOML 写法（{why}）。检查引号、等号、方括号是否用了英文的、有没有漏写或多写",
        "line {line}, column {column} is no TOML ({why}). Check that quotes, equals signs and brackets are there, once",
    ),
    # shape
    "missing": ("缺少这一项，请补上", "is missing: add it"),
    "no_section": (
        "至少要写一个 {section}，里面有 {keys}",
        "at least one {section} is needed, with {keys}",
    ),
    "unknown_key": ("没有这个写法。这里可以写：{known}", "is no key. Keys here are: {known}"),
    "guess_key": ("没有这个写法，是不是想写 {guess}？", "is no key. Did you mean {guess}?"),
    "not_a_list_of_tables": (
        "每一个都要写成 [[{section}]]，用两层方括号",
        "write each one as [[{section}]], in double brackets",
    ),
    "not_a_table": ("要写成一节 [{section}]", "write it as a section [{section}]"),
    "not_text": ('要写成带英文双引号的文字，例如 "……"', 'must be text in double quotes, such as "…"'),
    "not_whole": ("要写整数，不加引号", "must be a whole number without quotes"),
    "not_truth": ("只能写 true 或 false，不加引号", "must be true or false, without quotes"),
    "not_list": ('要写成方括号里的列表，例如 ["……"]', 'must be a list in brackets, such as ["…"]'),
    "choice": ("不能写“{given}”。可以写：{known}", "cannot be {given}. Choose from: {known}"),
    "other": ("写法不对（{why}）", "is not right ({why})"),
    # single values
    "empty_name": ("名字是空的，请写上", "is empty: write a name"),
    "long_name": ("名字太长，最多 {most} 个字", "is too long: at most {most} characters"),
    "odd_name": ("名字里有换行或看不见的字符，请删掉", "holds line breaks or invisible characters: delete them"),
    "prefix": (
        "“{given}”不能作编号前缀。用 1 到 6 个大写字母或数字，字母开头，例如 XZ",
        "{given} cannot stand before numbers. Use 1 to 6 capital letters or digits, a letter first, such as XZ",
    ),
    "timezone": ("没有时区“{given}”。中国写 Asia/Shanghai", "there is no time zone {given}. Write one such as {guess}"),
    "span": (
        "“{given}”不是时间长度。写整数加单位，例如 " + _SPANS,
        "{given} is no time span. Write a number and a unit, such as " + _SPANS,
    ),
    "hours": ("“{given}”不是时段。写成 08:30-12:00", "{given} is no stretch of time. Write it as 08:30-12:00"),
    "hours_reversed": (
        "“{given}”的结束早于开始。跨过午夜的请拆成两段",
        "{given} ends before it begins. Split it at midnight",
    ),
    "hours_overlap": ("“{first}”和“{second}”重叠了，请改成一段", "{first} and {second} overlap: make them one"),
    "quiet": (
        "“{given}”不是安静时段。写成 22:00-07:00，不要就写 none",
        "{given} is no stretch of time. Write 22:00-07:00, or none",
    ),
    "empty_list": ("列表是空的，至少写一个", "is empty: write at least one"),
    "twice_here": ("“{given}”写了两次，删掉一个", "{given} stands here twice: delete one"),
    "date": ("“{given}”不是日期。写成 2027-02-20，不加引号", "{given} is no date. Write 2027-02-20, without quotes"),
    "chat_id": (
        "{given} 不是群的编号，群编号是负数，例如 -1001000000001。不知道就删掉这行，进群发 /bind",
        "{given} is no group's number: those are negative, such as -1001000000001. Leave it out and say /bind there",
    ),
    "user_id": (
        "{given} 不是个人编号，个人编号是正数，例如 2002。不知道就删掉这行，发邀请链接",
        "{given} is no person's number: those are positive, such as 2002. Leave it out and send an invitation",
    ),
    "role": (
        "没有“{given}”这种身份。可以写：{known}",
        "there is no role {given}. Roles are: {known}",
    ),
    "role_of_whom": ("“{given}”要写明是谁的，例如 {example}", "{given} must say of what, such as {example}"),
    "role_of_nobody": ("“{given}”后面不用写名字，只写 {kind}", "{given} takes no name: write {kind}"),
    "tag": (
        "“{given}”不能作标签。标签里不能有空格、# 或标点，也不能全是数字",
        "{given} cannot be a tag: no spaces, # or punctuation, and not only digits",
    ),
    "emergency_default": (
        '缺少 default，例如 {{ default = "110 / 119 / 120" }}',
        'has no default, such as {{ default = "110 / 119 / 120" }}',
    ),
    "emergency_number": ("“{given}”里没有电话号码", "{given} holds no telephone number"),
    "at": (
        "“{given}”不是梯级的时间。写成 80%，或超期之后的 +1wd",
        "{given} is no moment of a ladder. Write 80%, or +1wd for after the limit",
    ),
    "rungs_order": (
        "“{second}”要排在“{first}”前面：先百分比，从小到大，再写超期之后的",
        "{second} belongs before {first}: percentages first and rising, then those after the limit",
    ),
    "times": ("要重复 1 到 100 次", "must be from 1 to 100"),
    "accept_longer": (
        "接单时限 {accept} 比办结时限 {resolve} 还长，请对调或改短",
        "the limit to accept, {accept}, is longer than the one to resolve, {resolve}",
    ),
    # between the tables
    "no_such_grid": (
        "没有叫“{given}”的网格。写成 [[grid]] 里的名字：{known}",
        "there is no grid {given}. Use a name from [[grid]]: {known}",
    ),
    "no_such_group": (
        "没有叫“{given}”的群。写成 [[group]] 里的名字：{known}",
        "there is no group {given}. Use a name from [[group]]: {known}",
    ),
    "no_such_party": (
        "没有叫“{given}”的责任方。写成 [[party]] 里的名字：{known}",
        "there is no party {given}. Use a name from [[party]]: {known}",
    ),
    "no_such_category": (
        "没有叫“{given}”的分类。可以写：{known}",
        "there is no category {given}. Categories are: {known}",
    ),
    "name_twice": ("“{given}”已经用在 {other}，换一个名字", "{given} is already the name in {other}: choose another"),
    "number_twice": (
        "{given} 已经写在 {other}，核对哪个是对的",
        "{given} already stands in {other}: check which is right",
    ),
    "date_twice": ("{given} 已经写在 {other}，删掉一个", "{given} already stands in {other}: delete one"),
    "keyword_twice": (
        "“{given}”已经是 {other} 的关键词，只留一处",
        "{given} is already a keyword of {other}: keep one",
    ),
    "alias_twice": ("“{given}”已经是标签“{other}”的写法，只留一处", "{given} already means the tag {other}: keep one"),
    "prefix_is_tag": (
        "“{given}”同时是标签，#{given}1 会分不清。换一个前缀",
        "{given} is a tag as well, and #{given}1 could mean both. Choose another",
    ),
    "not_a_work_group": (
        '“{given}”不是工作群，邻居们都看得到，所以任务里不会写门牌。最好给它一个 kind = "work" 的群',
        '{given} is no work group: neighbours read along, so tasks hide the flat. Better: a kind = "work" group',
    ),
    # usable, but somebody should know
    "no_coordinator": (
        '还没有社区协调员：超期没有人知道。给一个人写上 roles = ["coordinator"]',
        'there is no coordinator yet: nobody will hear what is late. Give somebody roles = ["coordinator"]',
    ),
    "implied_group": (
        "没有写 [[group]]，就当作一个叫“{given}”的工作群。请协调员在那个群里发：/bind {given}",
        "no [[group]] has this name, so {given} is taken for a work group. A coordinator writes there: /bind {given}",
    ),
    "nobody_to_tell": (
        '“{given}”没有工作群，也没有 liaison：任务没有地方送。写上 group，或给一个人写 "liaison:{given}"',
        "{given} has neither a work group nor a liaison: its tasks reach nobody. Give it one or the other",
    ),
    "no_role": ("“{given}”没有身份，什么也收不到。写上 roles", "{given} has no role and will hear nothing. Add roles"),
}
