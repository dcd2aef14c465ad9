"""What a volunteer may write into a community file, what it then means, and what is said about each mistake."""

import re
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.community import CommunityFile, CommunityMistakes, load, read
from tracker.community.complaints import SENTENCES, told
from tracker.community.reading import draft_of
from tracker.ladders import Rules
from tracker.states import Phase, RoleKind, Urgency

EXAMPLES = Path(__file__).parents[2] / "examples"

WHOLE = """
[community]
name = "西渚社区"
prefix = "XZ"
emergency = { default = "110 / 119 / 120", "电梯" = "96333" }

[calendar]
workdays = ["Mon", "Tue", "Wed", "Thu", "Fri"]
hours = ["08:30-12:00", "13:30-17:30"]
quiet = "22:00-07:00"

[[grid]]
name = "南区"

[[group]]
name = "南区议事群"
kind = "residents"
grid = "南区"
chat_id = -1001000000001

[[group]]
name = "物业工作群"
kind = "work"
chat_id = -1001000000011

[[party]]
name = "万科物业"
kind = "property"
group = "物业工作群"

[[party]]
name = "业委会"
kind = "owners_committee"

[[person]]
name = "陈主任"
user_id = 2001
roles = ["coordinator", "liaison:业委会"]

[[person]]
name = "李师傅"
user_id = 2002
roles = ["liaison:万科物业"]

[[category]]
name = "公共设施维修"
keywords = ["路灯", "门禁"]
lead = "万科物业"

[[category]]
name = "电梯与水电气暖"
keywords = ["水压"]

[[tag]]
name = "报修"
aliases = ["保修", "维修"]
category = "公共设施维修"

[limits.normal]
accept = "4wh"
resolve = "5wd"

[ladder]
accept = [{ at = "100%", tell = ["liaison"] }]
resolve = [{ at = "80%", tell = ["liaison"] },
           { at = "+1wd", tell = ["secretary"], repeat = { every = "1wd", times = 3 } }]
"""

TAGS = ["报修", "投诉", "诉求", "建议", "求助", "咨询", "调解", "议题", "随手拍", "表扬"]

LEAST = """
[community]
name = "幸福社区"
prefix = "XF"
[[group]]
name = "幸福里居民群"
[[party]]
name = "幸福物业"
kind = "property"
[[person]]
name = "王主任"
roles = ["coordinator", "liaison:幸福物业"]
"""


def mistakes(text: str) -> tuple[str, ...]:
    with pytest.raises(CommunityMistakes) as refused:
        read(text, "xizhu.toml")
    return refused.value.lines


def changed(old: str, new: str) -> str:
    assert old in WHOLE
    return WHOLE.replace(old, new, 1)


MISTAKES = [
    # (what stands there, what somebody writes instead, the key that is named, a piece of the reason)
    ('prefix = "XZ"', 'prefix = "西渚"', "community.prefix", "大写字母"),
    ('prefix = "XZ"', 'prefix = "XIZHUXQ"', "community.prefix", "1 到 6 个"),
    ('prefix = "XZ"', "", "community.prefix", "缺少"),
    ('name = "西渚社区"', 'name = "  "', "community.name", "空的"),
    ('name = "西渚社区"', 'name = "西渚\\u202e社区"', "community.name", "看不见的字符"),
    ('name = "西渚社区"', f'name = "{"西" * 65}"', "community.name", "最多 64"),
    ('name = "西渚社区"', "name = 1", "community.name", "双引号"),
    ('prefix = "XZ"', 'prefix = "XZ"\ntimezone = "Asia/Beijing"', "community.timezone", "Asia/Shanghai"),
    ('prefix = "XZ"', 'prefix = "XZ"\ntimezone = "../etc"', "community.timezone", "没有时区"),
    ('prefix = "XZ"', 'prefix = "XZ"\nlanguage = "fr"', "community.language", "zh、en"),
    ('prefix = "XZ"', 'prefix = "XZ"\nbotname = "小助手"', "community.botname", "bot_name"),
    ('{ default = "110 / 119 / 120", ', "{ ", "community.emergency", "default"),
    ('"96333"', '"叫人"', "community.emergency", "电话号码"),
    ('workdays = ["Mon"', 'workdays = ["周一"', "calendar.workdays[1]", "Mon、Tue"),
    ('["Mon", "Tue"', '["Mon", "Mon"', "calendar.workdays", "写了两次"),
    ('["Mon", "Tue", "Wed", "Thu", "Fri"]', "[]", "calendar.workdays", "至少写一个"),
    ('"08:30-12:00"', '"8点到12点"', "calendar.hours", "08:30-12:00"),
    ('"08:30-12:00"', '"12:00-08:30"', "calendar.hours", "早于开始"),
    ('"08:30-12:00"', '"08:30-14:00"', "calendar.hours", "重叠"),
    ('"08:30-12:00"', '"08:30-12:75"', "calendar.hours", "不是时段"),
    ('["08:30-12:00", "13:30-17:30"]', '"08:30-17:30"', "calendar.hours", "列表"),
    ('"22:00-07:00"', '"晚上"', "calendar.quiet", "none"),
    ('"22:00-07:00"', '"22:00-22:00"', "calendar.quiet", "安静时段"),
    ('quiet = "22:00-07:00"', 'holidays = "US"', "calendar.holidays", "CN、none"),
    ("[[grid]]", "[grid]", "grid", "[[grid]]"),
    ('grid = "南区"\n', 'grid = "东区"\n', "group[1].grid", "没有叫“东区”的网格"),
    ('kind = "residents"', 'kind = "resident"', "group[1].kind", "residents、work、hall"),
    ('kind = "work"', 'kind = "works"', "group[2].kind", "residents、work、hall"),
    ("chat_id = -1001000000011", "chat_id = -1001000000001", "group[2].chat_id", "group[1].chat_id"),
    ("chat_id = -1001000000011", "chat_id = 1001000000011", "group[2].chat_id", "负数"),
    ("chat_id = -1001000000011", 'chat_id = "-1001000000011"', "group[2].chat_id", "整数"),
    ("[[party]]", '[[group]]\nname = "南区议事群"\n[[party]]', "group[3].name", "已经用在 group[1].name"),
    ('group = "物业工作群"', 'group = "物业群"', "party[1].group", "没有叫“物业群”的群"),
    ('kind = "owners_committee"', 'kind = "业委会"', "party[2].kind", "owners_committee"),
    (
        "[[person]]",
        '[[party]]\nname = "业委会"\nkind = "police"\n[[person]]',
        "party[3].name",
        "已经用在 party[2].name",
    ),
    ("user_id = 2002", "user_id = 2001", "person[2].user_id", "person[1].user_id"),
    ("user_id = 2002", "user_id = -2002", "person[2].user_id", "正数"),
    ("user_id = 2002", "user_id = true", "person[2].user_id", "整数"),
    ('"liaison:万科物业"', '"liaison:万科"', "person[2].roles[1]", "万科物业、业委会"),
    ('"liaison:万科物业"', '"师傅"', "person[2].roles[1]", "liaison:PARTY"),
    ('"liaison:万科物业"', '"liaison"', "person[2].roles[1]", "谁的"),
    ('"liaison:万科物业"', '"grid_worker:东区"', "person[2].roles[1]", "没有叫“东区”的网格"),
    ('"liaison:万科物业"', '"secretary:南区"', "person[2].roles[1]", "只写 secretary"),
    ('["liaison:万科物业"]', '"liaison:万科物业"', "person[2].roles", "列表"),
    (
        'lead = "万科物业"',
        'lead = "万科"',
        "category[1].lead",
        "没有叫“万科”的责任方。写成 [[party]] 里的名字：万科物业、业委会",
    ),
    ('lead = "万科物业"', 'assist = ["城管"]', "category[1].assist[1]", "没有叫“城管”的责任方"),
    ('lead = "万科物业"', 'urgency = "特急"', "category[1].urgency", "critical、urgent"),
    ('lead = "万科物业"', 'check = "yes"', "category[1].check", "true 或 false"),
    ('["水压"]', '["路灯"]', "category[2].keywords[1]", "公共设施维修"),
    ('["水压"]', '[""]', "category[2].keywords[1]", "空的"),
    ('name = "电梯与水电气暖"', 'name = "公共设施维修"', "category[2].name", "已经用在 category[1].name"),
    ('category = "公共设施维修"', 'category = "修东西"', "tag[1].category", "没有叫“修东西”的分类"),
    ('"保修"', '"投诉"', "tag[1].aliases[1]", "已经是标签“投诉”"),
    ('"保修"', '"报 修"', "tag[1].aliases[1]", "不能有空格"),
    ('"保修"', '"xz"', "community.prefix", "同时是标签"),
    ("[limits.normal]", "[limits.slow]", "limits.slow", "critical、urgent"),
    ('accept = "4wh"', 'accept = "4 weeks"', "limits.normal.accept", "不是时间长度"),
    ('accept = "4wh"', "accept = 4", "limits.normal.accept", "双引号"),
    ('accept = "4wh"', 'accept = "6wd"', "limits.normal.accept", "比办结时限 5wd 还长"),
    ('at = "80%"', 'at = "80"', "ladder.resolve[1].at", "写成 80%"),
    ('at = "80%"', 'at = "+2wd"', "ladder.resolve", "“+1wd”要排在“+2wd”前面"),
    ('tell = ["secretary"]', 'tell = ["书记"]', "ladder.resolve[2].tell[1]", "secretary"),
    ('tell = ["secretary"]', "tell = []", "ladder.resolve[2].tell", "至少写一个"),
    ("times = 3", "times = 0", "ladder.resolve[2].repeat.times", "1 到 100"),
    ('every = "1wd", ', "", "ladder.resolve[2].repeat.every", "缺少"),
    ('[{ at = "100%", tell = ["liaison"] }]', "[]", "ladder.accept", "至少写一个"),
    ("[ladder]", '[ladder]\nconfirm_silence = "三天"', "ladder.confirm_silence", "不是时间长度"),
    ("[ladder]", "[[ladders]]", "ladders", "ladder"),
    ("[[grid]]", '[[calendar.day]]\ndate = "明天"\nwork = true\n[[grid]]', "calendar.day[1].date", "2027-02-20"),
    ("[[grid]]", "[[calendar.day]]\ndate = 2027-02-20\n[[grid]]", "calendar.day[1].work", "缺少"),
]


@pytest.mark.parametrize(("old", "new", "key", "reason"), MISTAKES)
def test_a_mistake_gets_one_line_with_file_key_and_reason(old: str, new: str, key: str, reason: str) -> None:
    (line,) = mistakes(changed(old, new))
    assert re.match(rf"xizhu\.toml( 第\d+行)? {re.escape(key)}：", line), line
    assert reason in line
    assert "\n" not in line


def test_the_line_of_the_mistake_is_told() -> None:
    text = changed('lead = "万科物业"', 'lead = "万科"')
    number = text.splitlines().index('lead = "万科"') + 1
    assert mistakes(text)[0].startswith(f"xizhu.toml 第{number}行 category[1].lead：")


def test_all_mistakes_are_told_at_once_from_top_to_bottom() -> None:
    text = WHOLE
    for old, new in [
        ('prefix = "XZ"', 'prefix = "xz"'),
        ('kind = "residents"', 'kind = "resident"'),
        ('group = "物业工作群"', 'group = "物业群"'),
        ("user_id = 2002", "user_id = -2002"),
        ('"liaison:万科物业"', '"liaison:万科"'),
        ('accept = "4wh"', 'accept = "bald"'),
    ]:
        text = text.replace(old, new, 1)
    keys = [re.search(r"行 (\S+?)：", line) for line in mistakes(text)]
    assert [key and key[1] for key in keys] == [
        "community.prefix",
        "group[1].kind",
        "party[1].group",
        "person[2].user_id",
        "person[2].roles[1]",
        "limits.normal.accept",
    ]


def test_one_mistake_does_not_make_others() -> None:
    (line,) = mistakes(changed('kind = "property"', 'kind = "物业"'))
    assert "party[1].kind" in line, "the party still has its name: nobody who names it is blamed"


def test_an_english_community_is_answered_in_english() -> None:
    text = changed('prefix = "XZ"', 'prefix = "XZ"\nlanguage = "en"').replace('lead = "万科物业"', 'lead = "Vanke"')
    (line,) = mistakes(text)
    assert re.fullmatch(
        r"xizhu\.toml, line \d+, category\[1\]\.lead: there is no party Vanke\."
        r" Use a name from \[\[party\]\]: 万科物业, 业委会",
        line,
    )


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("[community]\nname = “西渚社区”\n", 2, 8),
        ('[community]\nname = "西渚社区\n', 2, 13),
        ("[community\n", 1, 11),
        ("name", 1, 5),
        ("[community]\nname = 1\nname = 2\n", 3, 9),
    ],
)
def test_what_is_no_toml_is_told_by_line_and_column(text: str, line: int, column: int) -> None:
    (told,) = mistakes(text)
    assert told.startswith("xizhu.toml：")
    assert f"第 {line} 行第 {column} 列" in told


@pytest.mark.parametrize("text", ["x = " + "[" * 5000, "x = " + "9" * 5000, "x = {" * 3000])
def test_a_file_made_to_break_the_reader_is_refused_in_one_line(text: str) -> None:
    (told,) = mistakes(text)
    assert told.startswith("xizhu.toml：")


def put(raw: Any, path: list[int], junk: object) -> Any:
    """`raw` with one thing in it, found by following `path`, replaced by `junk`."""
    if not path or not isinstance(raw, dict | list) or not raw:
        return junk
    if isinstance(raw, list):
        n = path[0] % len(raw)
        return [put(each, path[1:], junk) if i == n else each for i, each in enumerate(raw)]
    key = sorted(raw)[path[0] % len(raw)]
    return {**raw, key: put(raw[key], path[1:], junk)}


JUNK = [
    0,
    -1,
    2**70,
    1.5,
    True,
    "",
    " ",
    "{x}",
    "x" * 500,
    "\u202e",
    [],
    [[]],
    [{}],
    {},
    {"a": {"b": []}},
    date(2027, 1, 1),
]


@settings(max_examples=200, deadline=None, database=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=5), st.sampled_from(JUNK))
def test_whatever_stands_anywhere_is_read_or_complained_about(path: list[int], junk: object) -> None:
    draft, complaints = draft_of(put(tomllib.loads(WHOLE), path, junk))
    assert draft.community is not None or complaints
    for complaint in complaints:
        for language in ("zh", "en"):
            line = told(complaint, language, "xizhu.toml", 1)
            assert line.startswith("xizhu.toml")
            assert line.isprintable()


def test_an_empty_file_is_told_what_it_needs() -> None:
    assert [line.split("：")[0] for line in mistakes("")] == [
        "xizhu.toml community.name",
        "xizhu.toml community.prefix",
        "xizhu.toml group",
        "xizhu.toml party",
        "xizhu.toml person",
    ]


def test_text_from_the_file_cannot_break_the_line() -> None:
    (line,) = mistakes(changed('lead = "万科物业"', 'lead = "{0} %s <b>&"'))
    assert "没有叫“{0} %s <b>&”的责任方" in line


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    windows = tmp_path / "gbk.toml"
    windows.write_bytes(WHOLE.encode("gbk"))
    with pytest.raises(CommunityMistakes, match=r"gbk\.toml：不是 UTF-8 编码"):
        load(windows)
    with pytest.raises(CommunityMistakes, match=r"nowhere\.toml：读不了"):
        load(tmp_path / "nowhere.toml")
    with pytest.raises(CommunityMistakes, match="读不了"):
        load(tmp_path)


def test_a_file_saved_by_notepad_is_fine(tmp_path: Path) -> None:
    notepad = tmp_path / "xizhu.toml"
    notepad.write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    assert load(notepad).community.name == "西渚社区"


def test_what_people_type_with_a_chinese_keyboard_is_understood() -> None:
    file = read(
        changed('"liaison:万科物业"', '"liaison：万科物业"')
        .replace('"08:30-12:00"', '"8：30—12：00"')
        .replace('"80%"', '"80％"')
        .replace('"保修"', '"#保修"'),
        "xizhu.toml",
    )
    assert file.people[1].roles[0].party == "万科物业"
    assert file.calendar().hours[0] == (time(8, 30), time(12))
    assert file.rules()["resolve"][0]["at"] == "80%"
    assert "保修" in file.tags()[0].aliases


def test_every_sentence_exists_in_both_languages_with_the_same_fields() -> None:
    for code, (chinese, english) in SENTENCES.items():
        fields = [set(re.findall(r"(?<!\{)\{(\w+)\}", sentence)) for sentence in (chinese, english)]
        assert fields[0] - {"guess"} == fields[1] - {"guess"}, code


# --- what a file means --------------------------------------------------------------------------------------------


@pytest.fixture
def least() -> CommunityFile:
    return read(LEAST, "least.toml")


def test_the_least_file_is_completed_with_what_is_usual(least: CommunityFile) -> None:
    assert least.community.timezone == "Asia/Shanghai"
    assert least.bot_name == "社区小助手"
    assert least.community.emergency == {"default": "110 / 119 / 120"}
    assert least.groups[0].kind == "residents"
    assert least.groups[0].chat_id is None
    assert least.people[0].user_id is None
    assert least.people[0].roles[0].kind == RoleKind.COORDINATOR
    assert least.warnings == ()
    assert len(least.categories()) == 11
    assert [tag.name for tag in least.tags()] == TAGS


def test_the_usual_limits(least: CommunityFile) -> None:
    limits = {str(urgency): (limit.accept, limit.resolve) for urgency, limit in least.limits().items()}
    assert limits == {
        "critical": ("10m", "2h"),
        "urgent": ("30m", "24h"),
        "normal": ("4wh", "5wd"),
        "complex": ("1wd", "15wd"),
        "inquiry": ("4wh", "1wd"),
    }


def test_the_usual_week(least: CommunityFile) -> None:
    calendar = least.calendar()
    assert calendar.workdays == {0, 1, 2, 3, 4}
    assert calendar.hours == ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
    assert calendar.quiet == (time(22), time(7))
    assert not calendar.is_workday(date(2026, 10, 1))


def test_the_rules_are_those_that_the_ladders_read(least: CommunityFile) -> None:
    rules = Rules(least.rules())
    assert str(rules.limit(Phase.RESOLVE, Urgency.NORMAL)) == "5wd"
    assert str(rules.limit(Phase.CONFIRM, Urgency.NORMAL)) == "72h"
    assert str(rules.reopen_within) == "7d"
    yellow, red, written = least.rules()["resolve"]
    assert (yellow["at"], yellow["tell"]) == ("80%", ["liaison"])
    assert (red["at"], red["tell"]) == ("100%", ["liaison", "coordinator"])
    assert written == {
        "at": "+1wd",
        "tell": ["coordinator", "secretary"],
        "repeat": {"every": "1wd", "times": 3},
    }
    assert [rung["at"] for rung in least.rules()["accept"]] == ["100%", "150%"]


def test_danger_is_chased_in_minutes_unless_the_file_says_otherwise(least: CommunityFile) -> None:
    assert least.rules()["resolve_critical"][-1]["at"] == "+30m"
    assert least.rules()["resolve_urgent"][-1]["repeat"]["every"] == "2h"
    own = read(WHOLE, "xizhu.toml").rules()
    assert [rung["at"] for rung in own["resolve"]] == ["80%", "+1wd"]
    assert "resolve_critical" not in own


def test_work_goes_to_the_only_party_of_its_kind(least: CommunityFile) -> None:
    leads = {category.key: category.lead for category in least.categories()}
    assert leads["public_facility"] == "幸福物业"
    assert leads["property_service"] is None, "a complaint about the firm does not go to the firm"
    two = read(LEAST + '[[party]]\nname = "北区物业"\nkind = "property"\n', "two.toml")
    assert two.categories()[0].lead is None, "of two firms nobody can tell which is meant"
    third = read(LEAST + '[[party]]\nname = "业委会"\nkind = "owners_committee"\n', "third.toml")
    assert {c.key: c.lead for c in third.categories()}["property_service"] == "业委会"


def test_a_category_of_the_file_changes_the_built_in_one_or_joins_them() -> None:
    own = 'name = "宠物"\nkeywords = ["遛狗", "遛狗"]\nassist = ["万科物业"]\ncheck = true\nurgency = "complex"\n'
    file = read(WHOLE + "[[category]]\n" + own, "xizhu.toml")
    categories = {category.name: category for category in file.categories()}
    assert len(categories) == 12
    assert categories["公共设施维修"].keywords == ("路灯", "门禁")
    assert categories["公共设施维修"].key == "public_facility"
    assert categories["电梯与水电气暖"].lead == "万科物业"
    assert categories["电梯与水电气暖"].urgency == Urgency.URGENT
    pets = categories["宠物"]
    assert (pets.key, pets.keywords, pets.lead, pets.assist) == (None, ("遛狗",), None, ("万科物业",))
    assert (pets.check, pets.urgency) == (True, Urgency.COMPLEX)


def test_a_category_may_be_called_by_its_english_name_or_key() -> None:
    file = read(LEAST + '[[category]]\nname = "Noise"\nkeywords = ["drums"]\n', "en.toml")
    assert {c.name: c.keywords for c in file.categories()}["噪音扰民"] == ("drums",)
    with pytest.raises(CommunityMistakes, match=r"category\[2\]\.name"):
        read(LEAST + '[[category]]\nname = "Noise"\n[[category]]\nname = "噪音扰民"\n', "en.toml")


def test_tags_of_the_file_come_first_and_take_their_spellings_along() -> None:
    own = '[[tag]]\nname = "抢修"\naliases = ["急修", "举报"]\ncategory = "noise"\n'
    tags = {tag.name: tag for tag in read(WHOLE + own, "xizhu.toml").tags()}
    assert tags["报修"].aliases == ("保修", "维修")
    assert tags["抢修"].category == "噪音扰民"
    assert "举报" not in tags["投诉"].aliases


def test_an_english_community_has_english_tags_beside_the_chinese() -> None:
    file = read(LEAST.replace('prefix = "XF"', 'prefix = "XF"\nlanguage = "en"'), "en.toml")
    names = {tag.name for tag in file.tags()}
    assert {"repair", "complaint", "praise", "snapshot", "报修"} <= names
    assert file.bot_name == "Linliban"


def test_the_override_table_reaches_the_calendar() -> None:
    text = WHOLE.replace("[[grid]]", '[[calendar.day]]\ndate = 2027-02-20\nwork = true\nnote = "春节调休"\n[[grid]]', 1)
    file = read(text, "xizhu.toml")
    assert file.calendar().is_workday(date(2027, 2, 20))
    assert file.calendar_rules() == {
        "workdays": [0, 1, 2, 3, 4],
        "hours": [["08:30", "12:00"], ["13:30", "17:30"]],
        "holidays": "CN",
        "quiet": ["22:00", "07:00"],
        "days": {"2027-02-20": True},
    }
    twice = text.replace("[[grid]]", "[[calendar.day]]\ndate = 2027-02-20\nwork = false\n[[grid]]", 1)
    assert "calendar.day[2].date" in mistakes(twice)[0]


def test_a_night_watch_without_quiet_hours() -> None:
    text = changed('quiet = "22:00-07:00"', 'quiet = "none"\nholidays = "none"')
    file = read(text.replace('["08:30-12:00", "13:30-17:30"]', '["18:00-24:00", "00:00-06:00"]'), "xizhu.toml")
    assert file.calendar().quiet is None
    assert file.calendar().hours == ((time(0), time(6)), (time(18), time(0)))


def test_who_would_never_be_told_is_said_without_refusing_the_file() -> None:
    alone = LEAST.replace('roles = ["coordinator", "liaison:幸福物业"]', "")
    file = read(alone, "xf.toml")
    assert [re.sub(r"第\d+行 ", "", line).split("：")[0] for line in file.warnings] == [
        "xf.toml person",
        "xf.toml party[1]",
        "xf.toml person[1]",
    ]
    assert "协调员" in file.warnings[0]


def test_tasks_in_a_residents_group_are_allowed_with_a_warning() -> None:
    file = read(WHOLE.replace('group = "物业工作群"', 'group = "南区议事群"'), "xf.toml")
    assert any("不是工作群" in line for line in file.warnings)


def test_a_work_group_that_only_its_party_names_is_one_to_be_bound() -> None:
    named = LEAST.replace('kind = "property"', 'kind = "property"\ngroup = "物业工作群"')
    file = read(named, "xf.toml")
    assert [(group.name, group.kind, group.chat_id) for group in file.groups] == [
        ("幸福里居民群", "residents", None),
        ("物业工作群", "work", None),
    ]
    assert any("/bind 物业工作群" in line for line in file.warnings)


def test_a_group_nearly_named_is_misspelt() -> None:
    (line,) = mistakes(LEAST.replace('kind = "property"', 'kind = "property"\ngroup = "幸福里居名群"'))
    assert "party[1].group" in line
    assert "幸福里居民群" in line


# --- the examples -------------------------------------------------------------------------------------------------


def test_the_example_of_xizhu() -> None:
    xizhu = load(EXAMPLES / "xizhu.toml")
    assert xizhu.warnings == ()
    assert (xizhu.community.name, xizhu.community.prefix) == ("西渚社区", "XZ")
    assert [grid.name for grid in xizhu.grids] == ["南区", "北区", "绿岛花园"]
    assert {group.kind for group in xizhu.groups} == {"residents", "work", "hall"}
    known = {person.user_id: person for person in xizhu.people if person.user_id}
    assert {number: person.name for number, person in known.items()} == {
        2001: "陈主任",
        2002: "李师傅",
        2003: "周网格员",
        2011: "钱主任",
        2012: "孙队长",
        2013: "张社工",
    }
    kinds = {role.kind for person in xizhu.people for role in person.roles}
    assert kinds == set(RoleKind)
    assert all(category.lead for category in xizhu.categories())
    assert {category.key for category in xizhu.categories()} >= {"public_facility", "help_inquiry"}


def test_the_smallest_example() -> None:
    smallest = load(EXAMPLES / "minimal.toml")
    assert smallest.warnings == ()
    assert (len(smallest.groups), len(smallest.parties), len(smallest.people)) == (1, 1, 1)
