"""How urgent it is: danger is heard in every voice, and a manner of speaking is no danger."""

import pytest

from bot.reading import BUILTIN, understand


@pytest.mark.parametrize(
    "text",
    [
        "#报修 有人被困电梯里了",
        "#报修 店梯卡在两层之间 我妈还在里面",
        "#报修 楼道里有煤气味",
        "#求助 着火了",
        "#报修 电表箱冒火花",
        "#报修 路灯杆漏电",
        "#报修 电线断了垂在地上",
        "#求助 老人走丢了",
        "#求助 孩子到现在没回家",
        "#求助 我爸晕倒了",
        "#求助 有人要跳楼",
        "#投诉 楼下打起来了",
        "#投诉 老公喝多了打人",
        "#投诉 楼上刚扔下来一个花盆 差点砸到人",
        "#报修 外墙瓷砖掉了 下面是滑梯",
        "#报修 井该不见了",
        "#报修 路面塌了个坑",
        "#求助 孩子掉进水池了",
        "#求助 独居老人三天没出门 敲门没人应",
        "#求助 宝宝反锁在家里了",
        "#咨询 闻到燃气味怎么办",
        "是不是着火了 #求助",
        "#议题 先别议了 3号楼着火了",
        "#表扬 电梯困人了快来",
        "@社区小助手 谢谢 有人晕倒了",
        "#求助 在吗 着火了",
        "@社区小助手 你好 溺水",
        "#求助 电动车着火 优惠转让的那辆 联系物业",
    ],
)
def test_danger_is_critical(text: str) -> None:
    read = understand(text)
    assert (read.ticket, read.urgency, read.tier) == (True, "critical", "group")
    assert read.emergency
    assert any("特急" in reason for reason in read.why)


@pytest.mark.parametrize(
    "text",
    [
        "#报修 楼道灯不亮 吓死人了",
        "#投诉 热死了空调还不修",
        "#投诉 垃圾臭死了",
        "#投诉 楼上吵死了 烦死了",
        "#报修 笑死 电动门自己打架",
        "#投诉 气得冒烟",
        "#投诉 心态炸了",
        "#议题 电动车上楼容易着火 怎么管",
        "#建议 装个防高空抛物的摄像头",
        "#咨询 消防演练几点",
        "#投诉 困难户补贴没发",
        "#报修 没有着火 就是灯不亮",
        "#投诉 烧烤店冒烟熏人",
        "#咨询 怎么防诈骗",
        "#投诉 打电话没人接 打扫也不做",
        "#报修 被打扰得睡不着",
        "#求助 手机没电了 借个充电器",
        "#调解 我家孩子被邻居狗吓哭 主人还说不咬人",
        "#报修 电梯里的灯不亮",
        "#随手拍 有人在楼顶养鸽子",
    ],
)
def test_a_manner_of_speaking_is_not_critical(text: str) -> None:
    read = understand(text)
    assert read.urgency != "critical"
    assert read.emergency is None


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("#报修 整栋楼停水了", "urgent"),
        ("#报修 4号楼电梯坏了", "urgent"),
        ("#报修 污水往上返", "urgent"),
        ("#投诉 消防通道又被堵了", "urgent"),
        ("#求助 90多岁老人忘带钥匙 站在门口", "urgent"),
        ("#求助 家里有新生儿 能送点热水吗", "urgent"),
        ("#投诉 报修一个礼拜没人来", "urgent"),
        ("#报修 路灯这个月第三次坏了", "urgent"),
        ("#报修 路灯坏了", "normal"),
        ("#投诉 楼上半夜蹦迪 连续一礼拜", "normal"),
        ("#调解 楼上漏水 找了三次不承认", "normal"),
        ("#诉求 充电桩太少了", "complex"),
        ("#议题 要不要装电梯", "complex"),
        ("#建议 南门划几个车位", "complex"),
        ("#表扬 保洁很负责", "complex"),
        ("#咨询 居住证在哪办", "inquiry"),
        ("@社区小助手 居住证在哪办", "inquiry"),
    ],
)
def test_haste_and_what_raises_it(text: str, urgency: str) -> None:
    assert understand(text).urgency == urgency


def test_the_number_of_the_lift_comes_before_the_general_ones() -> None:
    words = BUILTIN.extended(emergency={"default": "110 / 119", "电梯": "96333", "燃气": "96777"})
    assert understand("#报修 店梯困人了", words).emergency == "96333 / 110 / 119"
    assert understand("#报修 楼道着火了", words).emergency == "110 / 119"
    assert understand("#报修 楼道着火了", BUILTIN.extended(emergency={})).emergency is None


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("#调解 楼上漏水不承认", "point"),
        ("两家吵起来了 @议事长 快来", "point"),
        ("#投诉 楼上半夜蹦迪 3号楼", "point"),
        ("#投诉 烧烤店排风机响到凌晨", "group"),
        ("#投诉 对门老公打人 9号楼", "group"),
        ("#议题 架空层改自习室", "hall"),
        ("#建议 门口加个公交站", "hall"),
        ("#诉求 充电桩太少了 加点", "hall"),
        ("#报修 路灯坏了", "group"),
    ],
)
def test_where_a_matter_belongs(text: str, tier: str) -> None:
    assert understand(text).tier == tier
