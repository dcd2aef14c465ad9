"""The only place that reads Telegram's HTML. As strict as the server, and with its words.

The rules are those of tdlib's parser: a fixed set of tags, each closed in order; four named entities and
numeric ones; any other ampersand is just an ampersand.
"""

import re
from dataclasses import dataclass

from sandbox.errors import bad
from sandbox.json import Json
from sandbox.text.utf16 import units

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler", "tg-emoji": "custom_emoji",
    "a": "text_link", "pre": "pre", "code": "code", "blockquote": "blockquote",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
SPACE = " \t\r\n\v\0"
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot)(?![A-Za-z]));?")
NAME = re.compile(r"[^\s\0>=]*")
TOKEN = re.compile(r"[A-Za-z0-9.\-]*")


@dataclass
class Open:
    tag: str
    argument: str
    start: int  # UTF-16 offset of what it holds
    piece: int  # where its text begins among the pieces


class Reader:
    def __init__(self, source: str) -> None:
        self.source = source + "\0"
        self.at = 0
        self.pieces: list[str] = []
        self.length = 0
        self.open: list[Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        end = len(self.source) - 1
        while self.at < end:
            match self.source[self.at]:
                case "<" if self.source[self.at + 1] == "/":
                    self._close()
                case "<":
                    self._open()
                case "&":
                    self._add(self._reference() or self._char())
                case _:
                    self._add(self._run())
        if self.open:
            raise refused(f"Can't find end tag corresponding to start tag {self.open[-1].tag}")
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.pieces), self.entities

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += units(text)

    def _char(self) -> str:
        self.at += 1
        return self.source[self.at - 1]

    def _run(self) -> str:
        start = self.at
        found = re.compile("[<&\0]").search(self.source, start)
        self.at = found.start() if found else len(self.source) - 1
        if self.at == start:  # a NUL somebody wrote
            return self._char()
        return self.source[start : self.at]

    def _reference(self) -> str | None:
        found = REFERENCE.match(self.source, self.at)
        if found is None:
            return None
        hexadecimal, decimal, name = found.groups()
        code = int(hexadecimal, 16) if hexadecimal else int(decimal) if decimal else ord(NAMED[name])
        if not 0 < code < 0x10FFFF or 0xD800 <= code <= 0xDFFF or len(found.group().rstrip(";")) >= 10:
            return None
        self.at = found.end()
        return chr(code)

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode("utf-8", "surrogatepass"))

    def _open(self) -> None:
        begin = self.at
        self._to_end_of_name(begin + 1)
        if self._ended():
            raise refused(f"Unclosed start tag at byte offset {self._byte(begin)}")
        tag = self.source[begin + 1 : self.at].lower()
        if tag not in KINDS:
            raise refused(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        argument = self._attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise refused(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self.at += 1
        self.open.append(Open(tag, argument, self.length, len(self.pieces)))

    def _to_end_of_name(self, start: int) -> None:
        self.at = start
        while self.source[self.at] not in SPACE and self.source[self.at] != ">":
            self.at += 1

    def _ended(self) -> bool:
        return self.at >= len(self.source) - 1

    def _skip_space(self) -> None:
        while not self._ended() and self.source[self.at] in SPACE:
            self.at += 1

    def _attributes(self, tag: str, begin: int) -> str:
        argument = ""
        while True:
            self._skip_space()
            if self._ended():
                raise refused(f"Unclosed start tag at byte offset {self._byte(begin)}")
            if self.source[self.at] == ">":
                return argument
            argument = self._attribute(tag, begin) or argument

    def _attribute(self, tag: str, begin: int) -> str:
        where = f'the tag "{tag}" at byte offset {self._byte(begin)}'
        found = NAME.match(self.source, self.at)
        name = found.group() if found else ""
        if not name:
            raise refused(f"Empty attribute name in {where}")
        self.at += len(name)
        self._skip_space()
        if self.source[self.at] != "=":
            if (tag, name) == ("blockquote", "expandable"):
                return "expandable"
            raise refused(f"Expected equal sign in declaration of an attribute of {where}")
        self.at += 1
        self._skip_space()
        if self._ended():
            raise refused(f'Unclosed start tag "{tag}" at byte offset {self._byte(begin)}')
        return kept(tag, name, self._value())

    def _value(self) -> str:
        quote = self.source[self.at]
        return self._quoted(quote) if quote in "'\"" else self._token()

    def _token(self) -> str:
        start = self.at
        found = TOKEN.match(self.source, start)
        value = found.group() if found else ""
        self.at += len(value)
        if self.source[self.at] not in SPACE and self.source[self.at] != ">":
            raise refused(f"Unexpected end of name token at byte offset {self._byte(start)}")
        return value.lower()

    def _quoted(self, quote: str) -> str:
        self.at += 1
        value: list[str] = []
        while not self._ended() and self.source[self.at] != quote:
            value.append((self._reference() if self.source[self.at] == "&" else None) or self._char())
        self.at += not self._ended()
        return "".join(value)

    def _close(self) -> None:
        begin = self.at
        if not self.open:
            raise refused(f"Unexpected end tag at byte offset {self._byte(begin)}")
        self._to_end_of_name(begin + 2)
        name = self.source[begin + 2 : self.at].lower()
        self._skip_space()
        if self.source[self.at] != ">":
            raise refused(f"Unclosed end tag at byte offset {self._byte(begin)}")
        last = self.open.pop()
        if name and name != last.tag:
            found = f'expected "</{last.tag}>", found "</{name}>"'
            raise refused(f"Unmatched end tag at byte offset {self._byte(begin)}, {found}")
        self.at += 1
        if self.length > last.start:
            self._note(last)

    def _note(self, last: Open) -> None:
        entity: Json = {"type": KINDS[last.tag], "offset": last.start, "length": self.length - last.start}
        match last.tag:
            case "a":
                entity["url"] = last.argument or "".join(self.pieces[last.piece :])
            case "tg-emoji" if not last.argument.isdecimal():
                raise refused("Invalid custom emoji identifier specified")
            case "tg-emoji":
                entity["custom_emoji_id"] = last.argument
            case "blockquote" if last.argument:
                entity["type"] = "expandable_blockquote"
            case "pre" | "code" if self._is_block_of_code(last, entity):
                return
        self.entities.append(entity)

    def _is_block_of_code(self, last: Open, entity: Json) -> bool:
        """`<pre><code class="language-x">` is one entity with a language, not two."""
        inner = self.entities[-1] if self.entities else {}
        same = (inner.get("offset"), inner.get("length")) == (entity["offset"], entity["length"])
        if last.tag == "code":
            if last.argument:
                entity["language"] = last.argument
            return False
        if same and inner["type"] == "code" and "language" in inner:
            inner["type"] = "pre"
            return True
        return False


def kept(tag: str, name: str, value: str) -> str:
    """What of an attribute matters; Telegram forgets the others in silence."""
    match tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value
        case ("code", "class") if value.startswith("language-"):
            return value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            return "expandable"
    return ""


def refused(words: str) -> Exception:
    return bad(f"can't parse entities: {words}")


def read_html(source: str) -> tuple[str, list[Json]]:
    """Plain text and its entities (offsets in UTF-16 units), or Telegram's refusal."""
    text, entities = Reader(source).read()
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return text, entities
