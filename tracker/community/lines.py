"""Where in a TOML file a key stands; the only place that looks at the text instead of what it means."""

import re
from collections import Counter

from tracker.community.complaints import Key

_TABLES = re.compile(r"\s*\[\[\s*([\w.-]+)\s*\]\]")
_TABLE = re.compile(r"\s*\[\s*([\w.-]+)\s*\]")
_VALUE = re.compile(r"""\s*["']?([\w-]+)["']?\s*=""")


def lines_of(text: str) -> dict[Key, int]:
    """The line, from 1, of each section and of each key in it; what stands in an inline table is not found."""
    found: dict[Key, int] = {}
    seen: Counter[Key] = Counter()
    section: Key = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLES.match(line):
            path: Key = tuple(header[1].split("."))
            section = (*path, seen[path])
            seen[path] += 1
        elif header := _TABLE.match(line):
            section = tuple(header[1].split("."))
        elif value := _VALUE.match(line):
            found.setdefault((*section, value[1]), number)
            continue
        else:
            continue
        found.setdefault(section, number)
    return found


def line_of(key: Key, lines: dict[Key, int]) -> int | None:
    """The line of the key, or of the nearest thing around it."""
    while key:
        if key in lines:
            return lines[key]
        key = key[:-1]
    return None
