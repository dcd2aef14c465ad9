"""What arrived, letter by letter: an ear at the desk's door and at Telegram's, which hears what a crash keeps quiet."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.calls import Call
from sandbox.town import Town
from tracker.desk import Desk
from tracker.outcomes import Outcome
from tracker.views import Letter

SENDS = ("sendMessage", "sendPhoto", "sendMediaGroup", "sendDocument")
MARK = "(重发)"


@dataclass
class Heard:
    """One letter, each time it was claimed, and every copy of it that stands in a chat."""

    letter: Letter
    claims: list[tuple[datetime, bool]] = field(default_factory=list)  # when, and whether as a repeat
    copies: list[Call] = field(default_factory=list)


@dataclass
class Ear:
    """Between claim and claim a place has one letter at most, so what is accepted there meanwhile is that letter's."""

    town: Town
    desk: Desk
    letters: dict[int, Heard] = field(default_factory=dict)
    refused_too_fast: int = 0
    _current: dict[str, int] = field(default_factory=dict)
    _read: int = 0

    def listens(self) -> None:
        self._read = self.town.calls_made
        self._claim, self._settle = self.desk.claim, self.desk.settle
        self.desk.claim = self._claims  # type: ignore[method-assign]
        self.desk.settle = self._settles  # type: ignore[method-assign]

    def _claims(self, limit: int) -> list[Letter]:
        self.catches_up()
        letters = self._claim(limit)
        for letter in letters:
            heard = self.letters.setdefault(letter.id, Heard(letter))
            heard.letter = letter
            heard.claims.append((letter.now, letter.repeat))
            self._current[letter.place.address] = letter.id
        return letters

    def _settles(self, letter: Letter, outcome: Outcome) -> None:
        self.catches_up()
        self._settle(letter, outcome)

    def catches_up(self) -> None:
        """Give each message that was accepted since to the letter of its place."""
        new = self.town.calls_made - self._read
        self._read = self.town.calls_made
        for call in list(self.town.calls)[-new:] if new else []:
            self.refused_too_fast += call.status == 429 and call.method != "getUpdates"
            if call.method in SENDS and call.status == 200 and not _is_behind(call):
                letter = self._current.get(f"telegram:{call.params.get('chat_id')}")
                assert letter is not None, f"nobody wrote what was said: {call.params}"
                self.letters[letter].copies.append(call)

    def first_copies(self) -> dict[str, list[Heard]]:
        """The letters of each place in the order in which they first arrived."""
        places: dict[str, list[tuple[datetime, int, Heard]]] = defaultdict(list)
        for number, heard in self.letters.items():
            if heard.copies:
                places[heard.letter.place.address].append((heard.copies[0].at, number, heard))
        return {
            place: [heard for *_, heard in sorted(arrived, key=lambda a: a[:2])] for place, arrived in places.items()
        }


def _is_behind(call: Call) -> bool:
    """Photos that follow a text too long for a caption, in the same letter."""
    return call.method == "sendMediaGroup" and not any(item.get("caption") for item in call.params.get("media", []))


def text(call: Call) -> str:
    return str(call.params.get("text") or call.params.get("caption") or _captions(call))


def _captions(call: Call) -> str:
    media: list[dict[str, Any]] = call.params.get("media", [])
    return "".join(str(item.get("caption", "")) for item in media)
