"""Cards kept true: the only place that edits the card in the group and the task in the party's place."""

import asyncio
from collections import Counter
from collections.abc import Callable

import structlog
from telegram import Bot

from bot.envelope import worded
from bot.loop import Loop
from bot.pace import Pace, Trip
from bot.shore import chat_id, is_card_gone, is_not_modified, is_wrong_kind, outcome_of, why
from bot.speak.adopting import edit
from bot.speak.speaker import A_PLACES_REST, AHEAD
from bot.wire import only_while
from tracker import faults, trail
from tracker.desk import Desk
from tracker.outcomes import CardGone, Delivered, Outcome, Refused, TooFast, Unasked
from tracker.views import CardView

AT_ONCE = 8
LONGEST = 20.0  # seconds an edit may take; the desk leases a card for 30

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Cards:
    """Edits what shows an older version than its ticket has. An edit may be repeated without harm."""

    def __init__(
        self,
        bot: Bot,
        desk: Desk,
        username: str,
        pace: Pace,
        *,
        tally: Counter[str],
        longest: float = LONGEST,
        trusted: Callable[[], bool] = lambda: True,
    ) -> None:
        """`trusted`: whether this machine is the one that edits."""
        self._trusted = trusted
        self._bot, self._desk, self._username, self._pace = bot, desk, username, pace
        self._tally, self._longest = tally, longest
        self.loop = Loop("cards", self.go_on)

    async def once(self) -> int:
        """Edit what may be edited now; tells how many cards."""
        return await self._edit(min(AT_ONCE, self._pace.free()))

    async def go_on(self) -> int:
        """Edit what may be edited next. One queues up in any case: however much is to be said, cards stay true."""
        room = min(AT_ONCE, self._pace.free(AHEAD))
        return await self._edit(room if self._pace.is_paused else max(room, 1))

    async def _edit(self, most: int) -> int:
        if most <= 0 or not self._trusted():
            return 0
        cards = await asyncio.to_thread(self._desk.behind_cards, most)
        if cards:
            faults.reached("edit_claimed")
        results = await asyncio.gather(*(self._show(card, self._pace.book()) for card in cards), return_exceptions=True)
        if cards:
            self.loop.wake_after(A_PLACES_REST)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return len(cards)

    async def _show(self, card: CardView, trip: Trip) -> None:
        trail.begin(card.place.address, card.ticket.number, card=card.id)
        try:
            outcome = await self._attempt(card, trip)
        finally:
            trip.over()
        faults.reached("edit_asked")
        self._tally[f"cards_{type(outcome).__name__.lower()}"] += 1
        self._pace.note(card.place.address, outcome)
        self._note(card, outcome)
        await asyncio.to_thread(self._desk.settle_card, card, outcome)
        faults.reached("edit_recorded")

    async def _attempt(self, card: CardView, trip: Trip) -> Outcome | CardGone:
        try:
            message = worded(card, self._username)
            # Where the card was posted: a group that became a supergroup keeps its old cards in the old chat.
            chat = chat_id(card.place.address)
        except Exception as error:
            log.error("card_has_no_words", why=why(error))
            return Refused(f"no words: {why(error)}")
        if not await trip.departs() or not self._trusted():
            return Unasked("no seat in time, or another machine speaks")
        try:
            with only_while(self._trusted, trip.wrote):
                async with asyncio.timeout(self._longest):
                    await edit(self._bot, chat, card.message, message, has_photo=card.has_photo)
        except Exception as error:
            return self._ended(card, error)
        return Delivered(card.message, has_photo=card.has_photo)

    def _ended(self, card: CardView, error: Exception) -> Outcome | CardGone:
        if is_not_modified(error):
            return Delivered(card.message, has_photo=card.has_photo)
        if is_card_gone(error) or is_wrong_kind(error):
            return CardGone(why(error))
        return outcome_of(error)

    def _note(self, card: CardView, outcome: Outcome | CardGone) -> None:
        line = log.bind(message=card.message)
        match outcome:
            case Delivered():
                line.info("card_shown", version=card.version)
            case TooFast():
                line.warning("too_fast", wait=outcome.seconds)
            case _:
                line.warning("card_not_shown", outcome=type(outcome).__name__, why=getattr(outcome, "why", None))
