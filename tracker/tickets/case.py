"""One ticket in one transaction: its rows together, and the sentences every act is made of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import cards, clocks, outbox, routing, trail
from tracker.calendar import Calendar
from tracker.errors import NotNow, NotYours, Stale
from tracker.facts import Fact, MorePhotos
from tracker.ladders import Rules
from tracker.models import Card, Clock, Community, Event, Grid, Party, Place, Ticket
from tracker.models.case import FORGOTTEN, NOBODY
from tracker.outbox import Priority
from tracker.states import MAY, Action, Part, Phase, RoleKind, Status, Urgency, move
from tracker.views import Somebody

_ACTS = (  # what moves a ticket on; a note, a photo or a reminder leaves it where it was
    "dispatched", "accepted", "handled", "checked", "reopened", "raised", "return_asked", "return_allowed",
    "return_denied", "extension_allowed", "extension_denied", "rated", "closed", "rejected",
)  # fmt: skip


def event_row(ticket_id: int, kind: str, who: Somebody | None, *, now: datetime, **data: Any) -> dict[str, Any]:
    """An event as the table takes it. The bot's own acts have no person behind them."""
    name = {"name": who.name} if who and who.name else {}
    return {"ticket_id": ticket_id, "at": now, "actor": who.address if who else "bot", "kind": kind,
            "data": {**name, **data}}  # fmt: skip


@dataclass
class Case:
    session: Session
    ticket: Ticket
    clock: Clock
    community: Community
    now: datetime

    @staticmethod
    def of(session: Session, ticket: Ticket, now: datetime) -> "Case":
        """The clock's row is locked first, by every act and every sweep: no page slips in between."""
        clock = session.get_one(Clock, ticket.id, with_for_update=True)
        case = Case(session, ticket, clock, session.get_one(Community, ticket.community_id), now)
        trail.about(case.number)
        return case

    @property
    def number(self) -> str:
        return f"{self.community.prefix}{self.ticket.number}"

    @property
    def calendar(self) -> Calendar:
        return clocks.calendar_of(self.community)

    @property
    def rules(self) -> Rules:
        return clocks.rules_of(self.session, self.clock)

    def parts(self, who: Somebody) -> set[Part]:
        """What the person is to this ticket."""
        parts = {Part.REPORTER} if who.address == self.ticket.reporter else set()
        lead = self.lead_name
        for role in who.roles:
            if role.kind == RoleKind.COORDINATOR:
                parts.add(Part.COORDINATOR)
            elif role.kind in (RoleKind.LIAISON, RoleKind.DEPUTY) and lead is not None and role.party == lead:
                parts.add(Part.LIAISON)
            elif role.kind == RoleKind.GRID_WORKER and self.grid_name in (None, role.grid):
                parts.add(Part.GRID_WORKER)
        return parts

    @property
    def lead_name(self) -> str | None:
        return self.session.get_one(Party, self.ticket.lead_id).name if self.ticket.lead_id else None

    @property
    def party_names(self) -> list[str]:
        """Every party of the community, for a refusal that says what to write instead."""
        mine = select(Party.name).where(Party.community_id == self.community.id).order_by(Party.id)
        return list(self.session.scalars(mine))

    @property
    def grid_name(self) -> str | None:
        return self.session.get_one(Grid, self.ticket.grid_id).name if self.ticket.grid_id else None

    def authorise(self, action: Action, who: Somebody) -> frozenset[Part]:
        """The parts under which the person may; NotYours, naming who may, when he has none of them."""
        allowed = MAY[action] & self.parts(who)
        if not allowed:
            raise NotYours(number=self.number, action=action, who=",".join(sorted(MAY[action] - {Part.BOT})))
        return allowed

    def fresh(self, epoch: int | None) -> None:
        """A button of an earlier epoch changes nothing: Stale tells what the ticket is now and who made it so."""
        if epoch is not None and epoch != self.clock.epoch:
            by, ago = self._last_act()
            raise Stale(number=self.number, status=self.ticket.status, by=by, ago=ago)

    def _last_act(self) -> tuple[str, int]:
        """Who moved the ticket last, and how many seconds ago; a reporter's name is nobody's business."""
        acts = select(Event).where(Event.ticket_id == self.ticket.id, Event.kind.in_(_ACTS))
        event = self.session.scalars(acts.order_by(Event.id.desc()).limit(1)).first()
        if event is None or event.actor == self.ticket.reporter:
            return "", 0
        return str(event.data.get("name", "")), int((self.now - event.at).total_seconds())

    def move(self, action: Action) -> None:
        """NotNow, naming who was faster and when, where the table does not allow it."""
        try:
            self.ticket.status = move(Status(self.ticket.status), action, number=self.number)
        except NotNow as refused:
            refused.by, refused.ago = self._last_act()
            raise

    def record(self, kind: str, who: Somebody | None, **data: Any) -> Event:
        """History in the same commit as the change; with it, what was forgotten is to be forgotten again."""
        if self.ticket.reporter == FORGOTTEN:
            self.ticket.reporter = NOBODY
        event = Event(**event_row(self.ticket.id, kind, who, now=self.now, **data))
        self.session.add(event)
        self.session.flush()
        cards.bump(self.session, self.ticket.id, now=self.now)
        return event

    def arm(self, phase: Phase, *, limit_at: datetime | None = None, anchor_at: datetime | None = None) -> None:
        clocks.arm(self.session, self.ticket, self.clock, self.community, phase, now=self.now,
                   limit_at=limit_at, anchor_at=anchor_at)  # fmt: skip

    def stop(self, why: str) -> None:
        clocks.stop(self.session, self.clock, why)

    def tell(
        self, place: Place, fact: Fact, *, key: object, priority: Priority = Priority.ANSWER,
        reply_to: int | None = None,
    ) -> None:  # fmt: skip
        """One notice about this ticket; in the group it answers the report, elsewhere the task."""
        outbox.post(
            self.session, place.id, fact, dedup=f"{fact.kind}:{self.ticket.id}:{key}:{place.id}", now=self.now,
            priority=priority, ticket_id=self.ticket.id, reply_to=reply_to or self._thread(place),
            topic=self.ticket.topic if place.id == self.ticket.place_id else None,
        )  # fmt: skip

    def show_more(self, places: list[Place], stage: Literal["before", "after"], *, skip: int) -> None:
        """Photos beyond the first follow the card; one message takes all that come until it is sent."""
        for place in places:
            if not outbox.is_pending(self.session, self.ticket.id, place.id, "more_photos"):
                self.tell(place, MorePhotos(stage=stage, skip=skip), key=f"{stage}{skip}", priority=Priority.PAGE)

    def _thread(self, place: Place) -> int | None:
        if place.id == self.ticket.place_id:
            return self.ticket.message  # None once that is forgotten
        task = select(Card.message).where(Card.ticket_id == self.ticket.id, Card.place_id == place.id)
        return self.session.scalars(task.where(Card.role == "task")).first()

    def page(self, place: Place, fact: Fact, *, slot: str) -> None:
        """Somebody must act: sent at least once, put off by quiet hours, void once the ticket moved on."""
        clocks.page(self.session, self.ticket, self.clock, place.id, fact, self.calendar, now=self.now, slot=slot)

    def group(self) -> list[Place]:
        """Where it was said and is answered; nowhere, once it is forgotten in whose private chat that was."""
        return [self.session.get_one(Place, self.ticket.place_id)] if self.ticket.place_id else []

    def party_places(self) -> list[Place]:
        return list(routing.party_places(self.session, self.ticket.lead_id)) if self.ticket.lead_id else []

    def coordinators(self) -> list[Place]:
        return list(routing.coordinators(self.session, self.ticket.community_id))

    @property
    def is_critical(self) -> bool:
        return self.ticket.urgency == Urgency.CRITICAL
