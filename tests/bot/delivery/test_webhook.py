"""Telegram posts, and hears 200 only of what is committed; strangers, garbage and storms do no harm."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text

from bot.receive import Keeping
from bot.receive.webhook import AT_ONCE, LARGEST, SECRET_HEADER
from tests.bot.delivery.posting import PATH, SECRET, Postman, connection, letterbox, raw_post, update
from tests.bot.delivery.street import Street
from tracker.clock import SystemClock
from tracker.db import Database
from tracker.desk import Desk


@pytest.fixture
async def postman(street: Street) -> AsyncIterator[Postman]:
    async with letterbox(street) as postman:
        yield postman


async def test_what_was_answered_with_200_is_kept_as_it_came(postman: Postman) -> None:
    answer = await postman.brings(update(7))
    assert (answer.status_code, answer.content) == (200, b"")
    assert postman.street.arrived.is_set()
    assert postman.street.tally["updates_received"] == 1
    assert postman.kept() == [update(7)]


async def test_the_poll_cursor_stays_where_it_was(postman: Postman) -> None:
    """What the webhook brings comes in no order: to confirm it by polling later would lose what waits before it."""
    postman.street.desk.store_updates("1000@here", [], 5)
    await postman.brings(update(900))
    assert postman.street.desk.cursor("1000@here") == 5


STRANGERS: dict[str, dict[str, str]] = {
    "none": {},
    "empty": {SECRET_HEADER: ""},
    "another": {SECRET_HEADER: "sesame_open-2"},
    "the beginning": {SECRET_HEADER: SECRET[:-1]},
    "more": {SECRET_HEADER: SECRET + "1"},
    "another case": {SECRET_HEADER: SECRET.upper()},
    "as a bearer": {"Authorization": f"Bearer {SECRET}"},
}


@pytest.mark.parametrize("headers", STRANGERS.values(), ids=STRANGERS)
async def test_without_the_secret_nothing_is_kept(postman: Postman, headers: dict[str, str]) -> None:
    answer = await postman.client.post(postman.url + PATH, json=update(7), headers=headers)
    assert answer.status_code == 403
    assert postman.waiting() == 0
    assert postman.street.tally["posts_refused"] == 1


async def test_a_secret_in_bytes_that_are_no_text_is_only_wrong(postman: Postman) -> None:
    headers = [(SECRET_HEADER.encode(), "密".encode() + b"\xff")]
    answer = await postman.client.post(postman.url + PATH, json=update(7), headers=headers)
    assert answer.status_code == 403


async def test_who_has_no_secret_is_answered_before_he_has_said_much(postman: Postman) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n"
    status, sent = await raw_post(postman.port, head, endless())
    assert status == 403
    assert sent < 2 * LARGEST


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
async def test_only_posts(postman: Postman, method: str) -> None:
    answer = await postman.client.request(method, postman.url + PATH, headers={SECRET_HEADER: SECRET})
    assert answer.status_code == 405


@pytest.mark.parametrize("path", ["/", "/telegram", f"{PATH}/more", PATH.upper()])
async def test_only_the_one_address(postman: Postman, path: str) -> None:
    assert (await postman.posts(b"{}", path=path)).status_code == 404


@pytest.mark.parametrize("url", ["https://bot.example.org", "https://bot.example.org:8443/", "http://127.0.0.1:80"])
async def test_an_address_without_a_path(street: Street, url: str) -> None:
    async with letterbox(street, url=url) as postman:
        assert (await postman.posts(json.dumps(update(7)).encode(), path="/")).status_code == 200
        assert (await postman.client.get(f"{postman.url}/healthz")).text == "ok\n"
        assert postman.waiting() == 1


async def endless(chunk: bytes = b" " * 16384, frame: bool = False) -> AsyncIterator[bytes]:
    """Chunks for ever; with `frame` each in HTTP's chunked form."""
    while True:
        yield b"%x\r\n%s\r\n" % (len(chunk), chunk) if frame else chunk
        await asyncio.sleep(0)


@pytest.mark.expects_errors
async def test_a_post_that_says_it_is_too_large(postman: Postman) -> None:
    big = json.dumps(update(7, "长" * LARGEST)).encode()
    assert (await postman.posts(big)).status_code == 413
    assert postman.waiting() == 0
    assert (await postman.brings(update(8))).status_code == 200


@pytest.mark.expects_errors
async def test_a_post_that_says_so_is_answered_before_it_begins(postman: Postman) -> None:
    async def nothing() -> AsyncIterator[bytes]:
        for _ in ():
            yield b""

    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: {LARGEST + 1}\r\n\r\n"
    assert await raw_post(postman.port, head, nothing()) == (413, 0)


@pytest.mark.expects_errors
async def test_a_post_that_turns_out_too_large_is_not_read_to_its_end(postman: Postman) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nTransfer-Encoding: chunked\r\n\r\n"
    status, sent = await raw_post(postman.port, head, endless(frame=True))
    assert status == 413
    assert sent < 20 * LARGEST  # what the kernel's buffers hold on both sides is out of our hands
    assert postman.waiting() == 0
    assert (await postman.brings(update(8))).status_code == 200


async def test_a_post_just_within_the_limit(postman: Postman) -> None:
    words = "w" * (LARGEST - len(json.dumps(update(7, ""))))
    assert (await postman.brings(update(7, words))).status_code == 200
    assert postman.waiting() == 1


GARBAGE = [b"", b"{", b"null", b"[]", b"7", b'"update_id"', b"{}", b'{"message":{}}', b"\xff\xfe", b"[" * 100_000,
           b'{"update_id":"7","message":{}}', b'{"update_id":true,"message":{}}', b'{"update_id":-1,"message":{}}',
           b'{"update_id":1e99,"message":{}}', b'{"update_id":9223372036854775808,"message":{}}',
           b'{"update_id":' + b"9" * 5000 + b"}"]  # fmt: skip


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda content: repr(content[:40]))
async def test_what_is_no_update_is_not_brought_again_for_a_day(postman: Postman, garbage: bytes) -> None:
    assert (await postman.posts(garbage)).status_code == 200
    assert postman.waiting() == 0
    assert (await postman.brings(update(8))).status_code == 200
    assert postman.waiting() == 1


async def test_no_word_of_what_came_is_logged(postman: Postman, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    for content in ('{"message": "张三的电话', '{"message": "张三的电话"}', '["张三的电话"]'):
        await postman.posts(content.encode())
    await postman.brings(update(7, "张三的电话"))
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("bot", "tracker", "board"))]
    assert len(ours) >= 3
    assert not [line for line in ours if "张三" in line or SECRET in line]


async def test_kinds_we_did_not_ask_for_are_taken_and_not_kept(postman: Postman) -> None:
    assert (await postman.brings({"update_id": 7, "business_message": {"text": "private"}})).status_code == 200
    assert postman.waiting() == 0


async def test_characters_and_numbers_no_database_takes_are_left_out(postman: Postman) -> None:
    said = rb'{"update_id": 7, "message": {"text": "\u0000\u8def\ud83d", "x": 1e999, "y": [NaN, -Infinity, 1.5]}}'
    assert (await postman.posts(said)).status_code == 200
    assert postman.kept()[0]["message"] == {"text": "路", "x": None, "y": [None, None, 1.5]}


async def test_one_bad_byte_does_not_cost_a_report(postman: Postman) -> None:
    said = json.dumps(update(7, "#报修 路灯不亮"), ensure_ascii=False).encode().replace("灯".encode(), b"\xe7\x81")
    assert (await postman.posts(said)).status_code == 200
    assert postman.kept()[0]["message"]["text"] == "#报修 路�不亮"


@pytest.mark.expects_errors
async def test_what_no_database_takes_is_kept_for_whoever_looks_into_it(postman: Postman) -> None:
    deep: Any = "x"
    for _ in range(700):
        deep = [deep]
    assert (await postman.brings(update(7, deep=deep))).status_code == 200
    assert postman.kept() == [{"update_id": 7, "message": "nested too deeply"}]


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "application/json;charset=UTF-8", "text/plain", ""]
)
async def test_whatever_the_content_is_called(postman: Postman, kind: str) -> None:
    assert (await postman.brings(update(7), **{"Content-Type": kind})).status_code == 200
    assert postman.waiting() == 1


async def test_twice_brought_is_once_kept(postman: Postman) -> None:
    answers = [await postman.brings(update(7)) for _ in range(2)]
    answers += await asyncio.gather(*(postman.brings(update(8)) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert postman.waiting() == 2


async def test_who_hangs_up_in_the_middle_leaves_nothing_behind(
    postman: Postman, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps(update(7)).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
    _, writer = await asyncio.open_connection("127.0.0.1", postman.port)
    writer.write(head.encode() + body[:-10])
    await writer.drain()
    writer.close()
    assert (await postman.brings(update(8))).status_code == 200
    assert postman.kept() == [update(8)]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_before_we_know_who_we_are_telegram_is_asked_to_come_again(street: Street) -> None:
    async with letterbox(street) as postman:
        postman.box._sack = None
        answer = await postman.brings(update(7))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        postman.box.open(Keeping(street.desk, "1000@here", arrived=street.arrived, tally=street.tally))
        assert (await postman.brings(update(7))).status_code == 200


async def test_a_database_that_is_away(street: Street, caplog: pytest.LogCaptureFixture) -> None:
    nowhere = Desk("postgresql+psycopg://li:hunter2@127.0.0.1:9/linliban", SystemClock())
    caplog.set_level("WARNING")
    async with letterbox(street, desk=nowhere) as postman:
        answers = await asyncio.gather(*(postman.brings(update(number)) for number in range(1, 31)))
        answers.append(await postman.brings(update(31)))
        assert {(answer.status_code, answer.headers["Retry-After"]) for answer in answers} == {(503, "5")}
        assert not street.arrived.is_set()
    nowhere.close()
    told = [record.getMessage() for record in caplog.records if "database_away" in record.getMessage()]
    assert len(told) == 1  # however many posts it costs
    assert "hunter2" not in told[0]


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Somebody else holds the database, or the table, for as long as this lasts."""
    database = Database(url)
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.execute(text("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"))
        connection.execute(text("SELECT 1"))
        yield
        connection.rollback()
    database.close()


async def test_a_database_that_does_not_answer_in_time(street: Street) -> None:
    url = street.settings.database_url
    async with letterbox(street, kept_within=0.05) as postman:
        with locked(url):
            answers = await asyncio.gather(*(postman.brings(update(7)) for _ in range(3)))
            assert {(answer.status_code, answer.headers["Retry-After"]) for answer in answers} == {(503, "5")}
        async with asyncio.timeout(20):
            while (await postman.brings(update(7))).status_code != 200:  # noqa: ASYNC110 - as Telegram does
                await asyncio.sleep(0.01)
        assert postman.waiting() == 1


async def test_a_storm_shares_commits_and_one_connection(postman: Postman, monkeypatch: pytest.MonkeyPatch) -> None:
    keep, sizes, under_way = postman.street.desk.store_updates, [], set[int]()

    def watched(key: str, rows: Sequence[Any], offset: int | None) -> int:
        assert not under_way
        under_way.add(1)
        sizes.append(len(rows))
        try:
            return keep(key, rows, offset)
        finally:
            under_way.clear()

    monkeypatch.setattr(postman.street.desk, "store_updates", watched)
    storm = [[update(1000 * turn + number) for turn in range(4)] for number in range(1, 121)]
    async with asyncio.timeout(60):
        statuses = await asyncio.gather(*(connection(postman.port, part) for part in storm))
    assert {status for part in statuses for status in part} <= {200, 503}
    assert sum(sizes) == 480
    assert 10 < max(sizes) <= AT_ONCE
    ids = sorted(raw["update_id"] for raw in postman.kept())
    assert ids == sorted(each["update_id"] for part in storm for each in part)


async def test_more_than_telegram_may_open_are_asked_to_come_again(street: Street) -> None:
    async with letterbox(street) as postman:
        with locked(street.settings.database_url):
            crowd = [asyncio.create_task(postman.brings(update(number))) for number in range(1, AT_ONCE + 1)]
            async with asyncio.timeout(20):
                while postman.box._inside < AT_ONCE:  # noqa: ASYNC110 - a web server rings no bell
                    await asyncio.sleep(0.002)
            answer = await postman.brings(update(1000))
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
            assert (await postman.client.get(f"{postman.url}/healthz")).status_code == 200
        assert {answer.status_code for answer in await asyncio.gather(*crowd)} == {200}
        assert postman.waiting() == AT_ONCE


@pytest.mark.expects_errors
async def test_a_mistake_of_ours_is_no_loss(postman: Postman, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise RuntimeError("not foreseen")

    with monkeypatch.context() as trouble:
        trouble.setattr(Keeping, "store", broken)
        answer = await postman.brings(update(7))
        assert answer.status_code == 503
    assert (await postman.brings(update(7))).status_code == 200


async def test_two_machines_are_brought_the_same(street: Street) -> None:
    """Telegram comes again with what it believes lost, and then the other machine may be the one that takes it."""
    other = Desk(street.settings.database_url, SystemClock())
    numbers = list(range(1, 101))
    async with letterbox(street) as here, letterbox(street, desk=other) as there:
        ways = [(here.port, numbers), (there.port, numbers[::-1])]
        each = [connection(port, [update(n) for n in part[turn::10]]) for port, part in ways for turn in range(10)]
        async with asyncio.timeout(60):
            await asyncio.gather(*each)
        assert sorted(raw["update_id"] for raw in here.kept()) == numbers
    other.close()
