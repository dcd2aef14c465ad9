"""What arrived, letter by letter: an ear at the desk's door and at Telegram's, which hears what a crash keeps quiet."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from sandbox.town import Town
from sandbox.town.calls import Call
from tracker.db import Database
from tracker.desk import Desk
from tracker.models import Clock, Outbox
from tracker.outcomes import Outcome
from tracker.views import Letter

SENDS = ("sendMessage", "sendPhoto", "sendMediaGroup", "sendDocument")
MARK = "(重发)"
Weight = tuple[int, int]  # priority, then as it was posted: the smaller goes first


@dataclass
class Heard:
    """One letter, each time it was claimed, and every copy of it that stands in a chat."""

    letter: Letter
    priority: int = 0
    community: int | None = None
    claims: list[tuple[datetime, bool]] = field(default_factory=list)  # when, and whether as a repeat
    copies: list[Call] = field(default_factory=list)
    passed: set[int] = field(default_factory=set)  # letters that were to go before it and free to, at its last claim
    is_over: bool = False  # the ticket had moved on at its last claim


@dataclass
class Ear:
    """Between claim and claim a place has one letter at most, so what is accepted there meanwhile is that letter's."""

    town: Town
    desk: Desk
    database: Database
    letters: dict[int, Heard] = field(default_factory=dict)
    arrived: dict[int, list[Heard]] = field(default_factory=lambda: defaultdict(list))  # first copies, place by place
    said_though_over: list[Call] = field(default_factory=list)
    too_fast: list[Call] = field(default_factory=list)  # refused by Telegram, and by no fault
    _current: dict[str, int] = field(default_factory=dict)
    _read: int = 0

    def listens(self) -> None:
        self._read = self.town.calls_made
        self._claim, self._settle = self.desk.claim, self.desk.settle
        self.desk.claim = self._claims  # type: ignore[method-assign]
        self.desk.settle = self._settles  # type: ignore[method-assign]

    def _claims(self, limit: int, *, only_urgent: bool = False) -> list[Letter]:
        self.catches_up()
        before = self._free()
        letters = self._claim(limit, only_urgent=only_urgent)
        if letters:
            after = self._free()
            for letter in letters:
                self._notes(letter, before[letter.place.id].keys() & after[letter.place.id].keys(), before)
        return letters

    def _notes(self, letter: Letter, others: set[int], free: Mapping[int, Mapping[int, Weight]]) -> None:
        """`others` were free to go to this place before the claim and still are: nothing has put them off."""
        heard = self.letters.setdefault(letter.id, Heard(letter))
        heard.letter = letter
        heard.claims.append((letter.now, letter.repeat))
        with self.database.reading() as session:
            row = session.get_one(Outbox, letter.id)
            told = session.scalars(select(Outbox).where(Outbox.bundle_id == row.id)).all() or [row]
            epochs = {clock.ticket_id: clock.epoch for clock in session.scalars(select(Clock))}
        heard.priority, heard.community = row.priority, row.community_id
        heard.is_over = any(each.epoch not in (None, epochs.get(each.ticket_id or 0)) for each in told)
        mine = (row.priority, min(each.id for each in told))
        heard.passed = {each for each in others if free[letter.place.id][each] < mine}
        self._current[letter.place.address] = letter.id

    def _free(self) -> Mapping[int, Mapping[int, Weight]]:
        """Place by place, what may be said now."""
        free: dict[int, dict[int, Weight]] = defaultdict(dict)
        due = (Outbox.state == "pending", Outbox.not_before <= self.desk.clock.now())
        with self.database.reading() as session:
            for row in session.execute(select(Outbox.place_id, Outbox.id, Outbox.priority).where(*due)):
                free[row.place_id][row.id] = (row.priority, row.id)
        return free

    def _settles(self, letter: Letter, outcome: Outcome) -> None:
        self.catches_up()
        self._settle(letter, outcome)

    def catches_up(self) -> None:
        """Give each message that was accepted since to the letter of its place."""
        new = self.town.calls_made - self._read
        self._read = self.town.calls_made
        for call in list(self.town.calls)[-new:] if new else []:
            if call.scripted:
                continue
            if call.status == 429 and call.method != "getUpdates":
                self.too_fast.append(call)
            if call.method in SENDS and call.status == 200 and not _is_behind(call):
                self._hears(call)

    def _hears(self, call: Call) -> None:
        letter = self._current.get(f"telegram:{call.params.get('chat_id')}")
        assert letter is not None, f"nobody wrote what was said: {call.params}"
        heard = self.letters[letter]
        if not heard.copies:
            self.arrived[heard.letter.place.id].append(heard)
        if heard.is_over:
            self.said_though_over.append(call)
        heard.copies.append(call)


def _is_behind(call: Call) -> bool:
    """Photos that follow a text too long for a caption, in the same letter."""
    return call.method == "sendMediaGroup" and not any(item.get("caption") for item in call.params.get("media", []))


def text(call: Call) -> str:
    return str(call.params.get("text") or call.params.get("caption") or _captions(call))


def _captions(call: Call) -> str:
    media: list[dict[str, Any]] = call.params.get("media", [])
    return "".join(str(item.get("caption", "")) for item in media)
