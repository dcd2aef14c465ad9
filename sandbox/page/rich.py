"""The only place that turns Telegram's text with entities into HTML; everything a person wrote is escaped."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from markupsafe import Markup, escape

Entity = Mapping[str, Any]

MARKED = Markup('<span class="mark">{}</span>')
FRAMES = {
    "bold": Markup("<b>{}</b>"),
    "italic": Markup("<i>{}</i>"),
    "underline": Markup("<u>{}</u>"),
    "strikethrough": Markup("<s>{}</s>"),
    "code": Markup("<code>{}</code>"),
    "pre": Markup("<pre>{}</pre>"),
    "blockquote": Markup("<blockquote>{}</blockquote>"),
    "expandable_blockquote": Markup("<blockquote>{}</blockquote>"),
    "spoiler": Markup('<span class="spoiler" tabindex="0">{}</span>'),
    **dict.fromkeys(("hashtag", "cashtag", "mention", "text_mention", "bot_command", "email", "phone_number"), MARKED),
}
START = Markup('<button class="link" form="{}" name="payload" value="{}">{}</button>')
LINK = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
BYTES = 2  # of one UTF-16 unit, in which Telegram counts


def rich(text: str, entities: Sequence[Entity], *, start_form: str, bots: Sequence[str]) -> Markup:
    """`start_form` is the id of the form that presses start; `bots` are the usernames whose links do that."""
    units = text.encode("utf-16-le", "surrogatepass")
    painter = _Painter(units, start_form, tuple(name.lower() for name in bots))
    return painter.span(0, len(units) // BYTES, entities)


def start_payload(url: str, bots: Sequence[str]) -> str | None:
    """What a `t.me/<bot>?start=…` link hands to one of `bots`; None for any other address."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if host != "t.me" or parts.path.strip("/").lower() not in {name.lower() for name in bots}:
        return None
    return parse_qs(parts.query).get("start", [""])[0]


class _Painter:
    def __init__(self, units: bytes, start_form: str, bots: Sequence[str]) -> None:
        self.units, self.start_form, self.bots = units, start_form, bots

    def plain(self, begin: int, end: int) -> str:
        return self.units[begin * BYTES : end * BYTES].decode("utf-16-le", "replace")

    def span(self, begin: int, end: int, entities: Sequence[Entity]) -> Markup:
        """The text between two units; of entities that cross, the later one is cut."""
        out, at = Markup(), begin
        rest = sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
        while rest:
            head, *rest = rest
            opens, closes = max(head["offset"], at), min(head["offset"] + head["length"], end)
            if opens >= closes:
                continue
            inner = self.span(opens, closes, [entity for entity in rest if entity["offset"] < closes])
            rest = [entity for entity in rest if entity["offset"] >= closes]
            out += escape(self.plain(at, opens)) + self.wrap(head, inner, self.plain(opens, closes))
            at = closes
        return out + escape(self.plain(at, end))

    def wrap(self, entity: Entity, inner: Markup, words: str) -> Markup:
        kind = entity["type"]
        if frame := FRAMES.get(kind):
            return frame.format(inner)
        if kind in ("url", "text_link"):
            return self.link(entity.get("url", words), inner)
        return inner

    def link(self, url: str, inner: Markup) -> Markup:
        payload = start_payload(url, self.bots)
        if payload is not None:
            return START.format(self.start_form, payload, inner)
        if url.lower().startswith(("http://", "https://")):
            return LINK.format(url, inner)
        return MARKED.format(inner)
