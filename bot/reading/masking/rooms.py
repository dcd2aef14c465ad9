"""The only place that finds rooms: the building and the unit may be told, the door not."""

import re
from collections.abc import Iterator

from bot.reading.lexicon import sign
from bot.reading.masking.hidden import ROOM, Hidden

HAN = "零一二三四五六七八九"
HOTLINE = r"(?!(?:110|112|114|119|120|122|123)(?!\d))"
# 「501」「1203」: a floor and one of its doors.
LIKELY = rf"{HOTLINE}(?:[1-9]|[1-4]\d)(?:0[1-9]|1\d|20)(?!\d)"
# What follows a quantity, right behind it: 「200多辆」「302路公交」, but not 「302路灯」 nor 「501天花板」.
MEASURE = (
    r"(?![元块毛斤米度月日周辆秒千百余瓦伏寸包箱桶盏棵倍页位届级版%℃吨升克章]|公(?:里|斤|分)|平(?![时常台日])"
    r"|年(?![久前底轻])|天(?![天花台])|人(?!家)|分(?!水)|点(?![火不着])|时(?![不常时])|路(?![灯口面上边])|线(?!路)"
    r"|国(?!庆)|省(?!得)|万(?!一)|多(?![次年天家])|几(?!次)|[幢栋]|件|条(?!件)|张(?![阿姨姓先师家])|套(?!间)|份|步|名"
    r"|期|班|种(?!菜)|股(?![味臭])|本(?![来身人楼单])|两(?![口家夫公人户个])|角(?![落阀])|次(?!卧)|只(?![有要能是])"
    r"|个(?!人)|号(?!房|室)|层|楼(?![道上下顶板梯里])|户(?=居民|人家|业主|家庭|全|都|,|。)|家(?=店|商|公司|企业)"
    r"|[wWkKgGcmM](?![A-Za-z])|会议|办公|教室|活动)"
)
# Behind a unit only the plainest quantities are none of its doors.
QUANTITY = r"(?!多(?=[辆户人个家天年万元块米])|余|元|块|户居民|户人家|平米|平方|:\d)"
SUFFIX = r"(?: ?(?:室|号房|房间?(?![租价])|户(?!型|口|外|主|均)|号(?=$|[^\d楼幢栋线门]))|-\d{1,2}(?=室|房))?"
ANCHOR = r"(?:单元|[号#幢栋座] ?[楼幢栋]|[幢栋座楼层#]|(?<=\d)门)"
# 「1102、1202、1302」
MORE = rf"(?: ?[、,和跟与及/~到至-] ?(?:\d{{3,4}}(?!\d){MEASURE}|[{HAN}]{{3,4}}(?=室|房)){SUFFIX})*"

AFTER_HOUSE = (
    rf"{ANCHOR} ?[-,、的/·.]{{0,2}} ?(?P<room>(?:{LIKELY}[A-Da-d]?(?!\d|[:.]\d){QUANTITY}"
    rf"|{HOTLINE}\d{{3,4}}[A-Da-d]?(?!\d|[:.]\d){MEASURE}"
    rf"|[{HAN}]{{3,4}}(?![{HAN}十百]|天|次|年|个|人|[元块])){SUFFIX}{MORE})"
)
# 「3-2-501」「2-501」「3/2/501」: the last part is the door.
DASHED = (
    rf"(?<![\d:-])(?:[A-Za-z]?\d{{1,2}} ?(?P<d>[-/.]) ?\d{{1,2}} ?(?P=d) ?"
    rf"|[A-Za-z]?\d{{1,2}} ?-(?= ?{LIKELY}(?!\d)))(?P<room>\d{{3,4}}(?![\d-]){SUFFIX}{MORE})"
)
NAMED = (
    rf"(?<![\d.:])(?P<room>(?:\d{{3,5}}|[{HAN}]{{3,4}}|[一二三四五六七八九十]{{1,3}}百?零[一二三四五六七八九]"
    rf"|[A-Za-z]-?\d{{2,4}})(?:-\d{{1,2}})? ?(?:室(?!外|内|友|温)|号房|房(?![租价屋产子顶门])(?:间)?)){MORE}"
)
ALONE = (
    rf"(?<![\dA-Za-z.:¥$/+-])(?<!单号)(?<!编号)(?<!工号)"
    rf"(?P<room>{LIKELY}(?![\dA-Za-z]|[:/.-]\d){MEASURE}{SUFFIX}{MORE})"
)
# 「楼上401」: said of a neighbour, it is his door.
OF_SOMEBODY = (
    r"(?:我家|我们家|他家|楼上|楼下|隔壁|对门|住在?|家在|门牌号?|房号|室号)的?:? ?"
    rf"(?P<room>{LIKELY}(?![:.]\d){QUANTITY}{SUFFIX}{MORE})"
)
LETTERED = rf"(?<![\dA-Za-z-])(?P<room>[A-Da-d]-?{LIKELY}|{LIKELY}[A-Da-d])(?![\dA-Za-z]){MEASURE}"
# 「6号楼1单元东户」
DOOR = r"(?:单元|[楼层幢栋]|号楼|已隐去\]) ?,?(?P<room>(?:[东西南北中左右]|东边|西边|左手边?|右手边?)户)"
ENGLISH = (
    r"(?<![A-Za-z])(?:rooms?|rm|apt|apartment|flat|unit|door|no)\.? ?#? ?"
    r"(?P<room>[A-Za-z]?-?\d{3,4}[A-Za-z]?)(?![A-Za-z0-9])"
)


def found(level: str) -> Iterator[Hidden]:
    """Yield what is to be hidden in `level` (plain)."""
    for shape in (AFTER_HOUSE, DASHED, NAMED, ALONE, OF_SOMEBODY, LETTERED, DOOR, ENGLISH):
        for match in sign(shape).finditer(level):
            if not re.match(r"(?:19|20)\d\d[-/.年]", match["room"]):
                yield Hidden(match.start("room"), match.end(), ROOM)
