"""Where it is: building, unit, landmark, whatever people call them, and never a door."""

import pytest

from bot.reading import BUILTIN, understand
from bot.reading.normal import clean, plain
from bot.reading.places import Place, find
from bot.reading.spelling import corrected


def place_in(text: str) -> Place:
    return find(corrected(plain(clean(text))))


@pytest.mark.parametrize(
    ("text", "words", "building", "unit"),
    [
        ("3号楼2单元漏水", "3号楼2单元", "3", "2"),
        ("3幢漏水", "3幢", "3", ""),
        ("3栋2单元漏水", "3栋2单元", "3", "2"),
        ("三号楼二单元漏水", "3号楼2单元", "3", "2"),
        ("十二幢漏水", "12幢", "12", ""),
        ("二十一栋漏水", "21栋", "21", ""),
        ("3#楼2单元漏水", "3号楼2单元", "3", "2"),
        ("5#2单元漏水", "5号楼2单元", "5", "2"),
        ("6# 漏水", "6号楼", "6", ""),
        ("3-2-501漏水", "3号楼2单元", "3", "2"),
        ("11-2-502漏水", "11号楼2单元", "11", "2"),
        ("3号楼2-501漏水", "3号楼2单元", "3", "2"),
        ("3-501漏水", "3号楼", "3", ""),
        ("15号502室漏水", "15号楼", "15", ""),
        ("3楼2单元漏水", "3号楼2单元", "3", "2"),
        ("3号楼2门漏水", "3号楼2单元", "3", "2"),
        ("７號樓２單元漏水", "7号楼2单元", "7", "2"),
        ("3️⃣号楼漏水", "3号楼", "3", ""),
        ("B座1801漏水", "B座", "B", ""),
        ("南区12幢漏水", "南区12幢", "12", ""),
        ("3号楼2单元6楼那户", "3号楼2单元6楼", "3", "2"),
        ("2栋1单元B1漏水", "2栋1单元B1", "2", "1"),
        ("10幢后门堆着垃圾", "10幢后门", "10", ""),
        ("8号楼南面瓷砖", "8号楼南面", "8", ""),
        ("楼到灯坏了,3动2单元", "3栋2单元楼道", "3", "2"),
        ("电梯里有人吐痰,3栋1单元", "3栋1单元电梯", "3", "1"),
        ("8号楼跟9号楼中间", "8号楼跟9号楼中间", "8", ""),
        ("3、5号楼停水", "3号楼、5号楼", "3", ""),
        ("2单元门禁坏了", "2单元", "", "2"),
        ("整栋楼都停电了", "", "", ""),
        ("这一栋楼都没水", "", "", ""),
        ("12号停电吗", "", "", ""),
        ("2025-11-02 停电", "", "", ""),
        ("12楼漏水", "", "", ""),
        ("3号电梯坏了", "", "", ""),
        ("广场舞太吵", "", "", ""),
        ("南区篮球场地面破损", "南区篮球场", "", ""),
        ("在B1车库C区18号车位上方", "B1车库C区18号车位上方", "", ""),
        ("菜鸟驿站到幼儿园那条路坑坑洼洼", "菜鸟驿站到幼儿园那条路", "", ""),
        ("4#车棚漏雨", "4号车棚", "", ""),
        ("感应门打不开 西门 垃圾分类亭", "西门垃圾分类亭", "", ""),
        ("商业街18号油烟", "商业街18号", "", ""),
        ("绿岛花园二期停电", "绿岛花园二期", "", ""),
    ],
)
def test_a_place_is_found(text: str, words: str, building: str, unit: str) -> None:
    assert place_in(text) == Place(words, building, unit)


def test_a_community_knows_its_quarters_by_name() -> None:
    assert find("老机械厂宿舍区路灯坏了", ("老机械厂宿舍区",)).words == "老机械厂宿舍区"
    words = BUILTIN.extended(places=("老机械厂宿舍区",))
    assert understand("#报修 老机械厂宿舍区 3幢 路灯坏了", words).place == "老机械厂宿舍区3幢"


@pytest.mark.parametrize("text", ["3号楼2单元501漏水", "3-2-501漏水", "3幢1204室漏水", "五号楼一单元一零二漏水"])
def test_a_room_is_never_part_of_a_place_or_a_heading(text: str) -> None:
    read = understand(f"#报修 {text}")
    for room in ("501", "1204", "一零二"):
        assert room not in read.place + read.title + read.masked
    assert read.building
    assert read.title.startswith(read.place)
    assert "漏水" in read.title


def test_a_heading_says_where_and_what_in_forty_characters() -> None:
    assert understand("#报修 3号楼2单元501 厨房下水堵了,污水往上返😫").title == "3号楼2单元 污水往上返😫"
    assert understand("#报修 3号楼2单元楼道灯又不亮了,麻烦看下").title == "3号楼2单元楼道灯又不亮了"
    assert len(understand("#报修 " + "楼道灯不亮" * 30).title) == 40
