"""`linliban read`: one JSON object a line in and out, nothing stored, and clear words for lines that are none."""

import json
from pathlib import Path

import pytest

from tests.bot.terminal import Terminal


def lines(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_report_and_some_chatter_from_a_file(tmp_path: Path) -> None:
    messages = tmp_path / "messages.jsonl"
    messages.write_text('{"text": "#报修 3号楼2单元的路灯不亮了"}\n\n{"text": "大家早上好"}\n', encoding="utf-8")
    said = Terminal(tmp_path).types("read", "messages.jsonl")
    assert (said.code, said.err) == (0, "")
    report, chatter = lines(said.out)
    assert list(report) == [
        "text", "ticket", "tag", "category", "urgency", "place", "building", "unit", "tier", "masked", "why",
    ]  # fmt: skip
    assert (report["ticket"], report["tag"], report["building"], report["unit"]) == (True, "报修", "3", "2")
    assert list(chatter) == ["text", "ticket", "why"]
    assert chatter["ticket"] is False
    assert "3号楼2单元的路灯不亮了" in said.out  # Chinese stays Chinese
    assert [each.name for each in tmp_path.iterdir()] == ["messages.jsonl"]


def test_from_standard_input_whatever_the_editor_put_before_it(tmp_path: Path) -> None:
    typed = '\ufeff{"text": "#报修 路灯不亮", "from": "ignored"}\r\n'
    said = Terminal(tmp_path).types("read", given=typed.encode())
    assert said.code == 0
    assert lines(said.out)[0]["tag"] == "报修"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{text: 1}", "is no JSON"),
        ('{"text": "半', "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('"只有话"', "has no text"),
        ('{"message": "话"}', "has no text"),
        ('{"text": 5}', "has no text"),
        ("null", "has no text"),
        (b"\xff\xfe\x00", "is not written in UTF-8"),
    ],
)
def test_a_line_that_is_none_is_named_and_the_rest_is_read(tmp_path: Path, line: str | bytes, reason: str) -> None:
    good = '{"text": "#报修 路灯不亮"}\n'.encode()
    spoilt = line if isinstance(line, bytes) else line.encode()
    said = Terminal(tmp_path).types("read", given=good + spoilt + b"\n" + good)
    assert said.code == 1
    assert len(lines(said.out)) == 2
    assert said.err.startswith("linliban: line 2: ")
    assert reason in said.err
    assert len(said.err.splitlines()) == 1


def test_half_a_character_is_printed_as_something(tmp_path: Path) -> None:
    said = Terminal(tmp_path).types("read", given='{"text": "#报修 路灯\\ud83d不亮"}\n')
    assert said.code == 0
    assert lines(said.out)[0]["ticket"] is True


def test_with_the_words_of_a_community(tmp_path: Path) -> None:
    (tmp_path / "hills.toml").write_text(
        """
        [community]
        name = "山上"
        prefix = "SS"
        bot_name = "山上小帮手"
        [[group]]
        name = "山上群"
        [[party]]
        name = "山上物业"
        kind = "property"
        [[person]]
        name = "陈主任"
        roles = ["coordinator"]
        [[category]]
        name = "索道"
        keywords = ["缆车"]
        [[tag]]
        name = "上山"
        aliases = ["登山"]
        category = "索道"
        """,
        encoding="utf-8",
    )
    typed = '{"text": "#登山 缆车停了半天"}\n{"text": "@山上小帮手 缆车又停了"}\n{"text": "#报修 缆车门坏了"}\n'
    said = Terminal(tmp_path).types("read", "--community", "hills.toml", given=typed)
    assert said.code == 0, said.err
    tagged, called, mended = lines(said.out)
    assert (tagged["tag"], tagged["category"]) == ("上山", "索道")
    assert (called["ticket"], called["category"]) == (True, "索道")
    assert (mended["tag"], mended["category"]) == ("报修", "索道")


def test_with_a_community_file_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text('[community]\nname = "x"\nprefix = "XZ"\ncolour = "red"\n')
    said = Terminal(tmp_path).types("read", "--community", "wrong.toml", given='{"text": "x"}\n')
    assert (said.code, said.out) == (2, "")
    assert "wrong.toml" in said.err
    assert "colour" in said.err
    assert "Traceback" not in said.err
