"""The only place that says where a matter belongs: settled by the party, at a point, or in the hall."""

import re

GROUP, POINT, HALL = "group", "point", "hall"
WHY = {POINT: "邻里的事,可到点上谈", HALL: "公共的事,可进厅里议"}
NEIGHBOURS = re.compile(r"楼上|楼下|隔壁|对门|邻居|谁家|那户|那家|住户|他家|老[王李张刘陈]")
BUSINESS = re.compile(r"店|工地|施工|超市|商铺|酒吧|ktv|公司|广场舞|快递|物业|水泵|电梯", re.IGNORECASE)
PLANS = re.compile(
    r"太少|不够|没地方停|加装|增设|增加|引进|改造|改成|规划|公约|开通|要不要|该不该|让不让|大家怎么看|投票"
)


def tier(text: str, *, tag: str | None, key: str | None, critical: bool, mediator: bool) -> str:
    """Return the tier of `text`; violence and danger never begin at a point (mediation needs both calm)."""
    if critical:
        return GROUP
    if mediator or tag == "调解":
        return POINT
    if tag in {"议题", "建议"} or key == "public_topic" or (tag == "诉求" and PLANS.search(text)):
        return HALL
    between_two = key == "neighbour_dispute" or (key == "noise" and not BUSINESS.search(text))
    if between_two and (key == "neighbour_dispute" or NEIGHBOURS.search(text)):
        return POINT
    return GROUP
