"""Photos and files: up, down, in albums, by id, within Telegram's sizes."""

import asyncio

import pytest
from telegram import Bot, InputMediaPhoto
from telegram.error import BadRequest

from sandbox.pictures import draw, measure
from sandbox.serving import Serving
from sandbox.town import Town
from tests.sandbox.town import ANNA, SQUARE, TOKEN, Clock, Wire

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080078005a01011100ffd9")


async def test_a_residents_photo_can_be_downloaded(bot: Bot, town: Town) -> None:
    town.photo(SQUARE, ANNA, "#报修 灯坏了")
    (update,) = await bot.get_updates()
    message = update.message
    assert message is not None
    assert [entity.type for entity in message.caption_entities] == ["hashtag"]
    assert [size.width for size in message.photo] == sorted(size.width for size in message.photo)
    file = await message.photo[-1].get_file()
    content = bytes(await file.download_as_bytearray())
    assert measure(content) == (message.photo[-1].width, message.photo[-1].height) == (640, 480)
    assert len(content) == file.file_size


async def test_two_photos_are_two_files(town: Town) -> None:
    first, second = (town.photo(SQUARE, ANNA)["photo"][-1] for _ in range(2))
    assert first["file_id"] != second["file_id"]
    assert first["file_unique_id"] != second["file_unique_id"]
    assert town.files.kept[first["file_id"]].data != town.files.kept[second["file_id"]].data


async def test_a_link_is_good_for_an_hour_and_for_its_own_bot(
    wire: Wire, served: Serving, town: Town, clock: Clock
) -> None:
    photo = town.photo(SQUARE, ANNA)["photo"][-1]["file_id"]
    path = (await wire.ask("getFile", file_id=photo))["file_path"]
    good = f"{served.url}/file/bot{TOKEN}/{path}"
    assert (await wire.http.get(good)).content == town.files.kept[photo].data
    assert (await wire.http.get(f"{served.url}/file/bot1000:wrong/{path}")).status_code == 404
    clock.turn(minutes=59)
    assert (await wire.http.get(good)).status_code == 200
    clock.turn(minutes=1)
    assert (await wire.http.get(good)).status_code == 404
    await wire.ask("getFile", file_id=photo)
    assert (await wire.http.get(good)).status_code == 200


async def test_files_over_20_mib_cannot_be_downloaded(wire: Wire, town: Town) -> None:
    fits, big = (town.document(SQUARE, ANNA, data=bytes((20 << 20) + more))["document"] for more in (0, 1))
    assert (await wire.ask("getFile", file_id=fits["file_id"]))["file_size"] == 20 << 20
    assert await wire.refusal("getFile", file_id=big["file_id"]) == (400, "Bad Request: file is too big")


async def test_a_bot_uploads_and_sends_again_by_id(bot: Bot, town: Town) -> None:
    sent = await bot.send_photo(SQUARE, draw(3), caption="<b>修好了</b>", parse_mode="HTML")
    assert (sent.caption, sent.caption_entities[0].type) == ("修好了", "bold")
    again = await bot.send_photo(SQUARE, sent.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id
    jpeg = await bot.send_photo(SQUARE, JPEG)
    assert (jpeg.photo[-1].width, jpeg.photo[-1].height) == (90, 120)
    report = await bot.send_document(SQUARE, b"a,b\n", filename="月报.csv", caption="11月")
    assert report.document is not None
    assert (report.document.file_name, report.document.file_size) == ("月报.csv", 4)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no picture", "(?i)image_process_failed"),
        (draw(1, 2000, 90), "(?i)photo_invalid_dimensions"),
        (draw(1, 9000, 1001), "(?i)photo_invalid_dimensions"),
        (draw(1) + bytes(10 << 20), "(?i)file is too big"),
    ],
    ids=["no picture", "too long", "too large", "too heavy"],
)
async def test_what_is_no_proper_photo_is_refused(bot: Bot, data: bytes, words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        await bot.send_photo(SQUARE, data)


async def test_an_empty_file_is_refused(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)file must be non-empty"):
        await bot.send_document(SQUARE, b"", filename="x.txt")


async def test_a_request_over_50_megabytes_is_refused_before_it_is_sent(served: Serving) -> None:
    reader, writer = await asyncio.open_connection(served.host, served.port)
    head = f"POST /bot{TOKEN}/sendDocument HTTP/1.1\r\nHost: x\r\nContent-Length: {60 << 20}\r\n\r\n"
    writer.write(head.encode())
    assert (await reader.readline()).split()[1] == b"413"
    writer.close()
    await writer.wait_closed()


async def test_an_album_is_several_messages_with_one_group(bot: Bot, town: Town) -> None:
    town.album(SQUARE, ANNA, ["#报修 三张图"], count=3)
    messages = [update.message for update in await bot.get_updates()]
    assert [message.caption for message in messages if message] == ["#报修 三张图", None, None]
    assert len({message.media_group_id for message in messages if message}) == 1
    assert len({message.photo[-1].file_id for message in messages if message}) == 3
    other = town.album(SQUARE, ANNA)
    assert len(other) == 2
    assert other[0]["media_group_id"] != messages[0].media_group_id if messages[0] else False


async def test_a_bots_album(bot: Bot, wire: Wire, town: Town) -> None:
    known = town.photo(SQUARE, ANNA)["photo"][-1]["file_id"]
    sent = await bot.send_media_group(SQUARE, [InputMediaPhoto(known, caption="前"), InputMediaPhoto(draw(5))])
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.caption for message in sent] == ["前", None]
    one = await wire.refusal("sendMediaGroup", chat_id=SQUARE, media=[{"type": "photo", "media": known}])
    assert one == (400, "Bad Request: album must have 2-10 items")
    file = town.document(SQUARE, ANNA)["document"]["file_id"]
    mixed = [{"type": "photo", "media": known}, {"type": "document", "media": file}]
    refusal = await wire.refusal("sendMediaGroup", chat_id=SQUARE, media=mixed)
    assert refusal == (400, "Bad Request: can't use the media of the specified type in the album")
    lost = [{"type": "photo", "media": "attach://lost"}] * 2
    refusal = await wire.refusal("sendMediaGroup", chat_id=SQUARE, media=lost)
    assert refusal == (400, "Bad Request: wrong file identifier/HTTP URL specified")


async def test_documents_voices_and_places_arrive(bot: Bot, town: Town) -> None:
    town.document(SQUARE, ANNA, caption="原图")
    town.voice(SQUARE, ANNA, seconds=7)
    town.location(SQUARE, ANNA, 31.5, 119.5)
    document, voice, place = (update.message for update in await bot.get_updates())
    assert document is not None
    assert document.document is not None
    assert (document.document.mime_type, document.caption) == ("image/png", "原图")
    assert voice is not None
    assert voice.voice is not None
    assert voice.voice.duration.total_seconds() == 7  # type: ignore[union-attr]
    assert place is not None
    assert place.location is not None
    assert (place.location.latitude, place.location.longitude) == (31.5, 119.5)


async def test_a_resident_may_send_a_picture_of_his_own(town: Town) -> None:
    picture = draw(77, 300, 200)
    sent = town.photo(SQUARE, ANNA, image=picture)
    assert town.files.kept[sent["photo"][-1]["file_id"]].data == picture
