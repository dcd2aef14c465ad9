"""What must hold whatever happens: asked of the database and of what arrived, after each step of a random walk."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.faults.ear import MARK, Ear, text
from tests.world import World
from tracker import figures
from tracker.db import Database
from tracker.models import Card, Clock, Community, Event, Inbox, Ticket
from tracker.outbox import Priority
from tracker.rulebook import calendar
from tracker.states import ENDED, OPEN
from tracker.tickets.showing import is_overdue

_LEADS_TO = {
    "dispatched": ("dispatched",), "accepted": ("in_progress",), "handled": ("handled", "confirming"),
    "checked": ("confirming",), "reopened": ("in_progress",), "return_allowed": ("captured",), "rated": ("closed",),
    "return_denied": ("dispatched",), "lapsed": ("closed",), "closed": ("closed",), "rejected": ("rejected",),
    "recorded": ("closed",),
}  # fmt: skip


@dataclass
class Laws:
    world: World
    database: Database
    ear: Ear

    def hold(self, reports: set[str], confided: set[str]) -> None:
        """Raises where one of them is broken.

        `reports` names every message that somebody tagged, `confided` what was written to us alone and may be one.
        """
        self.ear.catches_up()
        with self.database.reading() as session:
            self._every_report_is_one_ticket(session, reports, confided)
            self._every_ticket_has_a_next_moment(session)
            self._nobody_closes_his_own_work(session)
            self._the_history_leads_to_where_it_stands(session)
            self._figures_are_what_happened(session)
            self._cards_stand_where_they_are_believed_to(session)
            self._nobody_is_woken(session)
        self._nobody_is_paged_about_what_has_moved_on()
        self._nothing_is_said_twice_without_saying_so()
        self._one_after_the_other()
        self._telegram_never_says_we_are_too_fast()

    def _every_report_is_one_ticket(self, session: Session, reports: set[str], confided: set[str]) -> None:
        sources = Counter(session.scalars(select(Ticket.source)))
        assert not [source for source, count in sources.items() if count > 1]
        waiting = session.scalars(select(Inbox.id).where(Inbox.state == "waiting")).all()
        if not waiting and not self.world.town.bot().queue.waiting:
            assert reports <= set(sources), "a report was lost"
        assert set(sources) <= reports | confided, "talk became a ticket"

    def _every_ticket_has_a_next_moment(self, session: Session) -> None:
        rows = session.execute(select(Ticket, Clock).outerjoin(Clock, Clock.ticket_id == Ticket.id)).all()
        for ticket, clock in rows:
            assert clock is not None, f"{ticket.number} has no clock"
            assert (clock.due_at is None) == (ticket.status in ENDED), (ticket.status, clock.due_at, clock.stopped)
            assert clock.due_at is None or clock.due_at > self.world.clock.now(), (
                clock.phase,
                clock.due_at,
                clock.fails,
            )

    def _nobody_closes_his_own_work(self, session: Session) -> None:
        handler: dict[int, str] = {}
        for event in session.scalars(select(Event).order_by(Event.id)):
            if event.kind == "handled":
                handler[event.ticket_id] = event.actor
            assert event.kind not in ("rated", "checked") or handler[event.ticket_id] != event.actor

    def _the_history_leads_to_where_it_stands(self, session: Session) -> None:
        last: dict[int, str] = {}
        for event in session.scalars(select(Event).order_by(Event.id)):
            if event.kind in _LEADS_TO:
                last[event.ticket_id] = event.kind
        for ticket in session.scalars(select(Ticket)):
            told = _LEADS_TO[last[ticket.id]] if ticket.id in last else ("captured",)
            assert ticket.status in told, (ticket.number, ticket.status, last.get(ticket.id))

    def _figures_are_what_happened(self, session: Session) -> None:
        now = self.world.clock.now()
        for community in session.scalars(select(Community)):
            tickets = session.scalars(select(Ticket).where(Ticket.community_id == community.id)).all()
            stats = figures.stats(session, community, now=now).stats
            standing = [ticket for ticket in tickets if ticket.status in OPEN]
            assert stats.by_status == Counter(ticket.status for ticket in standing)
            assert (stats.open, stats.overdue) == (len(standing), sum(is_overdue(t, now) for t in standing))
            assert community.last_number == len(tickets) == max((ticket.number for ticket in tickets), default=0)

    def _cards_stand_where_they_are_believed_to(self, session: Session) -> None:
        for card, ticket in session.execute(select(Card, Ticket).join(Ticket, Ticket.id == Card.ticket_id)):
            chat = self.world.town.groups.get(int((card.address or "telegram:0").removeprefix("telegram:")))
            if card.message is None or chat is None or card.message not in chat.messages:
                continue  # not posted yet; in a private chat; or somebody deleted it
            shown = str(self.world.town.show(chat.messages[card.message]))
            assert f"#{session.get_one(Community, ticket.community_id).prefix}{ticket.number}" in shown
        posted = select(Card.place_id, Card.message).where(Card.message.is_not(None))
        assert not [at for at, count in Counter(map(tuple, session.execute(posted))).items() if count > 1]

    def _nobody_is_woken(self, session: Session) -> None:
        calendars = {c.id: calendar(c.timezone, c.calendar).value for c in session.scalars(select(Community))}
        for heard in self.ear.letters.values():
            if heard.letter.kind == "page" and heard.community and heard.priority > Priority.CRITICAL:
                for copy in heard.copies:
                    assert not calendars[heard.community].is_quiet(copy.at), f"{text(copy)} at {copy.at}"

    def _nobody_is_paged_about_what_has_moved_on(self) -> None:
        assert not self.ear.said_though_over, [text(copy) for copy in self.ear.said_though_over]

    def _nothing_is_said_twice_without_saying_so(self) -> None:
        for heard in self.ear.letters.values():
            marked = [text(copy).startswith(MARK) for copy in heard.copies]
            if heard.letter.kind == "page":
                assert all(marked[1:]), [text(copy) for copy in heard.copies]
            else:
                assert len(heard.copies) <= 1, [text(copy) for copy in heard.copies]

    def _one_after_the_other(self) -> None:
        """Nothing arrives in a place before what weighs more there, or as much and is older, and was free to go."""
        for arrived in self.ear.arrived.values():
            for at, heard in enumerate(arrived):
                later = {other.letter.id: other for other in arrived[at + 1 :]}
                told = [text(later[each].copies[0]) for each in heard.passed & later.keys()]
                assert not told, f"{text(heard.copies[0])} was said before {told}"

    def _telegram_never_says_we_are_too_fast(self) -> None:
        assert not self.ear.too_fast, [(call.method, call.params) for call in self.ear.too_fast]
