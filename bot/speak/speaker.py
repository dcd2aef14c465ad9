"""Letters on their way: the only place that claims them, keeps several in flight, and records how each ended."""

import asyncio
import time
from collections import Counter

import structlog
from telegram import Bot

from bot.envelope import worded
from bot.loop import Backoff, Loop, Sleep, Ticks
from bot.pace import Pace
from bot.shore import chat_id, why
from bot.speak.adopting import adopt
from bot.speak.sending import Parcel, send, send_behind
from tracker import faults
from tracker.desk import Desk
from tracker.errors import DatabaseAway
from tracker.outcomes import Delivered, Outcome, Refused, TooFast, Unknown
from tracker.views import Letter

IN_FLIGHT = 8
LONGEST = 20.0  # seconds a send may take, all in all
LONGEST_BEHIND = 6.0  # seconds that the photos behind a text may take
A_PLACES_REST = 1.02  # seconds after which the next letter may go to the same place (tracker/outbox.py: PACE)
LEASE = 30.0  # seconds a letter is ours (tracker/outbox.py); the three above fit into it

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Speaker:
    """Sends letters, at most eight at once and one per place; a slow chat holds up no other."""

    def __init__(
        self,
        bot: Bot,
        desk: Desk,
        username: str,
        pace: Pace,
        *,
        tally: Counter[str],
        sleep: Sleep = asyncio.sleep,
        ticks: Ticks = time.monotonic,
        longest: float = LONGEST,
    ) -> None:
        self._bot, self._desk, self._username, self._pace = bot, desk, username, pace
        self._tally, self._sleep, self._ticks, self._longest = tally, sleep, ticks, longest
        self._in_flight: set[asyncio.Task[None]] = set()
        self.loop = Loop("speak", self.start, sleep=sleep, ticks=ticks)

    async def once(self) -> int:
        """Send what may be sent now and wait until all of it is recorded; tells how many letters."""
        started = await self.start()
        await self.finish()
        return started

    async def start(self) -> int:
        """Claim as many letters as may fly now and send them off; tells how many."""
        free = min(IN_FLIGHT - len(self._in_flight), self._pace.free())
        if free <= 0:
            return 0
        letters = await asyncio.to_thread(self._desk.claim, free)
        if letters:
            faults.reached("claimed")
        self._pace.take(len(letters))
        for letter in letters:
            task = asyncio.create_task(self._deliver(letter), name=f"letter {letter.id}")
            self._in_flight.add(task)
            task.add_done_callback(self._landed)
        if letters:
            self.loop.wake_after(A_PLACES_REST)
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
        self.loop.wake.set()  # its place, and its seat among the eight, are free again

    async def _deliver(self, letter: Letter) -> None:
        began = self._ticks()
        outcome = await self._attempt(letter)
        faults.reached("asked")
        self._tally[f"letters_{type(outcome).__name__.lower()}"] += 1
        self._note(letter, outcome)
        await self._record(letter, outcome, self._ticks() - began)

    async def _attempt(self, letter: Letter) -> Outcome:
        try:
            parcel = Parcel(
                worded(letter, self._username), chat_id(letter.place.address), letter.reply_to, letter.topic
            )
        except Exception as error:
            log.error("letter_has_no_words", letter=letter.id, fact=type(letter.fact).__name__, why=why(error))
            return Refused(f"no words: {why(error)}")
        try:
            async with asyncio.timeout(self._longest):
                outcome, sent = await self._say(letter, parcel)
        except TimeoutError:
            return Unknown("no answer in time")
        except asyncio.CancelledError:  # the program ends and could not wait any longer
            _uncancel()
            return Unknown("the program ended while it was being sent")
        # Photos behind a card that is found again were most likely sent, too, and there is no looking for them.
        if isinstance(outcome, Delivered) and sent.behind and not outcome.adopted:
            await self._say_behind(letter, sent, outcome.message)
        return outcome

    async def _say(self, letter: Letter, parcel: Parcel) -> tuple[Outcome, Parcel]:
        if letter.adopt_after is not None:
            found = await adopt(self._bot, parcel, letter.adopt_after, rivals=letter.rivals)
            if found is not None:
                return found, parcel
        return await send(self._bot, parcel)

    async def _say_behind(self, letter: Letter, parcel: Parcel, message: int) -> None:
        """The text has arrived, whatever happens to its photos."""
        self._pace.take(len(parcel.behind))
        try:
            async with asyncio.timeout(LONGEST_BEHIND):
                await send_behind(self._bot, parcel, message, self._sleep)
        except asyncio.CancelledError:
            _uncancel()
        except Exception as error:
            log.warning("photos_not_sent", letter=letter.id, chat=parcel.chat, why=why(error))

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
                    log.error("letter_unrecorded", letter=letter.id, why=str(error))
                    return
                await self._sleep(rest)
            except Exception as error:
                log.error("letter_unrecorded", letter=letter.id, why=why(error))
                return

    def _note(self, letter: Letter, outcome: Outcome) -> None:
        ticket = letter.ticket.number if letter.ticket else None
        line = log.bind(letter=letter.id, to=letter.place.address, fact=type(letter.fact).__name__, ticket=ticket)
        match outcome:
            case Delivered():
                line.info("found_again" if outcome.adopted else "said", message=outcome.message)
            case TooFast():
                self._pace.refused(letter.place.address, outcome.seconds)
                line.warning("too_fast", wait=outcome.seconds)
            case _:
                line.warning("not_said", outcome=type(outcome).__name__, why=getattr(outcome, "why", None))


def _uncancel() -> None:
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
