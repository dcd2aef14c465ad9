"""The only place that makes the bot's raw calls readable, with every secret taken out."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sandbox.page.stage import Stage
from sandbox.page.words import Words, spoken_time

SHOWN = 60
QUOTED = 60  # characters
HIDDEN = "•••"


@dataclass(frozen=True)
class ShownCall:
    number: int
    time: str
    method: str
    status: int
    line: str
    params: str
    result: str


def shown_calls(stage: Stage, w: Words) -> list[ShownCall]:
    """The newest calls first; polls that fetched nothing are left out, since they would bury the rest."""
    return list(islice(_read(stage, w), SHOWN))


def _read(stage: Stage, w: Words) -> Iterator[ShownCall]:
    tokens = list(stage.town.bots)
    for number, call in zip(range(stage.town.calls_made, 0, -1), reversed(stage.town.calls), strict=False):
        if call.method == "getUpdates" and not call.result and not call.error:
            continue
        fetched = len(call.result) if call.method == "getUpdates" and isinstance(call.result, list) else 0
        yield ShownCall(
            number,
            spoken_time(call.at.astimezone(stage.zone)),
            call.method,
            call.status,
            str(w["call_updates"]).format(count=fetched) if fetched else hushed(_first_words(call.params), tokens),
            pretty(call.params, tokens),
            pretty(call.error if call.error is not None else call.result, tokens),
        )


def pretty(value: Any, tokens: list[str]) -> str:
    """JSON for reading, of whose tokens neither the whole nor the secret half is left."""
    return hushed(json.dumps(_without_secrets(value), ensure_ascii=False, indent=2, default=str), tokens)


def hushed(text: str, tokens: list[str]) -> str:
    for token in tokens:
        text = text.replace(token, HIDDEN).replace(token.partition(":")[2] or token, HIDDEN)
    return text


def _without_secrets(value: Any) -> Any:
    """The word a webhook is signed with goes too, whatever became of that webhook."""
    if isinstance(value, dict) and "secret_token" in value:
        return {**value, "secret_token": HIDDEN}
    return value


def _first_words(params: dict[str, Any]) -> str:
    """What the call was about, in one line."""
    said = params.get("text") or params.get("caption") or ""
    return str(said).strip().partition("\n")[0][:QUOTED]
