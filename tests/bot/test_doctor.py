"""The doctor looks an installation over: each complaint comes with its cure, and only real ones are made."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.doctor import Finding, examine
from bot.doctor.machine import clock as clock_beside
from bot.doctor.machine import disk, filesystem, sqlite_file
from bot.doctor.people import calendar
from bot.settings import Settings
from sandbox.server import Serving, make_app
from sandbox.town import Town
from tests.bot.delivery.street import COMMUNITY, LI, SQUARE, TOKEN, YARD
from tracker.clock import SystemClock
from tracker.desk import Desk

CHEN = 2001
FILE = f"""{COMMUNITY}
[[person]]
name = "陈主任"
user_id = {CHEN}
roles = ["coordinator"]
"""


class House:
    """An installation with everything in order, until a test spoils it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.town = Town()
        bot = self.town.add_bot(TOKEN, "linliban_bot", "社区小助手")
        self.town.add_user(CHEN, "陈主任")
        self.town.add_user(LI, "李师傅")
        for user in (CHEN, LI):
            self.town.open_room(self.town.room(bot, user))
        self.town.add_group(SQUARE, "南区议事群", [CHEN, LI])
        self.town.add_group(YARD, "物业工作群", [CHEN, LI])
        self.town.add_bot_to(SQUARE)
        self.town.add_bot_to(YARD)
        self.file, self.database_url = folder / "community.toml", database_url
        self.given = {"bot_token": TOKEN, "database_url": database_url, "data_dir": str(folder)}
        self.community(FILE)

    def community(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")
        desk = Desk(self.database_url, SystemClock())
        try:
            desk.apply(self.file, dry_run=False)
        finally:
            desk.close()

    async def complaints(self) -> list[Finding]:
        async with Serving(make_app(self.town)) as telegram:
            settings = Settings.model_validate({"telegram_url": telegram.url, **self.given})
            return [finding async for finding in examine(settings, SystemClock()) if not finding.ok]


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> House:
    return House(tmp_path, database_url)


async def test_a_house_in_order(house: House) -> None:
    of_the_year = "[[calendar.day]]"  # whether the holidays known end soon depends on today
    complaints = [complaint for complaint in await house.complaints() if of_the_year not in complaint.cure]
    assert complaints  # the built-in categories still want a party each
    assert all("没有牵头方" in complaint.text for complaint in complaints)
    assert all("[[category]]" in complaint.cure for complaint in complaints)


Spoil = Callable[[House], object]
TROUBLES: list[tuple[Spoil, str, str]] = [
    (lambda house: house.given.update(bot_token="1000:wrong"), "refuses the token", "@BotFather"),
    (lambda house: house.given.update(bot_token=""), "no token", "@BotFather"),
    (lambda house: house.given.update(telegram_url="http://127.0.0.1:1"), "does not answer", "LINLIBAN_TELEGRAM_URL"),
    (lambda house: house.town.kick_bot(SQUARE), "南区议事群: 机器人不在群里", "请进群"),
    (lambda house: house.town.kick_bot(YARD), "物业工作群: 机器人不在群里", "请进群"),
    (lambda house: setattr(house.town.bot(), "reads_all", False), "南区议事群: 听不到", "/setprivacy"),
    (lambda house: house.town.block(LI), "李师傅: 机器人发不了私信", "https://t.me/linliban_bot"),
    (lambda house: house.town.block(CHEN), "没有一个协调员联系得上", "按「开始」"),
    (lambda house: setattr(house.town.chat(LI), "started", False), "李师傅: 机器人发不了私信", "按「开始」"),
    (
        lambda house: house.community(FILE + '[[group]]\nname = "北区议事群"\n'),
        "北区议事群: 还没绑定", "/bind 北区议事群",
    ),
    (
        lambda house: house.community(FILE + '[[person]]\nname = "钱师傅"\nroles = ["liaison:万科物业"]\n'),
        "钱师傅: 还没加入", "linliban invite liaison:万科物业 钱师傅",
    ),
    (lambda house: house.community(FILE.replace('"coordinator"', "")), "没有协调员", "linliban invite coordinator"),
    (lambda house: house.town.fail("getChatMember", status=500, times=9), "中途无应答", "再试"),
    (lambda house: house.given.update(database_url="sqlite:///nowhere/x.db"), "还没有数据库", "linliban migrate"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "text", "cure"), TROUBLES)
async def test_each_trouble_is_named_with_its_cure(house: House, spoil: Spoil, text: str, cure: str) -> None:
    spoil(house)
    complaints = await house.complaints()
    named = [complaint for complaint in complaints if text in complaint.text]
    assert len(named) == 1, complaints
    assert cure in named[0].cure
    assert all(complaint.cure for complaint in complaints)
    assert TOKEN.partition(":")[2] not in str(complaints)


async def test_an_administrator_hears_whatever_privacy_mode_says(house: House) -> None:
    house.town.bot().reads_all = False
    house.town.promote(SQUARE, 1000)
    assert not [complaint for complaint in await house.complaints() if "听不到" in complaint.text]


async def test_a_server_that_leaves_fields_out(house: House) -> None:
    """Another Bot API server names the chat and the status, and no colour, reaction limit or right of today."""

    async def answer(request: Request) -> JSONResponse:
        method = request.path_params["method"]
        member = {"status": "administrator", "user": {"id": 1000, "is_bot": True, "first_name": "b"}}
        me = {"id": 1000, "is_bot": True, "first_name": "b", "username": "linliban_bot"}
        answers = {"getMe": me, "getWebhookInfo": {"url": ""}, "getChatMember": member, "getChat": {"id": 1}}
        return JSONResponse({"ok": True, "result": answers.get(method, True)})

    bare = Starlette(routes=[Route("/bot{token}/{method}", answer, methods=["GET", "POST"])])
    async with Serving(bare) as telegram:
        settings = Settings.model_validate({**house.given, "telegram_url": telegram.url})
        findings = [finding async for finding in examine(settings, SystemClock())]
    told = {finding.text: finding.ok for finding in findings}
    assert told["南区议事群: 在群里,听得到 · is there and hears"]
    assert told["李师傅: 可以收到私信 · can be reached"]
    assert told["西渚社区: 有协调员 · has a coordinator"]


async def test_a_webhook_in_the_way(house: House) -> None:
    from sandbox.town.people import Webhook

    house.town.bot().webhook = Webhook("https://example.org/hook")
    complaints = await house.complaints()
    assert next(c.cure for c in complaints if "webhook" in c.text).endswith("linliban webhook off")


async def test_a_webhook_that_is_ours(house: House) -> None:
    from sandbox.town.people import Webhook

    house.given["webhook_url"] = "http://127.0.0.1:9/hook"
    house.town.bot().queue.waiting.clear()  # nobody has said anything yet
    (missing,) = [c for c in await house.complaints() if "webhook" in c.text]
    assert "linliban run" in missing.cure
    house.town.bot().webhook = hook = Webhook("http://127.0.0.1:9/hook")
    assert not [c for c in await house.complaints() if "webhook" in c.text]
    hook.last_error, hook.last_error_date = "Connection refused", house.town.stamp()
    house.town.say(SQUARE, CHEN, "/help")
    (stuck,) = [c for c in await house.complaints() if "cannot deliver 1:" in c.text]
    assert "proxy" in stuck.cure


def test_a_clock_that_is_wrong() -> None:
    noon = datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert clock_beside(noon, noon - timedelta(seconds=30)).ok
    late = clock_beside(noon, noon + timedelta(seconds=31))
    assert not late.ok
    assert "31 s" in late.text


def test_a_calendar_that_ends_soon() -> None:
    today = date(2026, 11, 23)
    assert list(calendar(None, today)) == []
    assert [finding.ok for finding in calendar(today + timedelta(days=45), today)] == [True]
    (soon,) = calendar(today + timedelta(days=44), today)
    assert not soon.ok
    assert "[[calendar.day]]" in soon.cure


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "not" / "there" / "yet"
    monkeypatch.setattr("bot.doctor.machine.ROOM", 1)
    assert disk(folder).ok
    monkeypatch.setattr("bot.doctor.machine.ROOM", 10**18)
    assert not disk(folder).ok


MOUNTS = """\
overlay / overlay rw 0 0
/dev/sda1 /srv ext4 rw 0 0
nas:/share /srv/share nfs4 rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/home/x.db", "overlay"), ("/srv/x.db", "ext4"), ("/srv/share/x.db", "nfs4"), ("/srv/shared/x.db", "ext4")],
)
def test_what_disk_a_file_lies_on(path: str, kind: str) -> None:
    assert filesystem(PurePosixPath(path), MOUNTS) == kind


def test_a_database_on_a_network_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, mounts = tmp_path / "linliban.db", tmp_path / "mounts"
    file.touch()
    mounts.write_text(f"overlay / overlay rw\nnas:/share {tmp_path.resolve()} nfs4 rw\n")
    monkeypatch.setattr("bot.doctor.machine.MOUNTS", mounts)
    (complaint,) = sqlite_file(f"sqlite:///{file}")
    assert "nfs4" in complaint.text
    assert list(sqlite_file("postgresql+psycopg://u:p@h/d")) == []
