"""A community's own words: they come before ours, and ours still help."""

from bot.reading import BUILTIN, CategoryWords, TagWords, Vocabulary, read_line, understand

OWN = BUILTIN.extended(
    categories=(
        CategoryWords("河道管护", keywords=("河道", "水草")),
        CategoryWords("公共设施维修", keywords=("奶箱",), urgency="urgent"),
        CategoryWords("车辆", builtin="parking_charging"),
    ),
    tags=(TagWords("巡河", category="河道管护"), TagWords("报修", aliases=("修一修",))),
    bot_names=("小渚",),
    prefix="LD",
)


def test_a_communitys_keyword_beats_ours() -> None:
    read = understand("#投诉 河道里全是垃圾", OWN)
    assert read.category == "河道管护"
    assert any("河道" in reason for reason in read.why)


def test_a_communitys_place_that_stands_alone_only_says_where() -> None:
    court = BUILTIN.extended(categories=(CategoryWords("公共设施维修", keywords=("篮球场",)),))
    assert understand("谁捡到一个书包 里面有作业 #求助 篮球场", court).category == "求助与咨询"
    assert understand("#求助 篮球场地面破了", court).category == "公共设施维修"


def test_a_tags_own_category_counts_where_no_word_says_better() -> None:
    assert understand("#巡河 今天走了一圈", OWN).category == "河道管护"
    assert understand("#巡河 路灯不亮", OWN).category == "公共设施维修"


def test_a_category_with_a_built_in_name_keeps_what_we_know() -> None:
    assert understand("#投诉 路灯不亮", OWN).category == "公共设施维修"
    assert understand("#投诉 奶箱歪了", OWN).category == "公共设施维修"


def test_a_category_may_inherit_what_we_know_under_another_name() -> None:
    words = Vocabulary(
        categories=(CategoryWords("车辆", builtin="parking_charging"), CategoryWords("其他")), tags=BUILTIN.tags
    )
    assert understand("#投诉 车位被占了", words).category == "车辆"


def test_a_categorys_own_urgency_counts() -> None:
    assert understand("#报修 路灯不亮", OWN).urgency == "urgent"
    assert understand("#投诉 路灯下着火了", OWN).urgency == "critical"


def test_help_is_no_question_though_its_category_may_be_one() -> None:
    words = BUILTIN.extended(categories=(CategoryWords("求助与咨询", urgency="inquiry"),))
    assert understand("#求助 有没有借轮椅的", words).urgency == "normal"
    assert understand("@社区小助手 居住证在哪办", words).urgency == "inquiry"


def test_a_tag_keeps_its_usual_misspellings() -> None:
    assert understand("#修一修 灯坏了", OWN).tag == "报修"
    assert understand("#保修 灯坏了", OWN).tag == "报修"


def test_names_and_numbers_are_the_communitys_own() -> None:
    assert understand("@小渚 路灯不亮", OWN).ticket
    assert not understand("@社区小助手 路灯不亮", OWN).ticket
    assert understand("#LD7 修好没", OWN).number == "LD7"
    assert understand("#XZ7 修好没", OWN).number is None


def test_a_community_may_have_other_tags_only() -> None:
    words = Vocabulary(categories=BUILTIN.categories, tags=(TagWords("repair", category="公共设施维修"),))
    read = understand("#Repair the lamp in front of 3号楼 is out", words)
    assert (read.tag, read.category, read.building) == ("repair", "公共设施维修", "3")
    assert not understand("#报修 灯坏了", words).ticket


def test_a_line_of_linliban_read() -> None:
    line = read_line("#报修 3号楼2单元501 楼道灯不亮")
    why = line.pop("why")
    assert line == {
        "text": "#报修 3号楼2单元501 楼道灯不亮",
        "ticket": True,
        "tag": "报修",
        "category": "公共设施维修",
        "urgency": "normal",
        "place": "3号楼2单元楼道",
        "building": "3",
        "unit": "2",
        "tier": "group",
        "masked": "3号楼2单元[室号已隐去] 楼道灯不亮",
    }
    assert why == ["标签 #报修", "类别 公共设施维修:因为“楼道灯”“灯不亮”", "地点 3号楼2单元楼道"]


def test_a_line_for_no_ticket() -> None:
    assert read_line("哈哈哈") == {"text": "哈哈哈", "ticket": False, "why": ["是闲聊,没有要办的事"]}
