"""Applying a community file: twice is once, a trial changes nothing, and what people did since stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker.clock import SystemClock
from tracker.community import CommunityMistakes
from tracker.desk import Desk

XIZHU = Path(__file__).parents[2] / "examples" / "xizhu.toml"
OTHER = """
[community]
name = "幸福里"
prefix = "{prefix}"
[[group]]
name = "幸福里居民群"
chat_id = {chat}
[[party]]
name = "幸福物业"
kind = "property"
[[person]]
name = "马主任"
user_id = 3001
roles = ["coordinator"]
"""


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    desk = Desk(database_url, SystemClock())
    yield desk
    desk.close()


def file(folder: Path, text: str) -> Path:
    path = folder / "xf.toml"
    path.write_text(text)
    return path


def test_twice_is_once(desk: Desk) -> None:
    assert desk.apply(XIZHU)
    assert desk.apply(XIZHU) == []


def test_a_trial_shows_everything_and_changes_nothing(desk: Desk) -> None:
    shown = desk.apply(XIZHU, dry_run=True)
    assert any("万科物业" in line for line in shown)
    assert desk.communities() == []
    assert desk.apply(XIZHU) == shown


def test_each_change_is_one_line(desk: Desk, tmp_path: Path) -> None:
    desk.apply(XIZHU)
    changed = XIZHU.read_text().replace('name = "健身步道"', "").replace('bot_name = "社区小助手"', 'bot_name = "小渚"')
    assert desk.apply(file(tmp_path, changed)) == ["~ community 西渚社区: bot_name"]
    assert desk.communities()[0].bot_name == "小渚"


def test_who_was_invited_stays_and_who_is_renamed_is_the_same(desk: Desk, tmp_path: Path) -> None:
    desk.apply(XIZHU)
    token, _ = desk.invite(None, "secretary", "新书记") or ("", None)
    desk.visit("test", lambda visit: visit.register.accept_invitation(token, "telegram:7001", "小新"))
    more, _ = desk.invite(None, "grid_worker:北区", "李师傅") or ("", None)
    desk.visit("test", lambda visit: visit.register.accept_invitation(more, "telegram:2002", "李"))

    renamed = XIZHU.read_text().replace('name = "周网格员"', 'name = "周姐"')
    assert desk.apply(file(tmp_path, renamed)) == ["~ person 周姐: name"]
    people = {each.name: each for each in desk.people(desk.communities()[0].id)}
    assert people["新书记"].is_staff
    assert people["周姐"].address == "telegram:2003"
    assert {role.kind for role in people["李师傅"].roles} == {"liaison", "grid_worker"}


def test_two_communities_and_what_one_may_not_take_from_the_other(desk: Desk, tmp_path: Path) -> None:
    desk.apply(XIZHU)
    with pytest.raises(CommunityMistakes) as refused:
        desk.apply(file(tmp_path, OTHER.format(prefix="XZ", chat=-1001000000001)))
    assert len(refused.value.lines) == 2
    assert [community.name for community in desk.communities()] == ["西渚社区"]

    assert desk.apply(file(tmp_path, OTHER.format(prefix="XF", chat=-1001000000099)))
    assert [community.prefix for community in desk.communities()] == ["XZ", "XF"]
