"""From a file's text to a draft and everything that is wrong with it; a mistake never hides the next one."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tracker.community import tables
from tracker.community.checks import Draft, complaints_between
from tracker.community.complaints import SENTENCES, Complaint, Key

Row = TypeVar("Row", bound=tables.Table)

_SECTIONS: Mapping[str, type[tables.Table]] = {
    "community": tables.CommunityTable,
    "calendar": tables.CalendarTable,
    "grid": tables.Grid,
    "group": tables.Group,
    "party": tables.Party,
    "person": tables.Person,
    "category": tables.CategoryTable,
    "tag": tables.TagTable,
    "limits": tables.LimitsTable,
    "ladder": tables.LadderTable,
}
_SINGLE = ("community", "calendar", "limits", "ladder")
_NEEDED = {"group": ("name", "kind"), "party": ("name", "kind"), "person": ("name", "roles")}

_CODES = {  # pydantic's name for it, to ours
    "missing": "missing",
    "string_type": "not_text",
    "int_type": "not_whole",
    "int_from_float": "not_whole",
    "bool_type": "not_truth",
    "list_type": "not_list",
    "dict_type": "not_a_table",
    "model_type": "not_a_table",
    "model_attributes_type": "not_a_table",
}
_AT_LINE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")


def text_of(path: Path) -> str | Complaint:
    """The file's text, or why there is none."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        return Complaint((), "unreadable", {"why": error.strerror or type(error).__name__})
    except UnicodeDecodeError:
        return Complaint((), "not_utf8")


def raw_of(text: str) -> dict[str, Any] | Complaint:
    """What TOML makes of the text, or where it is none."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        return Complaint((), "other", {"why": "brackets within brackets"})
    except ValueError as error:  # TOMLDecodeError, or a number of more digits than Python reads
        at = _AT_LINE.search(str(error))
        last = text.rstrip("\n").split("\n")
        line, column = at.groups() if at and at[1] else (len(last), len(last[-1]) + 1)
        return Complaint((), "not_toml", {"why": _AT_LINE.sub("", str(error)), "line": line, "column": column})


def draft_of(raw: Mapping[str, Any]) -> tuple[Draft, list[Complaint]]:
    """Everything that can be read, and every mistake in the file."""
    found = list(_unknown_sections(raw))
    read: dict[str, Any] = {"names": {}}
    for section, model in _SECTIONS.items():
        if section in _SINGLE:
            read[section] = _table(raw.get(section, {}), model, (section,), found)
        else:
            read[section] = _rows(raw, section, model, found)
            read["names"][section] = _names(raw.get(section))
    draft = Draft(**{each.name: read[each.name] for each in fields(Draft)})
    return draft, [*found, *complaints_between(draft)]


def _unknown_sections(raw: Mapping[str, Any]) -> Iterator[Complaint]:
    return (_unknown((section,), list(_SECTIONS)) for section in raw if section not in _SECTIONS)


def _rows(raw: Mapping[str, Any], section: str, model: type[Row], found: list[Complaint]) -> dict[int, Row]:
    rows = raw.get(section, [])
    if not isinstance(rows, list):
        found.append(Complaint((section,), "not_a_list_of_tables", {"section": section}))
        return {}
    if not rows and section in _NEEDED:
        wanted = {"section": f"[[{section}]]", "keys": _NEEDED[section]}
        found.append(Complaint((section,), "no_section", wanted))
    read = {index: _table(row, model, (section, index), found) for index, row in enumerate(rows)}
    return {index: row for index, row in read.items() if row is not None}


def _table(given: object, model: type[Row], at: Key, found: list[Complaint]) -> Row | None:
    """The table, if need be without its spoilt keys, so that the rest of it is still compared with the others."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    found += [_complaint(each, model, at) for each in errors]
    spoilt = {each["loc"][0] for each in errors if each["loc"]}
    if not isinstance(given, dict) or not spoilt or "kind" in spoilt:  # by its kind other rows judge it
        return None
    try:
        return model.model_validate({key: value for key, value in given.items() if key not in spoilt})
    except ValidationError:
        return None


def _names(rows: object) -> list[str]:
    """The names in rows that may be wrong otherwise, so that one mistake does not make others."""
    several = rows if isinstance(rows, list) else [rows]
    given = [row.get("name") for row in several if isinstance(row, dict)]
    return [name.strip() for name in given if isinstance(name, str)]


def _complaint(error: ErrorDetails, model: type[tables.Table], at: Key) -> Complaint:
    loc: Key = tuple(part for part in error["loc"] if part != "[key]")
    code, words = error["type"], error.get("ctx", {})
    if code in SENTENCES:
        return Complaint(at + loc, code, words)
    if code == "extra_forbidden":
        return _unknown(at + loc, _keys_at(model, loc[:-1]))
    if code == "literal_error":
        known = re.findall(r"'([^']*)'", str(words["expected"]))
        return Complaint(at + loc, "choice", {"given": error["input"], "known": known})
    if code in ("model_type", "dict_type") and len(at) == 2 and not loc:
        return Complaint(at, "not_a_list_of_tables", {"section": at[0]})
    return Complaint(at + loc, _CODES.get(code, "other"), {"why": error["msg"], "section": (at + loc)[0]})


def _unknown(key: Key, known: list[str]) -> Complaint:
    guess = difflib.get_close_matches(str(key[-1]), known, n=1, cutoff=0.7)
    return Complaint(key, "guess_key" if guess else "unknown_key", {"guess": guess, "known": known})


def _keys_at(model: type[BaseModel], loc: Key) -> list[str]:
    """The keys that the table at `loc` may have."""
    for part in loc:
        if isinstance(part, str):
            model = _table_in(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _table_in(annotation: Any) -> type[BaseModel] | None:
    """The table inside `list[Rung] | None` and the like."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return annotation if issubclass(annotation, BaseModel) else None
    return next(filter(None, map(_table_in, get_args(annotation))), None)
