"""The only place that keeps what a bot has not yet taken: for 24 hours, presses for 150 seconds."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sandbox.json import words

KEPT = timedelta(hours=24)
PRESS_KEPT = timedelta(seconds=150)
ON_REQUEST = words("chat_member message_reaction message_reaction_count")
KINDS = words(
    """message edited_message channel_post edited_channel_post guest_message business_connection business_message
    edited_business_message deleted_business_messages message_reaction message_reaction_count inline_query
    chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media poll poll_answer
    my_chat_member chat_member chat_join_request chat_boost removed_chat_boost managed_bot"""
)
BY_DEFAULT = KINDS - ON_REQUEST
FAR = 10  # an offset this far past the end is taken for a mistake, and nothing is forgotten


@dataclass(frozen=True)
class Update:
    id: int
    body: Any  # what the bot gets: an object, or garbage put in on purpose
    expires: datetime
    lane: str  # a webhook delivers one lane in order, lanes side by side
    serial: int  # how many came before it, whatever its id


@dataclass
class Queue:
    allowed: frozenset[str] = BY_DEFAULT
    chosen: bool = False  # the bot itself named what it wants
    next_id: int = 700_000_001
    waiting: dict[int, Update] = field(default_factory=dict)  # in the order they came
    received: int = 0

    def put(self, kind: str, payload: Any, *, lane: str, now: datetime) -> None:
        kept = PRESS_KEPT if kind == "callback_query" else KEPT
        self._keep(self.next_id, {"update_id": self.next_id, kind: payload}, now + kept, lane)

    def put_raw(self, body: Any, *, now: datetime) -> None:
        """Anything at all, as on a bot's worst day. A missing update_id is added to an object."""
        if isinstance(body, dict):
            body = {"update_id": self.next_id, **body}
        given = body.get("update_id") if isinstance(body, dict) else None
        number = given if isinstance(given, int) else self.next_id
        self._keep(number, body, now + KEPT, f"raw {number}")

    def _keep(self, number: int, body: Any, expires: datetime, lane: str) -> None:
        self.received += 1
        self.waiting[number] = Update(number, body, expires, lane, self.received)
        self.next_id = max(self.next_id, number + 1)

    def take(self, offset: int, limit: int, now: datetime) -> list[Update]:
        """Forgets what `offset` confirms, then shows the first `limit` of the rest; looking forgets nothing."""
        if 0 < offset <= self.next_id + FAR:
            self.forget(before=offset)
        elif offset < 0:
            last = list(self.waiting)[offset:]
            self.forget(before=last[0] if last else self.next_id)
        return self._first(limit, now)

    def forget(self, *, before: int) -> None:
        for number in list(takewhile(lambda number: number < before, self.waiting)):
            del self.waiting[number]

    def _first(self, limit: int, now: datetime) -> list[Update]:
        shown: list[Update] = []
        stale: list[int] = []
        for update in self.waiting.values():
            if len(shown) == limit:
                break
            if update.expires > now:
                shown.append(update)
            else:
                stale.append(update.id)
        for number in stale:
            del self.waiting[number]
        return shown

    def count(self, now: datetime) -> int:
        return len(self._first(len(self.waiting) + 1, now))
