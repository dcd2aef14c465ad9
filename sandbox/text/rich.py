"""The only place that makes Telegram's text out of what a bot sent: cleaned, parsed, trimmed, measured."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import bad
from sandbox.json import Json
from sandbox.text import found
from sandbox.text.html import read_html
from sandbox.text.utf16 import splits_a_symbol, units

TEXT_LIMIT = 4096  # UTF-16 units; the server counts code points, so this is safe under both readings
CAPTION_LIMIT = 1024
SEALED = {
    "code",
    "pre",
    "text_link",
    "text_mention",
    "mention",
    "custom_emoji",
}  # nothing is found inside these
LINKS = re.compile(r"(?:https?://|tg://|ton://)?[^\s/?#@]+\.[^\s/?#.]{2,}|https?://[^\s/]+|tg://\w+", re.IGNORECASE)
PERSON = re.compile(r"tg://user\?id=(\d+)")

FindUser = Callable[[int], Json | None]


@dataclass(frozen=True)
class Rich:
    text: str
    entities: tuple[Json, ...] = ()

    def fields(self, text: str = "text", entities: str = "entities") -> Json:
        """The two fields of a Message that hold it; none for an empty text."""
        shown: Json = {text: self.text} if self.text else {}
        return {**shown, entities: [dict(entity) for entity in self.entities]} if self.entities else shown


def compose(raw: str, parse_mode: str | None, entities: object, *, limit: int, user: FindUser) -> Rich:
    """Text as Telegram keeps it, or its refusal. `limit` in UTF-16 units, after parsing."""
    text = clean(raw)
    marked: list[Json] = []
    match (parse_mode or "").lower():
        case "html":
            text, marked = read_html(text)
        case "":
            marked = given(text, entities)
        case "markdown" | "markdownv2":
            raise bad("the practice server reads parse_mode HTML and entities, not Markdown")
        case _:
            raise bad("unsupported parse_mode")
    text, marked = trim(text, [whole for entity in marked if (whole := linked(entity, user))])
    if units(text) > limit:
        raise bad("message is too long" if limit == TEXT_LIMIT else "message caption is too long")
    return Rich(text, tuple(with_found(text, marked)))


def clean(raw: str) -> str:
    """Control characters become spaces, direction overrides and carriage returns go, as on the server."""
    text = re.sub("[\r\u2028-\u202e]|[\u0333\u033f\u030a]", "", raw)
    return re.sub("[\x00-\x09\x0b-\x1f]", " ", text)


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without the white space around it; what an entity marks at the beginning stays."""
    kept = text.rstrip(" \n")
    end = units(kept)
    first = min((entity["offset"] for entity in entities), default=end)
    dropped = min(len(kept) - len(kept.lstrip(" \n")), first)
    moved = [
        {
            **entity,
            "offset": entity["offset"] - dropped,
            "length": min(entity["length"], end - entity["offset"]),
        }
        for entity in entities
    ]
    return kept[dropped:], [entity for entity in moved if entity["length"] > 0]


def given(text: str, entities: object) -> list[Json]:
    """Entities a bot gave itself, each within the text."""
    if not entities:
        return []
    if not isinstance(entities, list) or not all(isinstance(entity, dict) for entity in entities):
        raise bad("can't parse entities: expected an Array of MessageEntity")
    return sorted(
        (bounded(text, entity) for entity in entities),
        key=lambda entity: (entity["offset"], -entity["length"]),
    )


def bounded(text: str, entity: Json) -> Json:
    offset, length, end = entity.get("offset"), entity.get("length"), units(text)
    if not isinstance(offset, int) or not isinstance(length, int) or not isinstance(entity.get("type"), str):
        raise bad('can\'t parse MessageEntity: Can\'t find field "type", "offset" or "length"')
    if offset < 0 or length <= 0 or offset + length > end:
        raise bad(f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}")
    if splits_a_symbol(text, offset):
        raise bad(f"entity begins in a middle of a UTF-16 symbol at byte offset {offset}")
    if splits_a_symbol(text, offset + length):
        raise bad(f"entity ends in a middle of a UTF-16 symbol at byte offset {offset + length}")
    return dict(entity)


def linked(entity: Json, user: FindUser) -> Json | None:
    """A link with its address checked: a bad one loses its link in silence, `tg://user?id=` is a mention."""
    if entity["type"] == "text_mention":
        person = user(int(entity.get("user", {}).get("id", 0)))
        return {**entity, "user": person} if person else None
    if entity["type"] != "text_link":
        return entity
    address = str(entity.get("url", "")).strip()
    if mentioned := PERSON.fullmatch(address):
        person = user(int(mentioned[1]))
        where = {"offset": entity["offset"], "length": entity["length"]}
        return {"type": "text_mention", **where, "user": person} if person else None
    if not LINKS.match(address):
        return None
    return {**entity, "url": normal(address)}


def normal(address: str) -> str:
    with_scheme = address if "://" in address else f"http://{address}"
    return with_scheme if "/" in with_scheme.split("://", 1)[1] or with_scheme.startswith("tg:") else f"{with_scheme}/"


def with_found(text: str, marked: list[Json]) -> list[Json]:
    sealed = [(e["offset"], e["offset"] + e["length"]) for e in marked if e["type"] in SEALED]
    free = [
        entity
        for entity in found.find(text)
        if not any(start < entity["offset"] + entity["length"] and entity["offset"] < end for start, end in sealed)
    ]
    return sorted([*marked, *free], key=lambda entity: (entity["offset"], -entity["length"]))
