"""How fast one bot may speak: the only place for its share of Telegram's limit. A chat's pace is kept by the desk.

Thirty messages a second and bot, says Telegram's FAQ. A message counts when it arrives there, at a moment between our
asking and the answer that we never learn. So each takes one of thirty seats when it leaves, and gives it back a second
after its answer, less the quickest trip of late, which all have in common: whatever delays one on its way, no second
holds a thirty-first. Where nothing is delayed they leave evenly, a little slower than Telegram allows.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.loop import Sleep
from tracker.clock import Clock
from tracker.outcomes import NotSent, TooFast, Unasked

SEATS = 30
SECOND = timedelta(seconds=1.002)  # a hair more, since a moment kept as a float is a little off
GAP = timedelta(seconds=1 / 29.7)
BURST = 8  # so many may leave at once after a silence, or to make up for a moment in which this machine was busy
PATIENCE = timedelta(seconds=2)  # what cannot leave within that is given back: somebody else may be quicker
TRIPS = 64  # the quickest of so many is what every trip takes
ALARM = timedelta(seconds=5)
CHATS_FOR_A_PAUSE = 3  # so many chats refused within ALARM: it is not a chat that is too fast but we are
LOST_FOR_A_PAUSE = 3  # so many in a row that never left us: it is not a chat that is away but Telegram
LONGEST_PAUSE = timedelta(seconds=30)


@dataclass(eq=False)
class Trip:
    """One message's way to Telegram and back: booked, then it `departs`, then it is `over`."""

    pace: "Pace"
    messages: int = 1  # an album counts each of its photos
    left: datetime | None = None
    written: datetime | None = None
    back: datetime | None = None

    async def departs(self) -> bool:
        """Wait for its turn, in the order of asking; false when that would take too long, and nothing may be asked."""
        return await self.pace.depart(self)

    def wrote(self) -> None:
        """The last of it has been written: until here it was we who took our time."""
        self.written = self.pace.clock.now()

    def over(self) -> None:
        """The answer came, or nobody will be asked."""
        self.pace.arrive(self)


@dataclass(eq=False)
class Pace:
    """Counts letters, photos and edits alike, on the tracker's clock, however that is turned."""

    clock: Clock
    sleep: Sleep = asyncio.sleep
    seats: int = SEATS
    _even: datetime | None = None  # where the even row of departures stands
    _trips: list[Trip] = field(default_factory=list)
    _took: deque[timedelta] = field(default_factory=lambda: deque(maxlen=TRIPS))
    _booked: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _refused: dict[str, datetime] = field(default_factory=dict)
    _lost: int = 0
    _paused: tuple[datetime, datetime] | None = None  # since when, and until when

    def free(self, ahead: timedelta = timedelta(0)) -> int:
        """How many more messages may leave now, or until `ahead` from now."""
        now = self.clock.now()
        if self.is_paused:
            return 0
        if self._lost >= LOST_FOR_A_PAUSE:
            return max(1 - self._booked, 0)  # one tries for all
        even = int((now + ahead - self._row(now)) / GAP) + BURST
        return max(min(even, self.seats - self._taken(now, now + ahead)) - self._booked, 0)

    def free_at(self, messages: int = 1) -> datetime:
        """When the next message may leave: now or later."""
        now = self.clock.now()
        return max(self._paused_until(now), self._row(now) - (BURST - 1) * GAP, self._seat_at(now, messages))

    @property
    def is_paused(self) -> bool:
        now = self.clock.now()
        return self._paused_until(now) > now

    def book(self, messages: int = 1) -> Trip:
        """A message that will want to leave: nobody else is promised its seat."""
        self._booked += messages
        return Trip(self, messages)

    async def depart(self, trip: Trip) -> bool:
        async with self._turn:
            waited = timedelta(0)
            while (wait := self.free_at(trip.messages) - (now := self.clock.now())) > timedelta(0):
                waited += wait
                if waited > PATIENCE:
                    return False
                await self.sleep(wait.total_seconds())
                if self.clock.now() == now:  # a clock that stands still: we have waited for long enough
                    break
            now = self.clock.now()
            self._booked -= trip.messages
            self._even = self._row(now) + trip.messages * GAP
            trip.left = now
            self._trips.append(trip)
            return True

    def arrive(self, trip: Trip) -> None:
        if trip.left is None:
            self._booked -= trip.messages
        elif trip.back is None:
            now = self.clock.now()
            self._took.append(max(now - (trip.written or trip.left), timedelta(0)))
            trip.back = now + SECOND - min(self._took)

    def note(self, address: str, outcome: object) -> None:
        """How it ended: when many chats refuse us, or nothing leaves us any more, the whole bot holds its breath."""
        match outcome:
            case TooFast(seconds):
                self._refuse(address, seconds)
            case NotSent():
                self._lose()
        if not isinstance(outcome, NotSent | Unasked):
            self._lost = 0

    def _refuse(self, address: str, seconds: float) -> None:
        now = self.clock.now()
        self._refused[address] = now
        self._refused = {a: at for a, at in self._refused.items() if now - ALARM < at <= now}
        if len(self._refused) >= CHATS_FOR_A_PAUSE:
            self._pause(timedelta(seconds=seconds))
            self._refused.clear()

    def _lose(self) -> None:
        """From now on one tries now and then, and the others wait for it."""
        self._lost += 1
        if self._lost >= LOST_FOR_A_PAUSE:
            self._pause(min(timedelta(seconds=2 ** min(self._lost - LOST_FOR_A_PAUSE, 9)), LONGEST_PAUSE))

    def _pause(self, span: timedelta) -> None:
        now = self.clock.now()
        self._paused = now, max(now + span, self._paused_until(now))

    def _paused_until(self, now: datetime) -> datetime:
        """Now, where there is no pause; one that begins later than now is from before the clock was set back."""
        since, until = self._paused or (now, now)
        return until if since <= now < until else now

    def _row(self, now: datetime) -> datetime:
        """The even row goes on from now where it lies behind, or where the clock was set back."""
        if self._even is None or not now < self._even < now + SECOND:
            return now
        return self._even

    def _taken(self, now: datetime, at: datetime) -> int:
        """Seats that will not be free again `at` that moment; one left later than now was before the clock was set."""
        self._trips = [trip for trip in self._trips if trip.left is not None and trip.left <= now]
        self._trips = [trip for trip in self._trips if trip.back is None or trip.back > now]
        return sum(trip.messages for trip in self._trips if trip.back is None or trip.back > at)

    def _seat_at(self, now: datetime, messages: int) -> datetime:
        """When enough seats are free; what is still under way may be answered any moment."""
        over = self._taken(now, now) + messages - self.seats
        if over <= 0:
            return now
        for trip in sorted(self._trips, key=lambda trip: trip.back or now + GAP):
            over -= trip.messages
            if over <= 0:
                return trip.back or now + GAP
        return now + GAP
