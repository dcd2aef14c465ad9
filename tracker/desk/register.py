"""Who and where, over the desk: places, people, communities, invitations, binding."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import alarms, clocks, inviting, outbox, people, routing, silence
from tracker.facts import GroupWelcome
from tracker.models import Community, Place
from tracker.outbox import Priority
from tracker.tickets import showing
from tracker.views import CommunityView, PlaceView, Somebody


@dataclass
class Register:
    session: Session
    now: datetime

    def place(self, address: str) -> PlaceView | None:
        return showing.place_at(self.session, address)

    def open_private(self, address: str, *, language: str | None, community: int | None = None) -> PlaceView:
        """Somebody speaks or presses in his private chat: from now on he can be reached there."""
        people.seen(self.session, address, language=language, now=self.now)
        row = people.private_place(self.session, address, community_id=community)
        alarms.catch_up(self.session, address, now=self.now)
        return showing.place_view(self.session, row)

    def meet_group(self, address: str) -> PlaceView:
        """A chat we were brought into; without a name in any community file it is `new` until somebody binds it."""
        row = people.place_at(self.session, address)
        if row is None:
            row = Place(kind="new", address=address)
            self.session.add(row)
        row.blocked_at = row.blocked_why = None
        self.session.flush()
        return showing.place_view(self.session, row)

    def heard(self, place: PlaceView, message: int) -> None:
        """Somebody wrote there; only the number is kept, so that a card lost in a crash is looked for behind it."""
        outbox.heard_in(self.session, place.id, message)

    def welcome_group(self, place: PlaceView, fact: GroupWelcome, *, again: bool) -> None:
        """The first contact, said once a chat; said again only when somebody removed us and brought us back."""
        row = self.session.get_one(Place, place.id)
        if row.welcomed and not again:
            return
        row.welcomed = True
        outbox.post(
            self.session, place.id, fact, dedup=f"welcome:{place.id}:{self.now.timestamp()}", now=self.now,
            priority=Priority.ANSWER,
        )  # fmt: skip

    def unheard(self, place: PlaceView) -> None:
        """Residents' untagged words do not reach us there: coordinators hear of it, once a month."""
        if place.community is not None and place.kind == "residents":
            key = f"{place.id}:{self.now:%Y-%m}"
            clocks.alarm(self.session, place.community, "untagged_unseen", key, now=self.now, place=place.name)

    def left(self, address: str, why: str) -> None:
        if row := people.place_at(self.session, address):
            silence.begins(self.session, row, why, now=self.now)

    def back(self, address: str) -> None:
        people.unblock(self.session, address)
        alarms.catch_up(self.session, address, now=self.now)

    def moved(self, old: str, new: str) -> None:
        people.move(self.session, old, new)

    def community(self, community_id: int) -> CommunityView:
        return showing.words_of(self.session, community_id)

    def home(self, address: str) -> int | None:
        """The community a private chat speaks to: where the person has a part, else the only one there is."""
        known = people.communities_of(self.session, address)
        if known:
            return known[0]
        ids = self.session.scalars(select(Community.id).limit(2)).all()
        return ids[0] if len(ids) == 1 else None

    def somebody(self, address: str, community_id: int | None) -> Somebody:
        return people.somebody(self.session, address, community_id)

    def is_coordinator_anywhere(self, address: str) -> int | None:
        """The community in which this person coordinates; needed where a chat belongs to none yet."""
        for community_id in people.communities_of(self.session, address):
            if self.somebody(address, community_id).is_coordinator:
                return community_id
        return None

    def bind(self, community_id: int, group: str, address: str, title: str) -> PlaceView:
        return showing.place_view(self.session, people.bind(self.session, community_id, group, address, title))

    def invite(self, community_id: int, role: str, name: str) -> tuple[str, datetime]:
        return inviting.invite(self.session, community_id, role, name, now=self.now)

    def accept_invitation(self, token: str, address: str, name: str) -> tuple[int, str, str]:
        """(community, name, role); the address can be reached from now on."""
        return inviting.accept_invitation(self.session, token, address, name, now=self.now)

    def coordinators(self, community_id: int) -> Sequence[PlaceView]:
        return [showing.place_view(self.session, p) for p in routing.coordinators(self.session, community_id)]
