"""One message, as the people in the chat see it; what Telegram refuses for its form goes once more without it."""

import pytest

from bot.messages.render import Button, Message
from bot.speak.adopting import adopt
from bot.speak.sending import Parcel, send, send_behind
from tests.bot.delivery.street import ANNA, LI, SQUARE, STRANGER, Street
from tracker.outcomes import Delivered, Gone, NotSent, Refused, TooFast
from tracker.views import File


def photo(street: Street) -> File:
    file = street.town.photo(SQUARE, ANNA)["photo"][-1]
    return File(file["file_id"], file["file_unique_id"])


async def test_a_message_is_said_as_it_was_written(street: Street) -> None:
    report = street.town.say(SQUARE, ANNA, "#报修 路灯不亮")["message_id"]
    button = Button("接单", data="1:accept:1:0")
    message = Message("<b>#XZ1</b> 3号楼 &lt;灯&gt;", ((button,),), silent=True)
    outcome, _ = await send(street.line, Parcel(message, SQUARE, reply_to=report))
    (posted,) = street.ours(SQUARE)
    assert outcome == Delivered(posted["message_id"])
    assert posted["text"] == "#XZ1 3号楼 <灯>"
    assert {"type": "bold", "offset": 0, "length": 4} in posted["entities"]
    assert posted["reply_to_message"]["message_id"] == report
    assert posted["reply_markup"]["inline_keyboard"] == [[{"text": "接单", "callback_data": "1:accept:1:0"}]]
    (call,) = street.calls("sendMessage")
    assert call.params["disable_notification"] is True
    assert call.params["link_preview_options"] == {"is_disabled": True}
    assert "message_thread_id" not in call.params


async def test_a_deleted_report_is_answered_all_the_same(street: Street) -> None:
    report = street.town.say(SQUARE, ANNA, "#报修 路灯不亮")["message_id"]
    street.town.delete(SQUARE, report)
    outcome, _ = await send(street.line, Parcel(Message("好"), SQUARE, reply_to=report))
    assert isinstance(outcome, Delivered)
    assert len(street.calls("sendMessage")) == 1  # at the first attempt


async def test_one_photo_carries_the_words(street: Street) -> None:
    parcel = Parcel(Message("<b>办好了</b>", photos=(photo(street),)), SQUARE)
    outcome, sent = await send(street.line, parcel)
    (posted,) = street.ours(SQUARE)
    assert outcome == Delivered(posted["message_id"], has_photo=True)
    assert posted["caption"] == "办好了"
    assert sent.behind == ()


@pytest.mark.parametrize("length", [1024, 1025])
async def test_words_too_long_for_a_caption_go_first_and_the_photo_follows(street: Street, length: int) -> None:
    words = "😀" * (length // 2) + "好" * (length % 2)  # an emoji counts twice
    parcel = Parcel(Message(f"<i>{words}</i>", photos=(photo(street),)), SQUARE)
    outcome, sent = await send(street.line, parcel)
    assert isinstance(outcome, Delivered)
    await send_behind(street.line, sent, outcome.message)
    posted = street.ours(SQUARE)
    if length <= 1024:
        assert [each.get("caption") for each in posted] == [words]
    else:
        assert posted[0]["text"] == words
        assert "photo" in posted[1]
        assert posted[1]["reply_to_message"]["message_id"] == posted[0]["message_id"]
        assert not outcome.has_photo


async def test_several_photos_follow_as_an_album(street: Street) -> None:
    parcel = Parcel(Message("办好了", photos=(photo(street), photo(street), photo(street))), SQUARE)
    outcome, sent = await send(street.line, parcel)
    assert isinstance(outcome, Delivered)
    await send_behind(street.line, sent, outcome.message)
    text, *album = street.ours(SQUARE)
    assert text["text"] == "办好了"
    assert len(album) == 3
    assert len({each["media_group_id"] for each in album}) == 1


async def test_photos_behind_a_text_wait_a_moment_if_telegram_asks(street: Street) -> None:
    parcel = Parcel(Message("办好了", photos=(photo(street), photo(street))), SQUARE)
    street.town.fail("sendMediaGroup", status=429, retry_after=3)
    await send_behind(street.line, parcel, 1, street.slept)
    assert street.slept.seconds == [3]
    assert len(street.ours(SQUARE)) == 2


async def test_html_that_telegram_refuses_goes_as_plain_text(street: Street) -> None:
    outcome, _ = await send(street.line, Parcel(Message("<b>#XZ1</b> <foo>1 &lt; 2</foo>"), SQUARE))
    assert isinstance(outcome, Delivered)
    (posted,) = street.ours(SQUARE)
    assert posted["text"] == "#XZ1 1 < 2"
    assert "bold" not in [entity["type"] for entity in posted["entities"]]


async def test_a_topic_that_is_gone_is_left_out(street: Street) -> None:
    outcome, _ = await send(street.line, Parcel(Message("好"), SQUARE, topic=77))
    assert isinstance(outcome, Delivered)
    assert [call.params.get("message_thread_id") for call in street.calls("sendMessage")] == [77, None]


async def test_a_photo_that_telegram_lost_does_not_cost_the_words(street: Street) -> None:
    outcome, _ = await send(street.line, Parcel(Message("办好了", photos=(File("no-such-file", "x"),)), SQUARE))
    assert isinstance(outcome, Delivered)
    (posted,) = street.ours(SQUARE)
    assert posted["text"] == "办好了"


async def test_what_is_refused_again_and_again_is_tried_once_a_form(street: Street) -> None:
    refusal = "Bad Request: can't parse entities: whatever"
    street.town.fail("sendMessage", status=400, description=refusal, times=9)
    outcome, _ = await send(street.line, Parcel(Message("<b>好</b>"), SQUARE))
    assert isinstance(outcome, Refused)
    assert len(street.calls("sendMessage")) == 2


@pytest.mark.parametrize(("deed", "reason"), [("never", "never_started"), ("block", "blocked")])
async def test_people_who_cannot_hear_us(street: Street, deed: str, reason: str) -> None:
    if deed == "block":
        street.town.block(LI)
    outcome, _ = await send(street.line, Parcel(Message("好"), LI if deed == "block" else STRANGER))
    assert outcome == Gone(reason)


@pytest.mark.parametrize("rivals", [False, True])
async def test_a_lost_card_is_found_among_what_others_wrote(street: Street, rivals: bool) -> None:
    street.town.say(SQUARE, ANNA, "#报修 路灯不亮")
    said = await street.line.send_message(SQUARE, "我们的另一句话")
    street.town.say(SQUARE, LI, "收到")
    lost = await street.line.send_message(SQUARE, "#XZ1 待接单")
    parcel = Parcel(Message("#XZ1 办理中"), SQUARE)
    outcome = await adopt(street.line, parcel, 1 if rivals else said.message_id, street.pace, rivals=rivals)
    assert outcome == Delivered(lost.message_id, adopted=True)
    assert [m["text"] for m in street.ours(SQUARE)] == ["我们的另一句话", "#XZ1 办理中"]


async def test_a_lost_card_that_says_so_already_is_found_too(street: Street) -> None:
    lost = await street.line.send_message(SQUARE, "#XZ1 待接单")
    outcome = await adopt(street.line, Parcel(Message("#XZ1 待接单"), SQUARE), 0, street.pace)
    assert outcome == Delivered(lost.message_id, adopted=True)


async def test_looking_for_a_card_does_not_send_one(street: Street) -> None:
    street.town.say(SQUARE, ANNA, "#报修 路灯不亮")
    assert await adopt(street.line, Parcel(Message("#XZ1"), SQUARE), 0, street.pace) is None
    street.town.fail("editMessageText", status=429, retry_after=4)
    assert await adopt(street.line, Parcel(Message("#XZ1"), SQUARE), 0, street.pace) == TooFast(4)
    street.town.fail("editMessageText", status=502)
    assert isinstance(await adopt(street.line, Parcel(Message("#XZ1"), SQUARE), 0, street.pace), NotSent)
    assert street.ours(SQUARE) == []
