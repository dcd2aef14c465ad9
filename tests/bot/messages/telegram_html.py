"""A reader of Telegram HTML stricter than Telegram: few tags, closed in order, every sign an entity."""

import html
import re

TAGS = {"b", "i", "code", "a", "blockquote"}
ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_TAG = re.compile(r"</?([a-z]+)(?: href=\"[^\"<>]*\")?>")


def shown(text: str) -> str:
    """What a reader sees; AssertionError for anything Telegram might refuse."""
    seen, at = "", 0
    stack: list[str] = []
    while at < len(text):
        if text[at] == "<":
            tag = _TAG.match(text, at)
            assert tag, f"a stray < at {at}: {text[at : at + 30]!r}"
            assert tag[1] in TAGS, f"unknown tag {tag[0]}"
            if tag[0].startswith("</"):
                assert stack, f"{tag[0]} closes nothing"
                assert stack.pop() == tag[1], f"{tag[0]} closes out of order"
            else:
                stack.append(tag[1])
            at = tag.end()
        elif text[at] == "&":
            entity = ENTITY.match(text, at)
            assert entity, f"a stray & at {at}: {text[at : at + 30]!r}"
            seen += html.unescape(entity[0])
            at = entity.end()
        else:
            assert text[at] != ">", f"a stray > at {at}"
            seen += text[at]
            at += 1
    assert not stack, f"never closed: {stack}"
    return seen
