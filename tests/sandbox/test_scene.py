"""A scene is read from its file, and what is wrong with the file is said in one sentence each."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.scene import SceneMistake, load_scene, load_tour
from sandbox.scene.settle import settle
from sandbox.town import Town
from tests.sandbox.page.actor_bot import TurnedClock

XIZHU = Path(__file__).parents[2] / "examples" / "xizhu.tour.toml"


def test_the_example_tells_the_story_of_one_complaint() -> None:
    tour = load_tour(XIZHU)
    assert [step.act for step in tour] == ["photo", "wait", "turn", "press", "reply_photo", "press", "say"]
    assert tour[0].text == "#报修 南区篮球场地面破损严重,孩子们打球都不安全,能不能尽快修复?"


def test_people_move_in_with_their_groups_and_the_bot() -> None:
    clock = TurnedClock()
    scene, town = load_scene(XIZHU, clock=clock), Town(clock.now)
    bot = town.add_bot("1000:practice", "linliban_bot", "社区小助手")
    settle(town, scene)
    assert town.chat(-1001000000011).member(bot.id).status == "administrator"
    assert town.chat(2001).started
    assert not town.chat(2101).started
    assert [actor.name for actor in scene.members(-1001000000011)] == ["李师傅", "陈主任", "周网格员"]
    assert [actor.name for actor in scene.members(2101)] == ["王阿姨"]


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


MISTAKES: list[tuple[Callable[[str], str], str]] = [
    (lambda text: text + "\n[[step", "is not TOML"),
    (lambda text: 'colour = "red"\n' + text, "colour: no such key is known"),
    (replaced('title = "西渚社区"', ""), "title: is missing"),
    (replaced('emoji = "👵"', 'emoji = "👵"\nage = 70'), "actor 1, age: no such key is known"),
    (replaced('part = "resident"', 'part = "king"'), "actor 1, part: 'king' is none of 'resident', 'worker'"),
    (replaced('name = "王阿姨"', 'name = ""'), "actor 1, name: must not be empty"),
    (replaced("user_id = 2101", 'user_id = "wang"'), "actor 1, user_id: "),
    (replaced("[2101, 2102", "[9999, 2102"), "group 西渚花苑南区议事群: no actor has the number 9999"),
    (replaced('act = "photo"', 'act = "dance"'), "step 1, act: 'dance' is none of 'say', 'photo'"),
    (replaced('picture = "court-broken"', ""), "step 1, picture: is missing, photo needs it"),
    (replaced('picture = "court-broken"', 'picture = "sunset"'), "step 1, picture: there is no sample photo 'sunset'"),
    (replaced('to = "next_reminder"', 'to = "soon"'), "step 3, to: 'soon' is none of 'next_reminder', '+10m'"),
    (replaced('to = "next_reminder"', 'to = "+1h"\nbutton = "接单"'), "step 3, button: turn has no use for it"),
    (replaced('button = "接单"', ""), "step 4, button: is missing, press needs it"),
    (replaced("who = 2002\nwhere", "who = 2101\nwhere"), "step 4, who: 2101 is not in the chat -1001000000011"),
    (replaced('until = { where = 2001, text = "超期", beside = "#XZ1" }', ""), "step 3, until: is missing"),
    (replaced('where = 2001, text = "超期"', "where = 2001"), "step 3, until.text: is missing"),
    (replaced('2001, text = "超期"', '77, text = "超期"'), "step 3, until.where: no phone can show the chat 77"),
    (replaced("as_user = 2101", "as_user = 2104"), "phone 1, as_user: 2104 is not in the chat -1001000000001"),
    (replaced("[-1001000000011, 2002, ", "[2002, "), "phone 2, chat_id: -1001000000011 is not among its chats"),
    (replaced("chats = [-1001000000011, 2002", "chats = [-1001000000011, 5"), "phone 2, chats: there is no chat 5"),
    (lambda text: text.replace("[[phone]]", "[[step]]", 1), "step 1, title_zh: is missing"),
]


@pytest.mark.parametrize(("spoil", "complaint"), MISTAKES)
def test_each_mistake_is_named_with_file_and_place(tmp_path: Path, spoil: Callable[[str], str], complaint: str) -> None:
    text = XIZHU.read_text(encoding="utf-8")
    file = tmp_path / "spoilt.toml"
    file.write_text(spoil(text), encoding="utf-8")
    assert spoil(text) != text
    with pytest.raises(SceneMistake) as caught:
        load_tour(file)
    assert any(line.startswith(f"{file}: {complaint}") for line in caught.value.complaints), str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "spoilt.toml"
    text = XIZHU.read_text(encoding="utf-8").replace("court-", "lawn-")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SceneMistake) as caught:
        load_tour(file)
    assert len(caught.value.complaints) == 2


def test_a_file_that_is_not_there_gets_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SceneMistake, match=r"nothing\.toml: cannot be read \(No such file or directory\)"):
        load_tour(tmp_path / "nothing.toml")
