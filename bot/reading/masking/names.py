"""The only place that finds people's names, where the sentence leaves no doubt that it is one."""

import re
from collections.abc import Iterator

from bot.reading.lexicon import sign
from bot.reading.masking.hidden import NAME, ROOM, Hidden

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘"
    "杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷"
    "施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂"
)
DOUBLE = "欧阳|上官|司马|诸葛|皇甫|令狐|东方|尉迟|公孙"
# What follows a name, and so cannot be its last character.
NOT_GIVEN = r"住在是的家电手我和跟与要想，,。!！?？:： \n\d\[\]了也有来去说给到业户房单楼号"
GIVEN = rf"[^{NOT_GIVEN}]{{1,2}}(?<=[\u4e00-\u9fff])"
FULL = rf"(?:(?:{DOUBLE})[\u4e00-\u9fff]{{1,2}}|[{SURNAMES}]{GIVEN})"
INTRODUCED = (
    r"(?:我叫|我姓.叫|我名叫|本人叫?|我的名字[是叫]?|姓名(?:是)?|名字[是叫]|联系人(?:是)?|户主(?:叫|是)?|房东(?:叫|是)"
    rf"|业主(?:叫|是)|名叫|报修人|投诉人|申请人|收件人)[: ]{{0,2}}(?P<name>{FULL})"
)
# 「501的老王」: with the door gone the nickname still points at him.
NEIGHBOUR = (
    rf"(?:室|户|房|{re.escape(ROOM)}|单元|\d{{3,4}}|楼)(?:那个|那家)?的?"
    rf"(?P<name>[老小阿][{SURNAMES}])(?=[^区路树草车学狗猫孩鸟]|$)"
)
RESIDENT = rf"(?:室|房|{re.escape(ROOM)}) ?(?:的|住户|业主)? ?(?P<name>{FULL})(?=家|他|她|天天|总|老是|半夜)"
POLITE = rf"(?:[^\u4e00-\u9fff]|^)(?P<name>[{SURNAMES}]{GIVEN})(?:先生|女士|小姐)"


def found(level: str) -> Iterator[Hidden]:
    """Yield what is to be hidden in `level` (plain)."""
    for shape in (INTRODUCED, NEIGHBOUR, RESIDENT, POLITE):
        for match in sign(shape).finditer(level):
            yield Hidden(*match.span("name"), NAME)
