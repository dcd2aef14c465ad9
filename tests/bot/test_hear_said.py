"""What neighbours write and send, as the bot hears it."""

from datetime import UTC, datetime

import pytest

from bot.hear import Command, Said, hear
from tests.bot.updates import (
    ANOTHER_BOT,
    AS_CHANNEL,
    DATE,
    HIDDEN_ADMIN,
    LI,
    NEWS,
    PHOTO,
    SOUTH,
    TELEGRAM,
    US,
    WANG,
    WITH_WANG,
    Json,
    message,
    said,
    update,
)
from tracker.views import File

ORIGIN: Json = {"type": "hidden_user", "date": DATE - 9000, "sender_user_name": "老刘"}


def heard(raw: Json) -> Said:
    result = hear(raw, bot_id=1000, username="linliban_bot")
    assert isinstance(result, Said)
    return result


def test_a_sentence_in_the_group() -> None:
    it = heard(said("#报修 南区篮球场地面破损严重"))
    assert (it.place, it.message, it.title) == ("telegram:-1001000000001", 71, "西渚花苑南区议事群")
    assert it.at == datetime.fromtimestamp(DATE, UTC)
    assert (it.by.address, it.by.name, it.by.username, it.by.language) == (
        "telegram:2101", "王 阿姨", None, "zh",
    )  # fmt: skip
    assert it.by.is_person
    assert it.text == "#报修 南区篮球场地面破损严重"
    assert (it.files, it.album, it.reply, it.command, it.topic) == ((), None, None, None, None)
    assert not any((it.private, it.forwarded, it.mentions_us, it.has_voice, it.edited))


def test_a_photo_is_heard_in_its_largest_size_with_its_caption() -> None:
    it = heard(said(photo=PHOTO, caption="#报修 路灯不亮"))
    assert it.text == "#报修 路灯不亮"
    assert it.files == (File("large", "u-large", "photo", 71),)


def test_a_picture_sent_as_a_document_counts_other_documents_do_not() -> None:
    picture = {"file_id": "d", "file_unique_id": "ud", "mime_type": "image/png", "file_name": "漏水.png"}
    assert heard(said(document=picture, caption="漏水")).files == (File("d", "ud", "document", 71),)
    assert heard(said(document=picture | {"mime_type": "application/pdf"}, caption="通知")).files == ()


def test_the_items_of_an_album_carry_its_number() -> None:
    first = heard(said(photo=PHOTO, caption="#报修 楼道堆物", media_group_id="13790"))
    second = heard(said(photo=PHOTO, media_group_id="13790", message_id=72))
    assert (first.album, second.album, second.text) == ("13790", "13790", "")
    assert second.files[0].message == 72


@pytest.mark.parametrize("kind", ["voice", "video_note"])
def test_spoken_words_are_noticed(kind: str) -> None:
    sound = {"file_id": "v", "file_unique_id": "uv", "duration": 4, "length": 240}
    it = heard(said(**{kind: sound}))
    assert it.has_voice
    assert it.text == ""


def test_an_edit_says_that_it_is_one() -> None:
    it = heard(update("edited_message", message("#报修 改过的话", edit_date=DATE + 60)))
    assert it.edited
    assert it.at == datetime.fromtimestamp(DATE, UTC)


def test_a_private_chat() -> None:
    it = heard(said("/start abc-DEF_1", chat=WITH_WANG))
    assert it.private
    assert it.place == it.by.address == "telegram:2101"
    assert it.command == Command("start", "abc-DEF_1", addressed=False)


COMMANDS: list[tuple[str, Command | None]] = [
    ("/report 三楼漏水", Command("report", "三楼漏水", False)),
    ("/report@Linliban_Bot 三楼漏水", Command("report", "三楼漏水", True)),
    ("/REPORT@LINLIBAN_BOT", Command("report", "", True)),
    ("/report三楼漏水", Command("report", "三楼漏水", False)),
    ("/done\n已修好\n附照片", Command("done", "已修好\n附照片", False)),
    ("/return@linliban_bot不归我们", Command("return", "不归我们", True)),
    ("/vote@other_bot 三楼漏水", None),
    ("/report@linliban_bot_2 三楼漏水", None),
    ("😀 /report 三楼漏水", None),
    ("请看 /report", None),
    ("/home/wang", None),
    ("/接单", None),
    ("/", None),
    ("/" + "a" * 40, None),
]


@pytest.mark.parametrize(("text", "command"), COMMANDS)
def test_commands(text: str, command: Command | None) -> None:
    assert heard(said(text)).command == command


def test_a_command_in_a_caption() -> None:
    assert heard(said(photo=PHOTO, caption="/done 换好了")).command == Command("done", "换好了", False)


MENTIONS = [
    ("@linliban_bot 电梯坏了", True),
    ("😀😀 请@Linliban_BOT看一下", True),
    ("＠linliban_bot 电梯坏了", True),
    ("电梯坏了@linliban_bot三楼", True),
    ("@linliban_bot_2 电梯坏了", False),
    ("wang@linliban_bot.cn", False),
    ("linliban_bot 电梯坏了", False),
    ("/report@linliban_bot 电梯坏了", False),
]


@pytest.mark.parametrize(("text", "called"), MENTIONS)
def test_being_called_by_name(text: str, called: bool) -> None:
    assert heard(said(text)).mentions_us is called


@pytest.mark.parametrize("field", ["entities", "caption_entities"])
def test_being_called_by_a_link_to_our_account(field: str) -> None:
    def with_link(user: Json) -> Said:
        link = [{"type": "text_mention", "offset": 3, "length": 3, "user": user}]
        where = "text" if field == "entities" else "caption"
        return heard(said(**{where: "😀 小助手 电梯坏了", field: link}))

    assert with_link(US).mentions_us
    assert not with_link(LI).mentions_us


def test_an_answer_to_our_card() -> None:
    card = message("#XZ12 待接单", message_id=60, by=US, photo=None)
    it = heard(said("进度", reply_to_message=card))
    assert it.reply is not None
    assert it.reply.by_us
    assert (it.reply.message, it.reply.text, it.reply.forwarded) == (60, "#XZ12 待接单", False)


def test_a_tag_in_answer_to_a_neighbours_photo() -> None:
    answered = message(message_id=61, photo=PHOTO, caption="篮球场又坏了", by=LI, media_group_id="5")
    it = heard(said("#报修", reply_to_message=answered))
    assert it.reply is not None
    assert it.reply.by is not None
    assert (it.reply.by.address, it.reply.by_us, it.reply.album) == ("telegram:2002", False, "5")
    assert it.reply.files == (File("large", "u-large", "photo", 61),)
    assert it.reply.at == datetime.fromtimestamp(DATE, UTC)


def test_an_answer_to_something_forwarded() -> None:
    it = heard(said("#报修", reply_to_message=message("旧消息", forward_origin=ORIGIN)))
    assert it.reply is not None
    assert it.reply.forwarded


def test_an_answer_to_a_message_that_is_gone() -> None:
    it = heard(said("#报修", reply_to_message={"message_id": 5, "chat": SOUTH, "date": 0}))
    assert it.reply is not None
    assert (it.reply.message, it.reply.by, it.reply.at, it.reply.text) == (5, None, None, "")


def test_an_answer_to_another_chat_is_an_answer_to_nothing_here() -> None:
    external = {"origin": ORIGIN, "chat": NEWS, "message_id": 9}
    assert heard(said("看这个", external_reply=external, quote={"text": "x", "position": 0})).reply is None


def test_in_a_topic_only_real_answers_are_answers() -> None:
    opening = message(message_id=50, forum_topic_created={"name": "报修", "icon_color": 7322096})
    topic: Json = {"message_thread_id": 50, "is_topic_message": True}
    plain = heard(said("路灯不亮", reply_to_message=opening, **topic))
    assert (plain.topic, plain.reply) == (50, None)
    answer = heard(said("路灯不亮", reply_to_message=message("哪里?", message_id=51, **topic), **topic))
    assert answer.topic == 50
    assert answer.reply is not None


def test_a_chain_of_replies_in_a_group_without_topics_is_no_topic() -> None:
    it = heard(said("是的", message_thread_id=50, reply_to_message=message("坏了?", message_id=50)))
    assert it.topic is None
    assert it.reply is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"by": HIDDEN_ADMIN, "sender_chat": SOUTH, "author_signature": "主任"},
        {"by": AS_CHANNEL, "sender_chat": NEWS},
        {"by": TELEGRAM, "sender_chat": NEWS, "is_automatic_forward": True},
        {"by": HIDDEN_ADMIN},
        {"by": TELEGRAM},
    ],
)
def test_nobody_stands_behind_a_mask(fields: Json) -> None:
    it = heard(said("#报修 路灯不亮", **fields))
    assert not it.by.is_person
    assert it.by.address not in (it.place, f"telegram:{NEWS['id']}")


def test_what_is_passed_on_is_no_order() -> None:
    it = heard(said("/done 修好了", forward_origin=ORIGIN))
    assert it.forwarded
    assert it.command is None
    assert heard(said("旧式", forward_date=DATE - 10)).forwarded
    linked = heard(said("通知", by=TELEGRAM, sender_chat=NEWS, is_automatic_forward=True))
    assert linked.forwarded


def test_names_cannot_disturb_the_line_they_stand_in() -> None:
    tricky = WANG | {"first_name": "\u202e<b>王\u200b\n阿\u0000姨\u2066", "last_name": "很" * 100}
    name = heard(said("好", by=tricky)).by.name
    assert name == ("<b>王 阿姨 " + "很" * 100)[:64]
    blank = WANG | {"first_name": "\u3164", "last_name": "\u200f", "username": "wang_ayi"}
    assert heard(said("好", by=blank)).by.name == "wang_ayi"
    assert len(heard(said("好", chat=SOUTH | {"title": "群\u202e" * 300})).title) == 128


def test_a_text_no_database_takes_is_mended() -> None:
    it = heard(said("#报修\u0000 路灯\ud83d不亮"))
    assert it.text == "#报修 路灯?不亮"
    assert it.text.encode()


@pytest.mark.parametrize(
    "raw",
    [
        said("投票开始", by=ANOTHER_BOT),
        said("我们自己", by=US),
        said(new_chat_members=[LI]),
        said(left_chat_member=LI),
        said(pinned_message=message("旧")),
        said(new_chat_title="新名字"),
        said(sticker={"file_id": "s", "file_unique_id": "us"}),
        said(location={"latitude": 31.2, "longitude": 119.8}),
        update("edited_message", message(location={"latitude": 31.2, "longitude": 119.8}, edit_date=DATE)),
        update("channel_post", message("频道", chat=NEWS)),
        update("business_message", message("店")),
        update("guest_message", message("@linliban_bot 你好")),
        update("poll_answer", {"poll_id": "1", "option_ids": [0], "user": WANG}),
        update("inline_query", "anything"),
        {"update_id": 5},
    ],
)
def test_what_is_not_said_to_us(raw: Json) -> None:
    assert hear(raw, bot_id=1000, username="linliban_bot") is None
