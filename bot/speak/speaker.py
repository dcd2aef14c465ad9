"""Letters on their way: the only place that claims them, keeps several in flight, and records how each ended."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import structlog
from telegram import Bot

from bot.envelope import worded
from bot.loop import Backoff, Loop, Sleep, Ticks
from bot.pace import Pace, Trip
from bot.shore import chat_id, outcome_of, why
from bot.speak.adopting import adopt
from bot.speak.sending import Parcel, send, send_behind, wait_of
from bot.tally import Tally
from bot.wire import only_while
from tracker import faults, trail
from tracker.desk import Desk
from tracker.errors import DatabaseAway
from tracker.facts import Bundle
from tracker.outcomes import Delivered, Outcome, Refused, TooFast, Unasked, Unknown
from tracker.views import Letter

IN_FLIGHT = 16  # where Telegram answers within half a second, that is enough for thirty a second
AHEAD = timedelta(milliseconds=300)  # letters that leave within that are claimed together
READY = 4  # with no more letters at hand the next are claimed: a seat that waits for one is lost for good
LONGEST = 20.0  # seconds a send may take, all in all
LONGEST_BEHIND = 6.0  # seconds that the photos behind a text may take
A_PLACES_REST = 1.02  # seconds after which the next letter may go to the same place (tracker/slots.py: PACE)
LEASE = 30.0  # seconds a letter is ours (tracker/outbox.py); a seat's PATIENCE and the two above fit into it

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Speaker:
    """Sends letters, a few at once and one per place, at Telegram's pace; a slow chat holds up no other."""

    def __init__(
        self,
        bot: Bot,
        desk: Desk,
        username: str,
        pace: Pace,
        *,
        tally: Tally,
        sleep: Sleep = asyncio.sleep,
        ticks: Ticks = time.monotonic,
        longest: float = LONGEST,
        trusted: Callable[[], bool] = lambda: True,
        only_urgent: Callable[[], bool] = lambda: False,
    ) -> None:
        """`trusted`: whether this machine is the one that speaks. `only_urgent`: whether all else waits a little."""
        self._trusted, self._only_urgent = trusted, only_urgent
        self._bot, self._desk, self._username, self._pace = bot, desk, username, pace
        self._tally, self._sleep, self._ticks, self._longest = tally, sleep, ticks, longest
        self._in_flight: set[asyncio.Task[None]] = set()
        self._ashore = 0  # claimed, not yet on their way
        self.loop = Loop("speak", self.go_on, sleep=sleep, ticks=ticks)

    async def once(self) -> int:
        """Send what may be sent now and wait until all of it is recorded; tells how many letters."""
        started = await self.start()
        await self.finish()
        return started

    async def go_on(self) -> int:
        """Claim what leaves next, a few letters at a time, and send them off; tells how many."""
        return await self.start(AHEAD) if self._ashore <= READY else 0

    async def start(self, ahead: timedelta = timedelta(0)) -> int:
        """Claim as many letters as may leave now, or until `ahead` from now, and send them off; tells how many."""
        free = min(IN_FLIGHT - len(self._in_flight), self._pace.free(ahead))
        if free <= 0 or not self._trusted():
            return 0
        letters = await asyncio.to_thread(self._desk.claim, free, only_urgent=self._only_urgent())
        if letters:
            faults.reached("claimed")
        self._ashore += len(letters)
        for letter in letters:
            task = asyncio.create_task(self._deliver(letter, self._pace.book()), name=f"letter {letter.id}")
            self._in_flight.add(task)
            task.add_done_callback(self._landed)
        return len(letters)

    async def finish(self, within: float | None = None) -> None:
        """Wait for all that is in flight; after `within` seconds the rest is broken off and recorded as unknown."""
        if self._in_flight:
            _, late = await asyncio.wait(self._in_flight, timeout=within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _landed(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            log.error("letter_lost_its_way", why=why(error))
        self._in_flight.discard(task)
        self.loop.wake.set()
        self.loop.wake_after(A_PLACES_REST)

    def _left(self) -> None:
        self._ashore -= 1
        if self._ashore <= READY:
            self.loop.wake.set()

    async def _deliver(self, letter: Letter, trip: Trip) -> None:
        began = self._ticks()
        trail.begin(letter.place.address, letter.ticket.number if letter.ticket else None, letter=letter.id)
        try:
            outcome = await self._attempt(letter, trip)
        finally:
            trip.over()
        faults.reached("asked")
        self._tally[f"letters_{type(outcome).__name__.lower()}"] += 1
        self._pace.note(letter.place.address, outcome)
        self._note(letter, outcome)
        self._count(letter, outcome, self._ticks() - began)
        await self._record(letter, outcome, self._ticks() - began)

    def _count(self, letter: Letter, outcome: Outcome, spent: float) -> None:
        if isinstance(outcome, Delivered):
            self._tally["letters_repeated"] += letter.repeat
            self._tally["pages_bundled"] += len(letter.fact.lines) if isinstance(letter.fact, Bundle) else 0
            self._tally.said((letter.now - (letter.since or letter.now)).total_seconds() + spent)

    async def _attempt(self, letter: Letter, trip: Trip) -> Outcome:
        try:
            parcel = self._parcel(letter)
            may_leave = await trip.departs()
        except asyncio.CancelledError:  # the program ends
            _uncancel()
            return Unasked("the program ended before it was sent")
        except Exception as error:
            log.error("letter_has_no_words", fact=type(letter.fact).__name__, why=why(error))
            return Refused(f"no words: {why(error)}")
        finally:
            self._left()
        if not may_leave:
            return Unasked("no seat in time")
        if not self._trusted():  # the machine slept on its way here, and somebody else may have sent it
            return Unasked("another machine speaks")
        return await self._send(letter, parcel, trip)

    def _parcel(self, letter: Letter) -> Parcel:
        return Parcel(worded(letter, self._username), chat_id(letter.place.address), letter.reply_to, letter.topic)

    async def _send(self, letter: Letter, parcel: Parcel, trip: Trip) -> Outcome:
        try:
            with only_while(self._trusted, trip.wrote):
                async with asyncio.timeout(self._longest):
                    outcome, sent = await self._say(letter, parcel)
        except TimeoutError:
            return Unknown("no answer in time")
        except asyncio.CancelledError:  # the program ends and could not wait any longer
            _uncancel()
            return Unknown("the program ended while it was being sent")
        trip.over()
        # Photos behind a card that is found again were most likely sent, too, and there is no looking for them.
        if isinstance(outcome, Delivered) and sent.behind and not outcome.adopted:
            return replace(outcome, photos_after=await self._say_behind(sent, outcome.message))
        return outcome

    async def _say(self, letter: Letter, parcel: Parcel) -> tuple[Outcome, Parcel]:
        if letter.adopt_after is not None:
            found = await adopt(self._bot, parcel, letter.adopt_after, self._pace, rivals=letter.rivals)
            if found is not None:
                return found, parcel
        return await send(self._bot, parcel)

    async def _say_behind(self, parcel: Parcel, message: int) -> float | None:
        """The text has arrived, whatever happens to its photos; seconds they wait where they are still with us."""
        trip = self._pace.book(len(parcel.behind))
        try:
            with only_while(self._trusted, trip.wrote):
                async with asyncio.timeout(LONGEST_BEHIND):
                    await trip.departs()  # or, after a while, go all the same: Telegram then tells for how long to wait
                    await send_behind(self._bot, parcel, message, self._sleep)
        except asyncio.CancelledError:
            _uncancel()
        except Exception as error:
            log.warning("photos_not_sent", why=why(error))
            return wait_of(outcome_of(error))
        finally:
            trip.over()
        return None

    async def _record(self, letter: Letter, outcome: Outcome, spent: float) -> None:
        """Tell the desk, again and again while the database is away, until the letter is not ours any more."""
        backoff, until = Backoff(most=5.0), self._ticks() + LEASE - spent
        while True:
            try:
                await asyncio.to_thread(self._desk.settle, letter, outcome)
                faults.reached("recorded")
                return
            except DatabaseAway as error:
                rest = backoff.next()
                if self._ticks() + rest > until:
                    log.error("letter_unrecorded", why=str(error))
                    return
                await self._sleep(rest)
            except Exception as error:
                log.error("letter_unrecorded", why=why(error))
                return

    def _note(self, letter: Letter, outcome: Outcome) -> None:
        line = log.bind(fact=type(letter.fact).__name__)
        match outcome:
            case Delivered():
                line.info("found_again" if outcome.adopted else "said", message=outcome.message)
            case TooFast():
                line.warning("too_fast", wait=outcome.seconds)
            case _:
                line.warning("not_said", outcome=type(outcome).__name__, why=getattr(outcome, "why", None))


def _uncancel() -> None:
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
