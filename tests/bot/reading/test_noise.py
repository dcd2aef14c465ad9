"""What is no report makes no ticket; what only sounds like none still does."""

import pytest

from bot.reading import understand


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("#报修", "bare_tag"),
        ("#报修 😭😭", "bare_tag"),
        ("#报修 @社区小助手", "bare_tag"),
        ("#报修 [图片]", "bare_tag"),
        ("#报修 ??", "bare_tag"),
        ("@社区小助手", "bare_tag"),
        ("测试 #诉求 测试测试", "test"),
        ("#报修 试一下能不能用", "test"),
        ("#报修 test", "test"),
        ("#报修 发错了 不好意思", "test"),
        ("#求助 转让闲置婴儿车 加微信", "advert"),
        ("#咨询 暑期班优惠 名额有限 私聊", "advert"),
        ("#求助 房屋出租 月租两千 联系我", "advert"),
        ("转发:#报修 3号楼灯不亮(昨天的 已经有单了)", "forwarded"),
        ("「王阿姨: #报修 灯不亮」\n- - - - - -\n修好没", "forwarded"),
        ("#报修 谢谢物业已经修好了", "thanks"),
        ("好了 谢谢 #报修", "thanks"),
        ("#报修 3号楼灯不亮 更新:已经好了 不用来了", "thanks"),
        ("@社区小助手 谢谢", "thanks"),
        ("@社区小助手 你是机器人吗", "small_talk"),
        ("@社区小助手 在吗", "small_talk"),
        ("#报修 这个标签怎么用?", "small_talk"),
        ("#报修 哈哈哈", "chatter"),
        ("哈哈哈哈😂", "chatter"),
        ("3#楼下有人卖草莓 20一斤", "advert"),
        ("#XZ12", "number_only"),
        ("#报修 XZ12", "number_only"),
    ],
)
def test_no_ticket_and_why(text: str, refusal: str) -> None:
    read = understand(text)
    assert (read.ticket, read.refusal) == (False, refusal)
    assert len(read.why) == 1


@pytest.mark.parametrize(
    "text",
    [
        "#报修 3号楼灯不亮 谢谢",
        "#报修 灯修好了又坏了 谢谢物业",
        "#报修 说好今天修好的 到现在没修好",
        "#咨询 电梯什么时候修好",
        "#投诉 有人发小广告 加微信那种",
        "#投诉 群租房扰民 中介还在出租",
        "#咨询 公租房怎么申请",
        "#投诉 已经报过三次了还没人来",
        "#表扬 谢谢李师傅修好了路灯",
        "帮楼上老人转一下 #报修 水管爆了",
        "#求助 有没有借轮椅的",
        "#报修 消防测试的警报响了一夜",
        "#报修 3号楼",
        "+1 支持楼上 买菜真的难 #议题",
    ],
)
def test_a_report_that_only_sounds_like_none(text: str) -> None:
    assert understand(text).ticket


def test_what_telegram_calls_forwarded_is_old_news_unless_somebody_reports_it() -> None:
    assert understand("#报修 3号楼灯不亮", forwarded=True).refusal == "forwarded"
    assert understand("3号楼灯不亮", forwarded=True, addressed=True).ticket


@pytest.mark.parametrize("text", ["+1", "我家也是", "支持", "+1 一直没水压", "同意楼上 #议题"])
def test_joining_in_is_seen(text: str) -> None:
    assert understand(text).support


def test_praise_is_seen_and_complaint_is_none() -> None:
    assert understand("保洁阿姨很负责 #表扬").praise
    assert understand("@社区小助手 给保安点个赞").praise
    assert not understand("#投诉 保安不负责任 车被偷了").praise
