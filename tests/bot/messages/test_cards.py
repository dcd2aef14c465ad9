"""What stands on the two cards at each step, and which buttons: the story of one broken lift."""

from dataclasses import replace

import pytest

from bot.messages.message import Message
from bot.messages.render import render
from tests.bot.messages.samples import LATE, NOW, TICKETS, hours, photo, scene, ticket
from tests.bot.messages.telegram_html import shown
from tracker.facts import CheckWanted, Danger, MorePhotos, NeedsParty, Overdue, Reminder, Result, TaskCard, TicketCard
from tracker.states import Status
from tracker.views import TicketView


def card(about: TicketView) -> Message:
    return render(TicketCard(), about, scene(place_kind="residents"))


def task(about: TicketView, party: str | None = None) -> Message:
    return render(TaskCard(), about, scene(place_kind="work", party=party))


def lines(message: Message) -> list[str]:
    return shown(message.text).split("\n")


def labels(message: Message) -> list[str]:
    return [button.text.split(" ", 1)[1] for row in message.buttons for button in row]


@pytest.mark.parametrize(
    ("status", "line", "buttons"),
    [
        (Status.CAPTURED, "🟡 已收到 · 紧急", ["我家也有", "进度"]),
        (Status.DISPATCHED, "🟡 待接单 · 紧急", ["我家也有", "进度"]),
        (Status.IN_PROGRESS, "🔵 办理中 · 紧急", ["我家也有", "进度"]),
        (Status.HANDLED, "🟣 待核查 · 紧急", ["我家也有", "进度"]),
        (Status.CONFIRMING, "🟣 待评价 · 紧急", ["进度"]),
        (Status.CLOSED, "🟢 已结案 · 用时 2 小时 · 评价：满意", []),
        (Status.REJECTED, "⚪ 不予受理 · 紧急", []),
    ],
)
def test_the_groups_card_at_every_step(status: Status, line: str, buttons: list[str]) -> None:
    message = card(ticket(status))
    assert lines(message)[:2] == ["🎫 #XZ27 3号楼2单元 电梯停运", line]
    assert labels(message) == buttons


def test_a_fresh_card_names_the_party_and_both_limits() -> None:
    assert lines(card(ticket()))[2:] == ["责任：万科物业", "⏱ 最迟 今天 18:00 前接单 · 11月27日(周五)17:00 前办好"]


def test_without_a_party_the_card_says_that_one_is_sought() -> None:
    assert lines(card(ticket(Status.CAPTURED)))[2:] == [
        "责任：正在找责任单位",
        "⏱ 最迟 今天 18:00 前派单 · 11月27日(周五)17:00 前办好",
    ]


def test_an_overdue_card_says_still_asking_and_when_again() -> None:
    assert lines(card(LATE))[-2:] == ["🔴 还在催 · 下一次 今天 14:00", "👥 另有 3 户也遇到"]


def test_in_danger_the_emergency_number_comes_before_everything() -> None:
    message = card(TICKETS["danger"])
    assert lines(message)[0] == "⚠️ 有危险请先打 119 / 96333"
    assert not message.silent
    assert card(ticket()).silent


def test_a_silence_is_never_called_satisfied() -> None:
    text = shown(card(TICKETS["unrated"]).text)
    assert "未评价" in text
    assert "满意" not in text


def test_a_rejected_card_gives_the_reason() -> None:
    assert "原因：不在小区范围内" in lines(card(ticket(Status.REJECTED)))


def test_praise_is_thanked_for() -> None:
    assert lines(card(TICKETS["praise"]))[0] == "🌸 #XZ27 谢谢您的表扬"
    assert labels(card(TICKETS["praise"])) == []


def test_the_group_never_sees_what_is_masked() -> None:
    for about in TICKETS.values():
        assert "501" not in card(about).text


@pytest.mark.parametrize(
    ("name", "buttons"),
    [
        ("dispatched", ["接单", "不归我管"]),
        ("in_progress", ["办好了", "更多时间", "补充说明"]),
        ("asks_return", ["接单"]),
        ("asks_extension", ["办好了", "补充说明"]),
        ("captured", []),
        ("handled", []),
        ("confirming", []),
        ("closed", []),
        ("rejected", []),
    ],
)
def test_the_task_offers_what_comes_next(name: str, buttons: list[str]) -> None:
    assert labels(task(TICKETS[name])) == buttons


def test_the_task_shows_the_residents_own_words_and_photos() -> None:
    message = task(ticket(before=(photo("near"), photo("wide"))))
    assert lines(message)[:3] == ["🔔 新任务 #XZ27 · 紧急", "3号楼2单元501电梯停运,老人下不了楼", "📍 3号楼2单元"]
    assert [file.ref for file in message.photos] == ["ref-near"]


def test_photos_that_a_card_cannot_carry_follow_it() -> None:
    about = ticket(before=(photo("near"), photo("wide"), photo("late")), after=(photo("lamp"), photo("switch")))
    sent = {
        stage: [file.ref for file in render(MorePhotos(stage=stage, skip=1), about, scene()).photos]
        for stage in ("before", "after")
    }
    assert sent == {"before": ["ref-wide", "ref-late"], "after": ["ref-switch"]}


def test_whoever_must_look_sees_every_photo() -> None:
    about = ticket(Status.HANDLED, lead=None, before=(photo("near"), photo("wide")), after=(photo("lamp"), photo("on")))
    assert len(render(CheckWanted(), about, scene()).photos) == 2
    assert len(render(Danger(), about, scene()).photos) == 2
    assert len(render(NeedsParty(), about, scene()).photos) == 2


def test_a_task_that_went_to_another_party_says_so() -> None:
    message = task(ticket(lead="供电公司"), party="万科物业")
    assert "已改派给别的单位" in message.text
    assert message.buttons == ()


def test_a_request_that_waits_stands_on_the_task() -> None:
    assert "⏳ 已申请退单，等协调员决定" in lines(task(TICKETS["asks_return"]))
    assert "⏳ 已申请延期，等协调员决定" in lines(task(TICKETS["asks_extension"]))


def test_a_reminder_is_short_and_stops_by_itself() -> None:
    fact = Reminder(phase="accept", n=2, next_at=NOW + hours(1))
    message = render(fact, LATE, scene(place_kind="work"))
    assert lines(message) == [
        "⏰ #XZ27 第 2 次提醒",
        "3号楼2单元 电梯停运",
        "约好今天 8:30 前接单，还没有接单。",
        "11月27日(周五)17:00 前办好",
        "下一次提醒：今天 11:00",
        "点「接单」，就不再催接单。",
    ]
    assert labels(message) == ["接单", "不归我管"]


def test_a_reminder_that_comes_too_late_asks_for_nothing() -> None:
    message = render(Reminder(phase="resolve", n=1), ticket(Status.CONFIRMING), scene(place_kind="work"))
    assert "已经不用提醒了，谢谢您。" in lines(message)
    assert message.buttons == ()


def test_the_coordinator_reads_what_was_tried_and_what_is_left() -> None:
    message = render(Overdue(phase="accept", n=2, next_at=NOW + hours(3)), LATE, scene())
    assert lines(message) == [
        "🔴 #XZ27 超期 1 小时 30 分 · 紧急",
        "3号楼2单元 电梯停运",
        "责任：万科物业",
        "🟡 待接单",
        "约好今天 8:30 前接单。",
        "催过 2 次：",
        "· 今天 8:00 物业工作群 已送达",
        "· 今天 9:00 李师傅 送不到",
        "还可以做：给万科物业打电话，或点「改派」。",
        "点「这件我盯着」，先不再提醒您。",
        "下一次提醒：今天 13:00",
    ]
    assert labels(message) == ["改派", "这件我盯着"]


@pytest.mark.parametrize(
    ("to", "words", "buttons"),
    [
        ("liaison", "请您先办这一件。有困难请告诉社区协调员。", ["接单", "不归我管"]),
        ("deputy", "负责人还没有回音，请您来办。", ["接单", "不归我管"]),
        ("grid_worker", "请您到现场看一看，或点「改派」。", ["改派"]),
        ("secretary", "请您过问一下。", []),
    ],
)
def test_each_one_told_of_a_delay_reads_what_he_can_do(to: str, words: str, buttons: list[str]) -> None:
    message = render(Overdue(phase="accept", n=1, to=to), LATE, scene())
    assert "超期" in message.text
    assert words in lines(message)
    assert labels(message) == buttons


def test_news_of_a_delay_that_is_over_asks_for_nothing() -> None:
    message = render(Overdue(phase="accept", n=1), ticket(Status.IN_PROGRESS), scene())
    assert "这一步已经办了，不用再管这次提醒。" in lines(message)


def test_the_result_says_what_who_how_long_and_asks() -> None:
    message = render(Result(), ticket(Status.CONFIRMING, after=(photo("after"),)), scene(place_kind="residents"))
    assert lines(message) == [
        "🎉 #XZ27 办好了",
        "3号楼2单元 电梯停运",
        "做了什么：换了门机皮带,试了十次都正常",
        "谁做的：万科物业",
        "用时 2 小时",
        "约好11月27日(周五)17:00 前办好，按时完成",
        "🟣 待评价",
        "谢谢报事的邻居！您满意吗？请点一下",
    ]
    assert labels(message) == ["满意", "基本满意", "不满意", "没解决"]
    assert [file.ref for file in message.photos] == ["ref-after"]


def test_an_answer_given_is_not_asked_for_again() -> None:
    assert labels(render(Result(), TICKETS["closed"], scene())) == []
    assert len(labels(render(Result(), TICKETS["unrated"], scene()))) == 4


def test_one_button_a_party_and_at_most_twelve() -> None:
    community = scene().community
    assert community is not None
    many = replace(community, parties=tuple(f"单位{i}" for i in range(20)))
    message = render(NeedsParty(), ticket(Status.CAPTURED), scene(community=many))
    assert labels_of_parties(message) == [f"单位{i}" for i in range(12)]
    assert "/assign XZ27" in message.text
    assert labels_of_parties(render(NeedsParty(), ticket(), scene())) == []


def labels_of_parties(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]
