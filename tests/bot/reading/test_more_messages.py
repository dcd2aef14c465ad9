"""Nine hundred more messages of the same kinds, written by ourselves, with what must not be seen in the group."""

from typing import Any

import pytest

from bot.reading import Reading, understand
from tests.bot.reading.samples import Score, labelled

# They have been tuned on, so nothing may get lost again.
LEAST = {
    "ticket": 0.99,
    "refusal": 0.97,
    "tag": 0.99,
    "category": 0.98,
    "urgency": 0.98,
    "critical": 1.0,
    "calm": 0.99,
    "house": 0.99,
    "hidden": 1.0,
    "kept": 1.0,
}


def test_more_messages_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    score = Score()
    for message in labelled("more_messages"):
        _ask(score, message, understand(message["text"]))
    with capsys.disabled():
        print(f"\nreading, {score.asked['ticket']} more messages\n{score}")
    for what, least in LEAST.items():
        assert score.share(what) >= least, f"{what}\n{score}"


def _ask(score: Score, message: dict[str, Any], read: Reading) -> None:
    def ask(what: str, got: object, wanted: object, *, right: bool | None = None) -> None:
        right = got == wanted if right is None else right
        score.ask(what, got=got, wanted=wanted, right=right, text=message["text"])

    ask("ticket", read.ticket, message["ticket"])
    ask("tag", read.tag or "", message["tag"])
    if not message["ticket"]:
        if message["refusal"]:
            ask("refusal", read.refusal, message["refusal"])
        return
    levels = message["urgency"]  # where two would do, either is right
    ask("category", read.category, message["category"], right=read.category in message["category"])
    ask("urgency", read.urgency, levels, right=read.urgency in levels)
    if levels == ["critical"]:
        ask("critical", read.urgency, "critical")
    elif "critical" not in levels:
        ask("calm", read.urgency, levels, right=read.urgency != "critical")
    ask("house", (read.building, read.unit), (message["building"], message["unit"]))
    shown = " ".join([read.masked, read.title, read.place, *read.why])
    ask("hidden", [secret for secret in message["secrets"] if secret in shown], [])
    ask("kept", [word for word in message["keeps"] if word not in read.masked], [])
