"""The whole bot starts, works, tells how it is, and ends without losing anything."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot.app import App, CannotStart
from bot.app.running import live
from bot.settings import Settings
from tests.bot.delivery.street import ANNA, COMMUNITY, LI, SQUARE, STRANGER, Slept, Street
from tracker.clock import SystemClock
from tracker.errors import OldSchema

MA = 2099  # whom Telegram does not know as long as nobody adds him


@pytest.fixture
async def app(settled: Street) -> AsyncIterator[App]:
    app = App(settled.settings, settled.clock, settled.desk)
    yield app
    await app.close()


def changed(settings: Settings, **update: object) -> Settings:
    return settings.model_copy(update=update)


async def test_everything_that_can_be_done_at_one_moment_is_done(settled: Street, app: App) -> None:
    await app.open()
    settled.town.say(SQUARE, ANNA, "#报修 3号楼2单元的路灯不亮了")
    assert await app.settle() >= 3
    assert any("#XZ1" in message["text"] for message in settled.ours(SQUARE))
    assert await app.settle() == 0


async def test_who_turned_the_clock_knows_when_the_next_word_may_be_said(settled: Street, app: App) -> None:
    await app.open()
    settled.post(SQUARE)
    settled.post(SQUARE)
    await app.settle()
    at = app.next_send_at()
    assert at is not None
    assert 0 < (at - settled.clock.now()).total_seconds() <= 1
    settled.clock.turn_to(at)
    await app.settle()
    assert len(settled.ours(SQUARE)) == 2
    assert app.next_send_at() is None


async def test_a_token_telegram_does_not_know_is_one_clear_sentence(street: Street) -> None:
    wrong = App(changed(street.settings, bot_token=SecretStr("4711:wrong")), street.clock, street.desk)
    with pytest.raises(CannotStart, match="does not know this token") as caught:
        await wrong.open()
    assert "4711" not in str(caught.value)
    await wrong.close()


async def test_a_telegram_that_is_away_is_waited_for(street: Street) -> None:
    slept = Slept()
    app = App(street.settings, street.clock, street.desk, sleep=slept)
    street.town.fail("getMe", status=502, times=3, body="<html>")
    street.town.fail("getMe", status=429, retry_after=9)
    assert await app.open()
    assert slept.seconds[3] == 9
    assert len(slept.seconds) == 4
    await app.close()


async def test_waiting_for_telegram_ends_when_the_program_ends(street: Street) -> None:
    nobody = App(changed(street.settings, telegram_url="http://127.0.0.1:9"), street.clock, street.desk)
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, stop.set)
    assert await asyncio.wait_for(live(nobody, stop), 5) == 0


async def test_it_runs_answers_and_ends(settled: Street) -> None:
    app = App(settled.settings, settled.clock, settled.desk)
    settled.town.say(SQUARE, ANNA, "#报修 3号楼2单元的路灯不亮了")
    stop = asyncio.Event()
    running = asyncio.create_task(live(app, stop))
    async with asyncio.timeout(20):
        async for _ in settled.town.changed.changes():
            if settled.ours(SQUARE):
                break
    stop.set()
    assert await asyncio.wait_for(running, 10) == 0
    assert len(settled.ours(SQUARE)) == 1
    assert settled.desk.health().waiting == 0


async def test_a_letter_in_flight_at_the_end_arrives_and_is_recorded(settled: Street) -> None:
    app = App(settled.settings, settled.clock, settled.desk)
    settled.post(SQUARE)
    posted = {"message_id": 2, "date": 0, "chat": {"id": SQUARE, "type": "supergroup"}}
    slow = {"ok": True, "result": posted}
    settled.town.fail("sendMessage", status=200, body=slow, after_accepting=True, hang=0.2)
    stop = asyncio.Event()
    running = asyncio.create_task(live(app, stop))
    async with asyncio.timeout(20):
        async for _ in settled.town.changed.changes():
            if settled.calls("sendMessage"):
                break
    stop.set()
    assert await asyncio.wait_for(running, 10) == 0
    assert app.tally["letters_delivered"] == 1
    assert settled.desk.health().unsure == 0


async def test_the_board_tells_how_the_bot_is(settled: Street) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    app = App(changed(settled.settings, listen=f"127.0.0.1:{port}"), settled.clock, settled.desk)
    stop = asyncio.Event()
    running = asyncio.create_task(live(app, stop))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        assert await answers(client, "/healthz") == 200
        async with asyncio.timeout(20):
            async for _ in settled.town.changed.changes():
                settled.town.say(SQUARE, LI, "你好")  # each poll that is answered is a sign of life
                if await answers(client, "/readyz") == 200:
                    break
        assert await answers(client, "/metrics") == 200
    stop.set()
    assert await asyncio.wait_for(running, 10) == 0


async def answers(client: httpx.AsyncClient, path: str) -> int:
    for _ in range(500):
        try:
            return (await client.get(path)).status_code
        except httpx.ConnectError:
            await asyncio.sleep(0.002)
    raise AssertionError("the board does not listen")


@pytest.mark.expects_errors
async def test_a_part_that_fails_ends_the_program_loudly(
    settled: Street, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise ZeroDivisionError("王阿姨")

    monkeypatch.setattr(settled.desk, "sweep", fail)
    app = App(settled.settings, settled.clock, settled.desk)
    assert await asyncio.wait_for(live(app, asyncio.Event()), 10) == 1
    assert "part_failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "王阿姨" not in "".join(r.getMessage() for r in caplog.records if r.name.startswith("bot"))


async def test_a_port_that_is_taken_is_one_clear_sentence(street: Street) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        app = App(changed(street.settings, listen=listen), street.clock, street.desk)
        with pytest.raises(CannotStart, match=f"LINLIBAN_LISTEN={listen} cannot be used"):
            await live(app, asyncio.Event())


async def test_an_empty_database_is_brought_up_or_refused(street: Street, bare_database_url: str) -> None:
    app = App(changed(street.settings, database_url=bare_database_url), SystemClock())
    if app.desk.is_sqlite:
        app.check_database()
        assert app.desk.health().database
    else:
        with pytest.raises(OldSchema):
            app.check_database()
    await app.close()


async def test_menus_are_set_for_everybody_and_for_staff(settled: Street, app: App) -> None:
    await app.open()
    await app.parts.menus.once()
    calls = settled.calls("setMyCommands")
    scopes = {
        (c.params["scope"]["type"], c.params["scope"].get("chat_id"), c.params.get("language_code")) for c in calls
    }
    assert ("all_group_chats", None, None) in scopes
    assert ("all_private_chats", None, "en") in scopes
    assert ("chat", LI, None) in scopes
    assert STRANGER not in {chat for _, chat, _ in scopes}
    await app.parts.menus.once()
    assert len(settled.calls("setMyCommands")) == len(calls)  # and only once


async def test_a_menu_that_telegram_refuses_stops_nothing(settled: Street, app: App) -> None:
    await app.open()
    settled.town.fail("setMyCommands", status=500, times=1)
    assert await app.parts.menus.once() == 0
    await app.parts.menus.once()
    assert ("chat", LI) in {
        (c.params["scope"]["type"], c.params["scope"].get("chat_id")) for c in settled.calls("setMyCommands")
    }


async def test_whose_chat_was_not_open_yet_has_his_menu_a_minute_after_it_is(
    settled: Street, app: App, tmp_path: Path
) -> None:
    new = f'\n[[person]]\nname = "马师傅"\nuser_id = {MA}\nroles = ["liaison:万科物业"]\n'
    (tmp_path / "new.toml").write_text(COMMUNITY + new, encoding="utf-8")
    settled.desk.apply(tmp_path / "new.toml")
    await app.open()
    for _ in range(3):
        await app.parts.menus.once()
    asked = [call for call in settled.calls("setMyCommands") if call.params["scope"].get("chat_id") == MA]
    assert [call.status for call in asked] == [400], "asked for once, and not each minute"

    settled.town.add_user(MA, "马师傅")
    settled.town.start(MA)
    await app.settle()
    await app.parts.menus.once()
    assert "done" in menu_of(settled, MA)


async def test_a_menu_is_set_once_and_not_at_each_start(settled: Street, app: App) -> None:
    await app.open()
    settled.town.start(LI)
    await app.settle()
    await app.parts.menus.once()
    assert "done" in menu_of(settled, LI)
    before = len(settled.calls("setMyCommands"))
    again = App(settled.settings, settled.clock)
    await again.open()
    await again.parts.menus.once()
    await again.close()
    asked = settled.calls("setMyCommands")[before:]
    assert {call.params["scope"]["type"] for call in asked} == {"default", "all_private_chats", "all_group_chats"}


async def test_the_menu_of_a_part_goes_with_the_part(settled: Street, app: App, tmp_path: Path) -> None:
    await app.open()
    settled.town.start(LI)
    await app.settle()
    await app.parts.menus.once()
    file = tmp_path / "community.toml"
    shown = []
    for roles in (["coordinator"], ["liaison:万科物业", "coordinator"], ["liaison:万科物业"], []):
        file.write_text(
            COMMUNITY.replace('["liaison:万科物业"]', json.dumps(roles, ensure_ascii=False)), encoding="utf-8"
        )
        settled.desk.apply(file)
        await app.parts.menus.once()
        shown.append(menu_of(settled, LI)[:1])
    assert shown == [["overdue"], ["overdue"], ["todo"], []]
    deleted = len(settled.calls("deleteMyCommands"))
    await app.parts.menus.once()
    assert len(settled.calls("deleteMyCommands")) == deleted, "taken away once"


def menu_of(street: Street, person: int) -> list[str]:
    """The commands this person is offered in his chat, beside everybody's."""
    return [command["command"] for command in street.town.bot().commands.get((f"chat {person}", ""), [])]
