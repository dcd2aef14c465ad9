"""What holds for every text there can be."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reading import BUILTIN, mask, tags_in, understand
from bot.reading.normal import clean, plain
from bot.reading.spelling import corrected

BITS = """
#报修 #投诉 ＃ 【报修】 @社区小助手 3号楼 2单元 501 1203室 3-2-501 138 12345678 苏E8A12K a@b.cn 320502196503124517
6222021234567890123 我叫 张三 老王 漏水 着火了 怕 没 已经好了 谢谢 转发: 测试 加微信 [室号已隐去] [电话已隐去]
0512 65201234 微信 qq 零 一 五 、 - . / 的 东户 楼 室 2025-11-02 +86 00 转 XZ12 #XZ12 😀 「 」 <b> & _*[
"""
bits = st.sampled_from([*BITS.split(), " ", "\n", "\u200b", "\u202e"])
any_text = st.one_of(st.text(max_size=80), st.lists(bits, max_size=14).map("".join))
around = st.sampled_from(["", " ", "电话", "漏水", "😀", ",", "3号楼", "\n", "找我", "("])
quietly = settings(max_examples=300, deadline=None)


@quietly
@given(any_text)
def test_nothing_said_makes_it_stumble(text: str) -> None:
    read = understand(text)
    assert read.ticket == (read.refusal is None)
    assert len(read.title) <= 40
    assert mask(read.title) == read.title
    assert read.masked == mask(read.body)
    for found in tags_in(text, BUILTIN):
        assert 0 <= found.start < found.end <= len(clean(text))


@quietly
@given(any_text)
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@quietly
@given(any_text)
def test_levelling_keeps_every_position(text: str) -> None:
    cleaned = clean(text)
    assert len(plain(cleaned)) == len(corrected(plain(cleaned))) == len(cleaned)
    assert clean(cleaned) == cleaned


digits = st.text("0123456789", min_size=9, max_size=9)


@quietly
@given(st.sampled_from("3456789"), digits, st.sampled_from(["", " ", "-", "."]), around, around)
def test_no_phone_survives(second: str, rest: str, gap: str, before: str, after: str) -> None:
    number = f"1{second}{rest}"
    written = gap.join([number[:3], number[3:7], number[7:]])
    shown = mask(before + written + after)
    assert written not in shown
    assert rest not in shown


@quietly
@given(
    st.integers(110000, 659000),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
    st.sampled_from("0123456789Xx"),
    around,
)
def test_no_identity_number_survives(district: int, born: date, order: int, check: str, beside: str) -> None:
    number = f"{district}{born:%Y%m%d}{order:03}{check}"
    shown = mask(beside + number + beside)
    assert number[6:14] not in shown
    assert number[-4:] not in shown


@quietly
@given(
    st.sampled_from("京沪粤苏浙皖"),
    st.sampled_from("ABCDEF"),
    st.sampled_from(["", "·", " "]),
    st.text("ABCDEFGHJK0123456789", min_size=5, max_size=6).filter(lambda tail: any(map(str.isdigit, tail))),
)
def test_no_plate_survives(province: str, city: str, gap: str, tail: str) -> None:
    assert tail not in mask(f"车{province}{city}{gap}{tail}堵门")


@quietly
@given(st.emails(domains=st.sampled_from(["163.com", "qq.com", "example.org"])))
def test_no_address_survives(address: str) -> None:
    assert address not in mask(f"写到 {address} 吧")


@quietly
@given(st.integers(1, 33), st.integers(1, 9), st.integers(1, 33), st.integers(1, 9))
def test_building_and_unit_stay_and_the_door_goes(building: int, unit: int, floor: int, door: int) -> None:
    room = f"{floor}{door:02}"
    for text in (f"{building}号楼{unit}单元{room}", f"{building}-{unit}-{room}", f"{building}#{unit}单元{room}室"):
        read = understand(f"#报修 {text} 漏水")
        assert (read.building, read.unit) == (str(building), str(unit))
        assert read.masked == f"{text.removesuffix('室').removesuffix(room)}[室号已隐去] 漏水"


@pytest.mark.parametrize(
    "bit",
    [
        "1",
        "a",
        "楼",
        "1 ",
        "a@",
        "a.",
        "#报修",
        "3号楼2单元501 ",
        "电梯人",
        "怕着火",
        "窨井",
        "「",
        "修好了",
        "零",
        "苏E1 ",
        "(0",
        "http://",
    ],
)
def test_ten_thousand_characters_take_no_longer_than_they_must(bit: str) -> None:
    text = ("#报修 " + bit * 10_000)[:10_000]
    understand("#报修 预热")
    began = time.process_time()
    understand(text)
    assert time.process_time() - began < 2
