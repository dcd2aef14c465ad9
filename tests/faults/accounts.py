"""What was said against what was to be said, after a storm: what is lost, what stands there twice and says so."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select, text

from tests.faults.killing import ours
from tests.faults.quarter import COORDINATOR, Quarter
from tracker.models import Card, Clock, Event, Inbox, Outbox, Place, Ticket

REPEATED = "(重发)"
OVERLAP = timedelta(seconds=1)  # transactions at the same time have no order
RESENDS = 5  # after so many the program gives a page up: it may be the page that kills it
Key = tuple[int, tuple[str, ...]]  # a chat, and what the copies of a notice there hold
NUMBER = re.compile(r"#XZ(\d+)")


@dataclass
class Accounts:
    """One reading of town and database. `doubled`: pages that stand there once more than they were posted."""

    quarter: Quarter
    notices: list[Outbox]
    numbers: dict[int, int]  # ticket → its number
    chats: dict[int, int]  # place → chat
    said: dict[tuple[int, int], str] = field(default_factory=dict)  # (chat, message): words
    extra: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))  # chat: said, and not recorded

    @classmethod
    def of(cls, quarter: Quarter) -> "Accounts":
        with quarter.books.reading() as session:
            notices = list(session.scalars(select(Outbox).order_by(Outbox.id)))
            numbers = {ticket.id: ticket.number for ticket in session.scalars(select(Ticket))}
            chats = {
                p.id: int(p.address.removeprefix("telegram:")) for p in session.scalars(select(Place)) if p.address
            }
        accounts = cls(quarter, notices, numbers, chats)
        accounts._listen()
        return accounts

    def _listen(self) -> None:
        recorded = {(self.chats[row.place_id], row.message) for row in self.notices if row.message}
        for chat in (*self.quarter.groups, *self.quarter.yards, COORDINATOR):
            for message in ours(self.quarter.town, chat):
                at = (chat, int(message["message_id"]))
                self.said[at] = _words(message)
                if at not in recorded:
                    self.extra[chat].append(_words(message))

    # --- the promises

    def nothing_is_lost(self) -> None:
        """Each report has its ticket, each question its answer; each was said, and stands where it is believed to."""
        with self.quarter.books.reading() as session:
            sources = set(session.scalars(select(Ticket.source)))
            waiting = session.scalar(select(func.count()).where(Inbox.state != "done"))
            decided = session.execute(select(Event.ticket_id, Event.data).where(Event.kind == "told")).all()
            idle = session.scalar(select(func.count()).where(Clock.due_at.is_(None), Clock.stopped.is_(None)))
        assert sources == {f"telegram:{chat}:{message}" for chat, message in self.quarter.reports}
        assert (waiting, idle) == (0, 0)
        assert len(self._of("notice")) >= len(self.quarter.questions)
        pages = Counter(row.ticket_id for row in self.notices if row.dedup.startswith("ping:"))
        told = Counter(ticket for ticket, data in decided for _ in data["places"])
        assert pages == told, [(each, pages[each], told[each]) for each in pages | told if pages[each] != told[each]]
        by_id = {row.id: row for row in self.notices}
        for row in self.notices:
            assert row.state in ("sent", "bundled", "unsure"), f"{row.dedup} is {row.state}: {row.error}"
            if row.state == "unsure" and row.kind != "notice":
                tried = by_id.get(row.bundle_id or 0, row).resends  # what a list tells goes with the list
                assert tried >= RESENDS, f"{row.dedup} was given up after {tried} resends"
            if row.state == "sent":
                words = self.said.get((self.chats[row.place_id], row.message or 0), "")
                assert _holds(words, self._about(row)), f"{row.dedup} is not where it is believed to be: {words!r}"

    def nothing_is_doubled(self, in_flight: int) -> tuple[int, int]:
        """What stands there more than once was in flight at a death, and says so. (pages doubled, notices unsure)."""
        doubled, unsure = 0, len([row for row in self._of("notice") if row.state == "unsure"])
        resent: Counter[Key] = Counter()  # how many copies more there may be
        first: Counter[Key] = Counter()  # how many of them may be without the mark
        for row in self.notices:
            key = (self.chats[row.place_id], self._about(row))
            if row.kind == "page" and row.resends:
                resent[key] += row.resends
                first[key] += 1
                assert row.state != "sent" or REPEATED in self.said[key[0], row.message or 0], f"{row.dedup} hides it"
            if row.kind != "page" and row.state == "unsure":
                resent[key] += 1
                first[key] += 1
        closest = sorted(resent, key=lambda key: -len(key[1]))  # a list holds what each of its pages holds, too
        copies = [(chat, words) for chat, said in self.extra.items() for words in said]
        # Those without the mark first: a list that lost all lines but one reads like a copy of that page.
        for chat, words in sorted(copies, key=lambda copy: REPEATED in copy[1]):
            left = resent if REPEATED in words else first
            key = next((key for key in closest if key[0] == chat and _holds(words, key[1]) and left[key]), (0, ()))
            assert key[0], f"said in {chat} though nobody may have said so: {words!r}\n{self._like(chat, words)}"
            resent[key] -= 1
            first[key] -= REPEATED not in words
            doubled += 1
        assert doubled <= in_flight
        assert unsure <= in_flight
        return doubled, unsure

    def order_is_kept(self) -> None:
        """In each chat, what was equally urgent was said first in the order in which it was posted."""
        for place, chat in self.chats.items():
            rows = [row for row in self.notices if row.place_id == place and row.state == "sent" and not row.resends]
            for urgency in {row.priority for row in rows}:
                said = [row for row in rows if row.priority == urgency and row.not_before == row.created_at]
                # A list goes when the first of its pages may, and tells those that came after it, too.
                said = [row for row in said if row.fact["kind"] != "bundle" and row.bundle_id is None]
                for earlier, later in pairwise(sorted(said, key=lambda row: row.message or 0)):
                    assert earlier.created_at < later.created_at + OVERLAP, (
                        f"out of order in {chat}: {_told(later)} after {_told(earlier)}"
                    )

    def cards_are_true(self) -> None:
        """One card in the group and one in the party's place for each ticket, each what it should be."""
        with self.quarter.books.reading() as session:
            cards = session.execute(select(Card.ticket_id, Card.role, Card.place_id, Card.message)).all()
        standing = {
            (self.chats[place], message): self.numbers[ticket] for ticket, _, place, message in cards if message
        }
        given_up = sum(row.kind == "card" and row.state == "unsure" for row in self.notices)
        assert Counter(role for _, role, _, _ in cards) == Counter(card=len(self.numbers), task=len(self.numbers))
        assert len(standing) == len(cards) - given_up
        for at, number in standing.items():
            assert NUMBER.findall(self.said[at])[:1] == [str(number)]

    def the_file_is_whole(self) -> None:
        with self.quarter.books.reading() as session:
            if session.get_bind().dialect.name == "sqlite":
                assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
                assert session.execute(text("PRAGMA foreign_key_check")).all() == []

    # --- how a notice is known again in a chat

    def _of(self, kind: str) -> list[Outbox]:
        return [row for row in self.notices if row.kind == kind]

    def _like(self, chat: int, words: str) -> str:
        """The notices that such a message might be a copy of."""
        rows = [row for row in self.notices if self.chats[row.place_id] == chat and _holds(words, self._about(row))]
        return "\n".join(f"{_told(row)}, {row.state}, {row.resends} resends, list {row.bundle_id}" for row in rows)

    def _about(self, row: Outbox) -> tuple[str, ...]:
        """What every copy of a notice holds: the numbers of its tickets, or, for an answer, what it answers."""
        if row.kind == "notice":
            return (f"→{row.reply_to} ",) if row.reply_to else ()
        gathered = [each for each in self.notices if each.bundle_id == row.id] or [row]
        return tuple(f"#XZ{self.numbers[each.ticket_id]} " for each in gathered if each.ticket_id)


def _holds(words: str, needles: tuple[str, ...]) -> bool:
    return all(needle in words for needle in needles)


def _told(row: Outbox) -> str:
    return f"{row.id} {row.dedup} of {row.created_at}, attempt {row.attempt}, as {row.message} at {row.sent_at}"


def _words(message: dict[str, Any]) -> str:
    """A message as one line: what it replies to, then what it says."""
    answers = message.get("reply_to_message", {}).get("message_id")
    said = str(message.get("text") or message.get("caption")).replace("\n", " ")
    return f"→{answers} {said} "
