"""The only place that looks at an update before its turn, to tell whether its chat should go first. Pure."""

from typing import Any

from bot.reading.danger import found_in
from bot.reading.normal import clean, plain

_KINDS = ("message", "edited_message")
_LONGEST = 4096  # characters of a message; what claims to be longer must not hold up the others


def may_be_danger(raw: Any) -> bool:
    """Whether danger is named in what was said, or in what it replies to: a cheap look, which decides nothing else.

    Never raises, since it is asked before anybody knows whether the update makes sense.
    """
    update = raw if isinstance(raw, dict) else {}
    said: dict[str, Any] = next((update[kind] for kind in _KINDS if isinstance(update.get(kind), dict)), {})
    return any(found_in(plain(clean(words)).lower(), None) for words in _words(said))


def _words(said: dict[str, Any]) -> list[str]:
    answered = said.get("reply_to_message")
    messages = [said, answered] if isinstance(answered, dict) else [said]
    found = [message.get(field) for message in messages for field in ("text", "caption")]
    return [words[:_LONGEST] for words in found if isinstance(words, str)]
