"""A tag is a tag however it is written, and a building is none."""

import pytest

from bot.reading import BUILTIN, TagWords, tags_in, understand


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("#报修 三楼漏水", "报修"),
        ("#报修三楼漏水", "报修"),
        ("＃报修 三楼漏水", "报修"),
        ("请#报修一下 三楼漏水", "报修"),
        ("#报修#紧急 三楼漏水", "报修"),
        ("#诉求# 装个路灯", "诉求"),
        ("【报修】三楼漏水", "报修"),
        ("[报修] 三楼漏水", "报修"),
        ("【#报修】三楼漏水", "报修"),
        ("【报修 三楼漏水】", "报修"),
        ("😀😀 #报修 三楼漏水", "报修"),
        ("#😭报修 三楼漏水", "报修"),
        ("#️⃣报修 三楼漏水", "报修"),
        ("# 报修 三楼漏水", "报修"),
        ("#\u200b报\u200d修 三楼漏水", "报修"),
        ("\u202e#报修 三楼漏水", "报修"),
        ("三楼漏水\n#报修", "报修"),
        ("三楼漏水#报修", "报修"),
        ("#報修 樓道燈壞了", "报修"),
        ("#保修 楼道灯坏了", "报修"),
        ("#抱修 楼道灯坏了", "报修"),
        ("#头诉 太吵了", "投诉"),
        ("#资询 居住证在哪办", "咨询"),
        ("#条解 楼上漏水", "调解"),
        ("#随手排 垃圾没收", "随手拍"),
        ("#报修11-2-502 漏水", "报修"),
    ],
)
def test_a_tag_is_read_in_every_spelling(text: str, tag: str) -> None:
    read = understand(text)
    assert (read.ticket, read.tag) == (True, tag)
    assert "#" not in read.body.replace("#紧急", "")
    assert read.body


@pytest.mark.parametrize(
    "text",
    [
        "3#楼2单元漏水",
        "5#2单元的灯坏了",
        "4#车棚漏雨",
        "看 https://example.com/help#报修 里怎么写的",
        "看 example.cn/#报修",
        "#XZ12 修好没有",
        "#晒娃 今天会走路了",
        "报修电话是多少",
        "#12 #34",
    ],
)
def test_what_looks_like_a_tag_and_is_none(text: str) -> None:
    assert tags_in(text, BUILTIN) == []
    assert not understand(text).ticket


def test_the_longest_configured_tag_wins() -> None:
    words = BUILTIN.extended(tags=(TagWords("报修率"), TagWords("Repair", aliases=("fix",))))
    assert [found.name for found in tags_in("#报修率是多少", words)] == ["报修率"]
    assert [found.name for found in tags_in("#报修 灯坏了", words)] == ["报修"]
    assert [found.name for found in tags_in("#REPAIR the lamp", words)] == ["Repair"]
    assert tags_in("#repairs", words) == []


def test_a_tag_is_cut_out_where_it_stands() -> None:
    text = "😀 三楼漏水#报修 快来"
    (found,) = tags_in(text, BUILTIN)
    assert text[found.start : found.end] == "#报修"
    assert understand(text).body == "😀 三楼漏水 快来"


@pytest.mark.parametrize(
    "text",
    [
        "@社区小助手 三楼漏水",
        "三楼漏水@社区小助手",
        "＠社区小助手三楼漏水",
        "@LinliBan_Bot 三楼漏水",
        "请@linliban_bot报修 三楼漏水",
    ],
)
def test_a_mention_with_a_matter_is_a_report(text: str) -> None:
    read = understand(text)
    assert (read.ticket, read.tag, read.category) == (True, None, "漏水与下水")
    assert "@" not in read.body


def test_another_name_or_an_address_is_no_mention() -> None:
    assert not understand("@linliban_bot2 三楼漏水").ticket
    assert not understand("写信给 a@linliban_bot.cn 三楼漏水").ticket


@pytest.mark.parametrize("text", ["#XZ12 怎么样了", "xz12 进度", "＃ＸＺ１２", "XZ-12 还没修"])
def test_a_ticket_number_is_seen_and_is_no_tag(text: str) -> None:
    read = understand(text)
    assert (read.number, read.tag) == ("XZ12", None)


def test_a_report_may_name_an_old_ticket() -> None:
    read = understand("#投诉 XZ12 说修好了 根本没修")
    assert (read.ticket, read.number, read.urgency) == (True, "XZ12", "urgent")


def test_a_tag_given_in_reply_counts_for_what_it_answers() -> None:
    read = understand("三楼楼道灯不亮", addressed=True, tag="报修")
    assert (read.ticket, read.tag, read.category) == (True, "报修", "公共设施维修")
    assert understand("三楼楼道灯不亮").refusal == "chatter"
