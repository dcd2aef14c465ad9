"""幸福里: the smallest community in which somebody reports, somebody works and somebody coordinates, as a file."""

from pathlib import Path

SQUARE, GAO, MA = -100777, 3002, 3001
FILE = """
[community]
name = "幸福里"
prefix = "XF"
[[group]]
name = "幸福里居民群"
chat_id = -100777
[[party]]
name = "幸福物业"
kind = "property"
[[person]]
name = "高师傅"
user_id = 3002
roles = ["liaison:幸福物业"]
[[person]]
name = "马主任"
user_id = 3001
roles = ["coordinator"]
"""


def xingfuli(folder: Path, more: str = "") -> Path:
    """The file, with `more` tables in it."""
    file = folder / "xingfuli.toml"
    file.write_text(FILE + more, encoding="utf-8")
    return file
