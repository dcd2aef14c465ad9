"""What statuses, actions, parts and scores are called: the only place that turns a code into its word."""

from bot.messages.catalogue import mark, translations
from bot.messages.cleaning import line

NAMES: dict[str, dict[str, str]] = {
    "status": {
        "captured": mark("已收到"),
        "dispatched": mark("待接单"),
        "in_progress": mark("办理中"),
        "handled": mark("待核查"),
        "confirming": mark("待评价"),
        "closed": mark("已结案"),
        "rejected": mark("不予受理"),
    },
    "urgency": {
        "critical": mark("特急"),
        "urgent": mark("紧急"),
        "normal": mark("一般"),
        "complex": mark("复杂"),
        "inquiry": mark("咨询"),
    },
    "score": {
        "satisfied": mark("满意"),
        "fair": mark("基本满意"),
        "unsatisfied": mark("不满意"),
    },
    "part": {
        "bot": mark("机器人"),
        "reporter": mark("报事人"),
        "liaison": mark("责任单位的负责人"),
        "deputy": mark("负责人的替班"),
        "grid_worker": mark("网格员"),
        "mediator": mark("议事长"),
        "coordinator": mark("社区协调员"),
        "secretary": mark("社区书记"),
    },
    "role": {
        "liaison": mark("负责人"),
        "deputy": mark("替班"),
        "grid_worker": mark("网格员"),
        "mediator": mark("议事长"),
        "coordinator": mark("社区协调员"),
        "secretary": mark("社区书记"),
    },
    "action": {
        "dispatch": mark("改派"),
        "accept": mark("接单"),
        "return": mark("退单"),
        "allow_return": mark("同意退单"),
        "deny_return": mark("驳回退单"),
        "extend": mark("延期"),
        "allow_extension": mark("同意延期"),
        "deny_extension": mark("驳回延期"),
        "finish": mark("办好了"),
        "pass": mark("核查通过"),
        "redo": mark("退回重办"),
        "rate": mark("评价"),
        "reopen": mark("重新办理"),
        "note": mark("补充说明"),
        "raise": mark("加急"),
        "nudge": mark("催办"),
        "watch": mark("盯办"),
        "reject": mark("不予受理"),
        "close": mark("结案"),
        "lapse": mark("到期结案"),
        "record": mark("记下表扬"),
    },
    "wait": {
        "quiet": mark("夜里不打扰"),
        "later": mark("时间还没到"),
        "blocked": mark("对方收不到"),
        "unbound": mark("群还没有绑定"),
        "gathering": mark("和别的一起说"),
        "pace": mark("Telegram 让慢一点"),
    },
    "why": {
        "no_category": mark("没看出是哪一类事"),
        "no_lead": mark("这一类事还没有定责任单位"),
        "returned": mark("原来的单位退了单"),
    },
    "outcome": {
        "sent": mark("已送达"),
        "dead": mark("送不到"),
        "unsure": mark("不确定是否送到"),
    },
}

DOTS = {
    "captured": "🟡",
    "dispatched": "🟡",
    "in_progress": "🔵",
    "handled": "🟣",
    "confirming": "🟣",
    "closed": "🟢",
    "rejected": "⚪",
}


def name(code: object, kind: str, language: str) -> str:
    """The word for a code; a code without a word (a person's name, an old row) stays as it is, on one line."""
    msgid = NAMES[kind].get(str(code))
    return translations(language).gettext(msgid) if msgid else line(code)


def names(codes: str, kind: str, language: str) -> str:
    """Several codes, separated by commas or blanks, as one enumeration."""
    comma = translations(language).gettext("、")
    return comma.join(name(code, kind, language) for code in codes.replace(",", " ").split())


def role(written: str, language: str) -> str:
    """liaison:万科物业 as 万科物业负责人."""
    code, _, of = written.partition(":")
    said = name(code, "role", language)
    return translations(language).gettext("%(of)s%(role)s") % {"of": of, "role": said} if of else said
