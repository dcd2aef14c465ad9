"""What every community begins with: eleven categories, ten tags, limits and the ladder."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from tracker.community.values import Limit, Tag
from tracker.states import Urgency


@dataclass(frozen=True)
class BuiltIn:
    """A category of any neighbourhood; `leads` are the kinds of party that take it, the first that is there."""

    key: str
    name: str
    english: str
    leads: tuple[str, ...]
    urgency: Urgency = Urgency.NORMAL


CATEGORIES = (
    BuiltIn("public_facility", "公共设施维修", "Public facilities", ("property",)),
    BuiltIn("lift_utilities", "电梯与水电气暖", "Lifts and utilities", ("property",), Urgency.URGENT),
    BuiltIn("leak_drainage", "漏水与下水", "Leaks and drains", ("property",)),
    BuiltIn("sanitation", "环境卫生", "Cleanliness", ("property",)),
    BuiltIn("noise", "噪音扰民", "Noise", ("property", "community")),
    BuiltIn("parking_charging", "停车与充电", "Parking and charging", ("property",)),
    BuiltIn("safety_hazard", "安全隐患", "Safety hazards", ("property",), Urgency.URGENT),
    BuiltIn("neighbour_dispute", "邻里纠纷", "Disputes between neighbours", ("community",)),
    # A complaint about the property firm does not go to the property firm.
    BuiltIn(
        "property_service", "物业服务与收费", "Property service and fees",
        ("owners_committee", "community"), Urgency.COMPLEX,
    ),
    BuiltIn("public_topic", "公共议题", "Public topics", ("owners_committee", "community"), Urgency.COMPLEX),
    BuiltIn("help_inquiry", "求助与咨询", "Help and questions", ("community", "social_org"), Urgency.INQUIRY),
)  # fmt: skip

NAMED = {spelling: each.name for each in CATEGORIES for spelling in (each.name, each.english, each.key)}
"""Every way a file may name a built-in category, to the name it goes by."""

TAGS = (
    Tag("报修", ("保修", "维修"), "公共设施维修"),
    Tag("投诉", ("举报",), "物业服务与收费"),
    Tag("诉求", ("反映",)),
    Tag("建议", (), "公共议题"),
    Tag("求助", (), "求助与咨询"),
    Tag("咨询", (), "求助与咨询"),
    Tag("调解", (), "邻里纠纷"),
    Tag("议题", ("议事",), "公共议题"),
    Tag("随手拍"),
    Tag("表扬", (), "物业服务与收费"),
)

ENGLISH_TAGS = (
    Tag("repair", ("fix", "report"), "公共设施维修"),
    Tag("complaint", (), "物业服务与收费"),
    Tag("request"),
    Tag("suggestion", (), "公共议题"),
    Tag("help", (), "求助与咨询"),
    Tag("question", (), "求助与咨询"),
    Tag("mediation", (), "邻里纠纷"),
    Tag("topic", (), "公共议题"),
    Tag("snapshot"),
    Tag("praise", (), "物业服务与收费"),
)

LIMITS = {  # docs/rules.md
    Urgency.CRITICAL: Limit("10m", "2h"),
    Urgency.URGENT: Limit("30m", "24h"),
    Urgency.NORMAL: Limit("4wh", "5wd"),
    Urgency.COMPLEX: Limit("1wd", "15wd"),
    Urgency.INQUIRY: Limit("4wh", "1wd"),
}

ACCEPT: list[dict[str, Any]] = [
    {"at": "100%", "tell": ["liaison"]},
    {"at": "150%", "tell": ["liaison", "coordinator"]},
]


def resolve(after: str) -> list[dict[str, Any]]:
    """Yellow light, red light, and the written reminder `after` the limit and three times more."""
    return [
        {"at": "80%", "tell": ["liaison"]},
        {"at": "100%", "tell": ["liaison", "coordinator"]},
        {"at": f"+{after}", "tell": ["coordinator", "secretary"], "repeat": {"every": after, "times": 3}},
    ]


RESOLVE_AFTER = "1wd"
IN_A_HURRY = {Urgency.CRITICAL: "30m", Urgency.URGENT: "2h"}  # docs/rules.md

CONFIRM_SILENCE = "72h"
REOPEN_WITHIN = "7d"

TIMEZONE = "Asia/Shanghai"
EMERGENCY = {"default": "110 / 119 / 120"}
BOT_NAME = {"zh": "社区小助手", "en": "Linliban"}
WORKDAYS = frozenset(range(5))
HOURS = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
QUIET = (time(22), time(7))
