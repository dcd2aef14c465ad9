"""However a neighbour says it, it becomes one ticket; and what is no report stays talk."""

import pytest

from tests.world import Chat, Person, World, text_of


@pytest.mark.parametrize(
    "words",
    [
        "#报修三楼楼道灯不亮",
        "＃报修 三楼楼道灯不亮",
        "三楼楼道灯不亮了 请#报修一下",
        "😀 #报修 三楼楼道灯不亮",
        "#诉求# 三楼楼道灯不亮",
        "【报修】三楼楼道灯不亮",
        "#报修#紧急 三楼楼道灯不亮",
        "师傅们好\n#报修 三楼楼道灯不亮",
        "@社区小助手 三楼楼道灯不亮了",
        "@Linliban_Bot 三楼楼道灯不亮了",
        "/report 三楼楼道灯不亮",
        "/report@linliban_bot 三楼楼道灯不亮",
    ],
)
async def test_one_message_one_card(world: World, south: Chat, wang: Person, words: str) -> None:
    report = await south.says(wang, words)
    card = south.hears("#XZ1", "楼道灯")
    assert card["reply_to_message"]["message_id"] == report["message_id"]
    south.hears_nothing()


@pytest.mark.parametrize(
    "words",
    [
        "哈哈哈哈😂",
        "3#楼下有人卖草莓 20一斤🍓",
        "转发:#报修 3号楼灯不亮(昨天的 已经有单了)",
        "https://x.cn/#报修",
        "看看#XZ1 吧",
    ],
)
async def test_talk_stays_talk(world: World, south: Chat, wang: Person, words: str) -> None:
    await south.says(wang, words)
    assert not any("🎫" in text_of(message) for message in south.said)


async def test_talk_is_not_stored(world: World, south: Chat, wang: Person, database_url: str) -> None:
    await south.says(wang, "今天晚上吃红烧肉还是糖醋鱼")
    await south.says(wang, "#报修 三楼楼道灯不亮")
    rows = stored(database_url)
    assert "楼道灯" in rows
    assert "红烧肉" not in rows


async def test_a_bare_tag_gets_a_friendly_word(world: World, south: Chat, wang: Person) -> None:
    await south.says(wang, "#报修")
    assert "#报修 " in text_of(south.hears("标签"))
    south.hears_nothing()


async def test_a_tag_in_reply_makes_the_other_message_the_report(
    world: World, south: Chat, wang: Person, zhang: Person
) -> None:
    words = await south.says(wang, "3号楼2单元的门禁又坏了,门关不上")
    south.hears_nothing()
    await south.says(zhang, "#报修", reply_to=words)
    card = south.hears("#XZ1", "门禁")
    assert card["reply_to_message"]["message_id"] == words["message_id"]

    south.reads_all()
    await south.says(zhang, "#报修", reply_to=words)  # again: the same message never opens a second one
    assert "#XZ1" in text_of(south.hears("门禁"))
    assert not any("#XZ2" in text_of(message) for message in south.said)


async def test_the_grid_worker_takes_down_what_was_said(world: World, south: Chat, wang: Person, zhou: Person) -> None:
    words = await south.says(wang, "南门的垃圾桶满了两天没人收")
    await south.says(zhou, "/ticket", reply_to=words)
    card = south.hears("#XZ1", "垃圾桶")
    assert card["reply_to_message"]["message_id"] == words["message_id"]
    await south.says(wang, "/ticket 我也会")
    assert not any("#XZ2" in text_of(message) for message in south.said)


async def test_an_album_is_one_ticket_with_every_picture(world: World, south: Chat, firm: Chat, wang: Person) -> None:
    world.town.album(south.id, wang.id, captions=["", "#报修 篮球场地面破了", ""], count=3)
    await world.settle()
    south.hears("#XZ1")
    south.hears_nothing()
    assert len(world.desk.visit("test", lambda visit: visit.cases.view(1)).before) == 3
    pictures = [message for message in firm.said if "photo" in message]
    assert len(pictures) == 3


async def test_an_untagged_album_is_nobodys_business(world: World, south: Chat, wang: Person) -> None:
    world.town.album(south.id, wang.id, captions=["今天的晚霞", ""], count=2)
    await world.settle()
    south.hears_nothing()


async def test_an_edit_corrects_and_never_doubles(
    world: World, south: Chat, firm: Chat, wang: Person, li: Person
) -> None:
    report = await south.says(wang, "#报修 3号楼路灯不亮")
    task = firm.hears("3号楼")
    world.town.edit(south.id, report["message_id"], "#报修 5号楼路灯不亮")
    await world.settle()
    assert "5号楼" in south.card("XZ1")
    assert "5号楼" in text_of(firm.sees(task))

    await li.presses(task, "接单")
    world.town.edit(south.id, report["message_id"], "#报修 7号楼路灯不亮")
    await world.settle()
    assert "5号楼" in south.card("XZ1")
    assert not any("#XZ2" in text_of(message) for message in south.said)


async def test_in_private_nobody_needs_a_tag(world: World, wang: Person, firm: Chat) -> None:
    await wang.starts()
    wang.phone.reads_all()
    await wang.phone.says(wang, "3号楼2单元门口路灯不亮了")
    wang.phone.hears("#XZ1", "待接单")
    firm.hears("#XZ1")
    await wang.phone.says(wang, "/mine")
    wang.phone.hears("#XZ1", "路灯")


async def test_praise_is_kept_and_passed_on(world: World, south: Chat, wang: Person) -> None:
    await south.says(wang, "#表扬 保洁阿姨很负责,3号楼天天干干净净")
    assert "已结案" in south.card("XZ1")
    await world.passes(days=20)
    assert "还在催" not in south.card("XZ1")


def stored(url: str) -> str:
    """Everything the database holds, as text."""
    from sqlalchemy import MetaData, create_engine, select

    engine = create_engine(url)
    meta = MetaData()
    meta.reflect(engine)
    with engine.connect() as connection:
        rows = [str(row) for table in meta.sorted_tables for row in connection.execute(select(table))]
    engine.dispose()
    return "\n".join(rows)
