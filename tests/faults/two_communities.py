"""Where the random walk happens: a neighbourhood with two groups, another community beside it, and who lives there."""

from tests.world import VOLUNTEER, World

YARD, FIRM, OLD_GROUP, ISLAND = -1001, -1002, -55, -1003
GAO, MA, ZHOU, NAI, BO, QIAN = 3002, 3001, 3003, 3101, 3102, 3004
NAMES = {GAO: "高师傅", MA: "马主任", ZHOU: "周网格员", QIAN: "钱主任", NAI: "奶奶", BO: "伯伯"}
RESIDENTS = (NAI, BO)

FILE = """
[community]
name = "幸福里"
prefix = "XF"
[calendar]
holidays = "none"
[[grid]]
name = "东区"
[[group]]
name = "幸福里居民群"
grid = "东区"
chat_id = -1001
[[group]]
name = "老楼群"
grid = "东区"
chat_id = -55
[[group]]
name = "物业工作群"
kind = "work"
chat_id = -1002
[[party]]
name = "幸福物业"
kind = "property"
group = "物业工作群"
[[party]]
name = "业委会"
kind = "owners_committee"
[[person]]
name = "高师傅"
user_id = 3002
roles = ["liaison:幸福物业"]
[[person]]
name = "钱主任"
user_id = 3004
roles = ["liaison:业委会"]
[[person]]
name = "马主任"
user_id = 3001
roles = ["coordinator"]
[[person]]
name = "周网格员"
user_id = 3003
roles = ["grid_worker:东区"]
[[category]]
name = "环境卫生"
lead = "幸福物业"
check = true
"""
SECOND = """
[community]
name = "小岛社区"
prefix = "DA"
[[group]]
name = "小岛居民群"
chat_id = -1003
[[party]]
name = "小岛物业"
kind = "property"
[[person]]
name = "高师傅"
user_id = 3002
roles = ["liaison:小岛物业"]
[[person]]
name = "马主任"
user_id = 3001
roles = ["coordinator"]
"""


def move_in(world: World) -> None:
    """Everybody has a phone and opened the bot once."""
    world.town.add_group(ISLAND, "小岛居民群", [VOLUNTEER])
    world.town.add_bot_to(ISLAND, status="administrator")
    for number, name in NAMES.items():
        groups = (YARD, OLD_GROUP, ISLAND) if number in RESIDENTS else (YARD, FIRM)
        world.person(number, name, *groups, started=True)
