"""The only place that reads a scene and its guided tour from TOML, and says plainly what is wrong with the file."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from sandbox.scene.cast import PHOTOS, Actor, ClockControl, GroupInfo, Phone, Scene, Step, Text

NEEDED: dict[str, tuple[str, ...]] = {
    "say": ("who", "where", "text"),
    "photo": ("who", "where", "picture"),
    "press": ("who", "where", "button"),
    "reply_photo": ("who", "where", "on", "picture"),
    "turn": ("to",),
    "wait": (),
    "start": ("who",),
}
OPTIONAL: dict[str, tuple[str, ...]] = {
    "photo": ("text",),
    "press": ("on",),
    "reply_photo": ("text",),
    "start": ("text",),
}


class SceneMistake(ValueError):
    """The file cannot be played; `complaints` holds one sentence for each reason."""

    def __init__(self, complaints: tuple[str, ...]) -> None:
        super().__init__("\n".join(complaints))
        self.complaints = complaints


@dataclass(frozen=True)
class _File:
    """A tour file as it is written."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    title: Text
    actor: tuple[Actor, ...]
    group: tuple[GroupInfo, ...]
    phone: tuple[Phone, ...]
    step: tuple[Step, ...] = ()

    def knows(self, chat_id: int) -> bool:
        return chat_id in {g.chat_id for g in self.group} | {a.user_id for a in self.actor}

    def lets(self, user_id: int, chat_id: int) -> bool:
        if chat_id > 0:
            return user_id == chat_id
        return any(user_id in group.members for group in self.group if group.chat_id == chat_id)


_READER = TypeAdapter(_File)


def load_scene(path: Path, *, clock: ClockControl) -> Scene:
    """The whole play in the file. Raises SceneMistake with every complaint at once."""
    file = _read(path)
    return Scene(file.title, file.actor, file.group, file.phone, clock, file.step)


def load_tour(path: Path) -> tuple[Step, ...]:
    """Only the guided tour of the file. Raises SceneMistake with every complaint at once."""
    return _read(path).step


def _read(path: Path) -> _File:
    try:
        file = _READER.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SceneMistake((f"{path}: cannot be read ({error.strerror})",)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SceneMistake((f"{path}: is not TOML: {error}",)) from None
    except ValidationError as error:
        raise SceneMistake(tuple(f"{path}: {_sentence(e)}" for e in error.errors())) from None
    if complaints := tuple(f"{path}: {complaint}" for complaint in _contradictions(file)):
        raise SceneMistake(complaints)
    return file


def _sentence(error: ErrorDetails) -> str:
    where = _spot(error["loc"])
    match error["type"]:
        case "missing":
            return f"{where}: is missing"
        case "unexpected_keyword_argument":
            return f"{where}: no such key is known"
        case "literal_error":
            return f"{where}: {error['input']!r} is none of {error['ctx']['expected']}"
        case "string_too_short":
            return f"{where}: must not be empty"
    return f"{where}: {error['msg']}"


def _spot(loc: tuple[int | str, ...]) -> str:
    """("step", 2, "until", "text") is spoken as `step 3, until.text`."""
    match loc:
        case (str(table), int(index), *rest):
            inner = ".".join(map(str, rest))
            return f"{table} {index + 1}" + (f", {inner}" if inner else "")
    return ".".join(map(str, loc))


def _contradictions(file: _File) -> Iterator[str]:
    if len(file.phone) != 3:
        yield f"phone: the page has three phones, the file has {len(file.phone)}"
    known = {actor.user_id for actor in file.actor}
    for group in file.group:
        for stranger in sorted(set(group.members) - known):
            yield f"group {group.title}: no actor has the number {stranger}"
    for number, phone in enumerate(file.phone, 1):
        yield from (f"phone {number}, {complaint}" for complaint in _phone_complaints(file, phone))
    for number, step in enumerate(file.step, 1):
        yield from (f"step {number}, {complaint}" for complaint in _step_complaints(file, step))


def _phone_complaints(file: _File, phone: Phone) -> Iterator[str]:
    if phone.chat_id not in phone.reach:
        yield f"chat_id: {phone.chat_id} is not among its chats"
    yield from (f"chats: there is no chat {chat}" for chat in phone.reach if not file.knows(chat))
    if not file.lets(phone.as_user, phone.chat_id):
        yield f"as_user: {phone.as_user} is not in the chat {phone.chat_id}"


def _step_complaints(file: _File, step: Step) -> Iterator[str]:
    needed, optional = NEEDED[step.act], OPTIONAL.get(step.act, ())
    given = [key for key in ("who", "where", "text", "picture", "button", "on", "to") if getattr(step, key)]
    yield from (f"{key}: is missing, {step.act} needs it" for key in needed if key not in given)
    for key in given:
        if key not in needed + optional:
            yield f"{key}: {step.act} has no use for it"
    if step.where and step.who and not file.lets(step.who, step.where):
        yield f"who: {step.who} is not in the chat {step.where}"
    if not any(step.until.where in phone.reach for phone in file.phone):
        yield f"until.where: no phone can show the chat {step.until.where}"
    if step.picture and not (PHOTOS / f"{step.picture}.jpg").is_file():
        yield f"picture: there is no sample photo {step.picture!r}"
