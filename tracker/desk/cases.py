"""Tickets, over the desk: found, opened, acted upon, listed. Every act is authorised here below, never by a button."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import figures, outbox, postponed, trail
from tracker.facts import StatsTold
from tracker.models import Attachment, Community, Ticket
from tracker.states import Action, Part, Score, Status, move
from tracker.tickets import asking, ending, files, opening, portrait, showing, steering, telling, working
from tracker.tickets.case import Case
from tracker.views import File, NewReport, PageLine, PlaceView, Somebody, TicketLine, TicketView


@dataclass
class Cases:
    session: Session
    now: datetime

    # --- finding

    def view(self, ticket_id: int) -> TicketView:
        view = portrait.of(self.session, ticket_id)
        trail.about(view.number)
        return view

    def exists(self, ticket_id: int) -> bool:
        return self.session.get(Ticket, ticket_id) is not None

    def numbered(self, number: str, community_id: int | None) -> int | None:
        """The ticket called `XZ12` if it is this community's (any community's, when none is given)."""
        for ticket in showing.find(self.session, number):
            if community_id in (None, ticket.community_id):
                return self._seen(ticket)
        return None

    def about(self, place: PlaceView, message: int) -> tuple[int, dict[str, object] | None] | None:
        """(ticket, fact said there) that a message in this place is about."""
        found = outbox.about(self.session, place.id, message)
        if found is not None:
            self._seen(self.session.get_one(Ticket, found[0]))
        return found

    def _seen(self, ticket: Ticket) -> int:
        community = self.session.get_one(Community, ticket.community_id)
        trail.about(f"{community.prefix}{ticket.number}")
        return ticket.id

    def from_source(self, source: str) -> int | None:
        return self.session.scalar(select(Ticket.id).where(Ticket.source == source))

    def parts(self, ticket_id: int, who: Somebody) -> frozenset[Part]:
        """What the person is to the ticket."""
        return frozenset(self._case(ticket_id).parts(who))

    def was_said_in(self, ticket_id: int, place: PlaceView) -> bool:
        """Whether this is the chat in which the ticket was reported and is answered."""
        return self.session.get_one(Ticket, ticket_id).place_id == place.id

    def sits_in(self, ticket_id: int, place: PlaceView) -> bool:
        """Whether a button in this place may speak of this ticket: the same community, or a private chat."""
        return place.kind == "private" or self.session.get_one(Ticket, ticket_id).community_id == place.community

    # --- opening

    def open(self, place: PlaceView, report: NewReport, by: Somebody | None) -> tuple[int, bool]:
        """The ticket of this message, and whether it is new."""
        return opening.open_ticket(self.session, place, report, by, now=self.now)

    def edit(self, ticket_id: int, report: NewReport) -> bool:
        return opening.edit_report(self.session, self.session.get_one(Ticket, ticket_id), report, now=self.now)

    def keep_album_photo(self, album: str, file: File) -> int | None:
        """A photo of an album: to its ticket if there is one, else kept an hour for the caption still to come."""
        ticket = files.of_album(self.session, album)
        if ticket is not None:
            opening.add_photo(self.session, ticket, file, now=self.now, album=album)
        else:
            files.attach(self.session, None, file, "before", now=self.now, album=album)
        return ticket.id if ticket else None

    def album_photos(self, album: str) -> tuple[File, ...]:
        rows = self.session.scalars(select(Attachment).where(Attachment.album == album).order_by(Attachment.id))
        return tuple(File(ref=row.ref, unique=row.unique_ref, kind=row.kind) for row in rows)

    # --- acting

    def accept(self, ticket_id: int, who: Somebody) -> None:
        working.accept(self._case(ticket_id), who)

    def finish(self, ticket_id: int, who: Somebody, words: str, photos: tuple[File, ...] = ()) -> None:
        working.finish(self._case(ticket_id), who, words, photos)

    def add_after_photo(self, ticket_id: int, who: Somebody, file: File) -> bool:
        return working.add_after_photo(self._case(ticket_id), who, file)

    def ask_return(self, ticket_id: int, who: Somebody, why: str) -> None:
        asking.ask_return(self._case(ticket_id), who, why)

    def ask_extension(self, ticket_id: int, who: Somebody, span: str, why: str) -> None:
        asking.ask_extension(self._case(ticket_id), who, span, why)

    def decide(self, ticket_id: int, who: Somebody, *, allow: bool, epoch: int | None = None) -> str:
        return asking.decide(self._case(ticket_id), who, allow=allow, epoch=epoch)

    def may(self, ticket_id: int, who: Somebody, action: Action) -> None:
        """Raises as the act itself would, before anybody is asked for words in vain."""
        case = self._case(ticket_id)
        case.authorise(action, who)
        move(Status(case.ticket.status), action, number=case.number)

    def check(self, ticket_id: int, who: Somebody, *, passes: bool, why: str = "", epoch: int | None = None) -> None:
        if passes:
            working.check_passes(self._case(ticket_id), who, epoch=epoch)
        else:
            working.check_fails(self._case(ticket_id), who, why, epoch=epoch)

    def rate(self, ticket_id: int, who: Somebody, score: Score) -> None:
        ending.rate(self._case(ticket_id), who, score)

    def reopen(self, ticket_id: int, who: Somebody, why: str = "") -> None:
        ending.reopen(self._case(ticket_id), who, why)

    def support(self, ticket_id: int, who: Somebody) -> bool:
        return telling.support(self._case(ticket_id), who)

    def note(self, ticket_id: int, who: Somebody, words: str, photos: tuple[File, ...] = ()) -> None:
        telling.note(self._case(ticket_id), who, words, photos)

    def ask(self, ticket_id: int, who: Somebody, words: str) -> None:
        telling.ask(self._case(ticket_id), who, words)

    def reassign(self, ticket_id: int, who: Somebody, party: str) -> None:
        steering.reassign(self._case(ticket_id), who, party)

    def make_urgent(self, ticket_id: int, who: Somebody) -> None:
        steering.make_urgent(self._case(ticket_id), who)

    def nudge(self, ticket_id: int, who: Somebody) -> None:
        steering.nudge(self._case(ticket_id), who)

    def watch(self, ticket_id: int, who: Somebody) -> None:
        steering.watch(self._case(ticket_id), who)

    def reject(self, ticket_id: int, who: Somebody, why: str) -> None:
        ending.reject(self._case(ticket_id), who, why)

    def close(self, ticket_id: int, who: Somebody, why: str) -> None:
        ending.close(self._case(ticket_id), who, why)

    def _case(self, ticket_id: int) -> Case:
        return Case.of(self.session, self.session.get_one(Ticket, ticket_id), self.now)

    # --- listing

    def stats(self, community_id: int) -> StatsTold:
        return figures.stats(self.session, self.session.get_one(Community, community_id), now=self.now)

    def overdue(self, community_id: int) -> tuple[TicketLine, ...]:
        return figures.overdue(self.session, community_id, now=self.now)

    def postponed(self, community_id: int) -> tuple[PageLine, ...]:
        return postponed.pages(self.session, community_id, now=self.now)

    def mine(self, address: str) -> tuple[TicketLine, ...]:
        return figures.mine(self.session, address, now=self.now)

    def todo(self, community_id: int, who: Somebody) -> tuple[TicketLine, ...]:
        return figures.todo(self.session, community_id, who, now=self.now)
