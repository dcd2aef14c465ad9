"""Whether this machine leads: the only place that asks for the engine's lease and knows how long our word for it holds.

Two machines that both believe they lead do no harm (tracker/leases.py); here is made sure that it is rare. We believe
it for a second less than the lease lasts, counted from when we asked and on a clock that goes on while the machine
sleeps: whoever was frozen wakes without trust, before anybody could tell him.
"""

import asyncio
import os
import secrets
import socket

import structlog

from bot.app.gap import Gap
from bot.loop import Loop, Ticks, since_boot
from bot.shore import why
from tracker.desk import Desk, Held, Rival

RENEWED_EVERY = 5.0  # seconds; three tries before a lease ends
ASKED_EVERY = 1.0  # seconds; whoever stands by takes over at most so long after the lease has ended
MARGIN = 1.0  # seconds that our trust ends before the lease does: clocks do not run quite alike
LONGEST_GOODBYE = 1.0  # seconds; an ending program waits for the database no longer

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Lease:
    """Asks again and again; `changed` is set after each answer."""

    def __init__(self, desk: Desk, mode: str, *, ticks: Ticks = since_boot) -> None:
        """`mode`: how updates come in, for the others to see."""
        self._desk, self._mode, self._ticks = desk, mode, ticks
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"  # no process has another's
        self.term: int | None = None
        self._trusted_until = 0.0
        self._rival: Rival | None = None
        self._unmoved_since = 0.0
        self._gap = Gap(desk)
        self.changed = asyncio.Event()
        self.loop = Loop("engine", self.once, every=ASKED_EVERY)

    def trusted(self) -> bool:
        """Whether we may begin what only one machine should do."""
        return self.seconds_left() > 0

    def seconds_left(self) -> float:
        return self._trusted_until - self._ticks()

    async def once(self) -> int:
        """Ask for the lease, or renew it; a late answer counts from when we asked."""
        asked = self._ticks()
        answer = await asyncio.to_thread(
            self._desk.hold_engine, self.holder, self._mode, term=self.term, unmoved=self._gone(asked)
        )
        if isinstance(answer, Held):
            self.term, self._rival = answer.term, None
            self._trusted_until = asked + answer.seconds - MARGIN
            self.loop.every = RENEWED_EVERY
            self._gap.ended(answer.term, answer.vacant)
        else:
            self._stand_by(answer, asked)
        self.changed.set()
        await self._gap.tell()
        return 0

    def _gone(self, asked: float) -> Rival | None:
        """Who has not renewed for as long as a lease lasts, whatever the database's clock says of it."""
        rival = self._rival
        return rival if rival and asked - self._unmoved_since > rival.seconds else None

    def _stand_by(self, rival: Rival, asked: float) -> None:
        known, self._rival = self._rival, rival
        self.term, self._trusted_until = None, 0.0
        self.loop.every = ASKED_EVERY
        if rival != known:
            self._unmoved_since = asked
        if known is None or (rival.holder, rival.term) != (known.holder, known.term):
            log.info("standing_by", leads=rival.holder, term=rival.term)
            if rival.mode != self._mode:
                cure = "give every machine the same LINLIBAN_WEBHOOK_URL, or none of them one"
                log.error("modes_differ", ours=self._mode, theirs=rival.mode, cure=cure)

    async def release(self) -> None:
        """We end: let somebody else in at once. A lease that cannot be given back ends by itself."""
        term, self.term, self._trusted_until = self.term, None, 0.0
        if term is None:
            return
        try:
            async with asyncio.timeout(LONGEST_GOODBYE):
                await asyncio.to_thread(self._desk.release_engine, self.holder, term)
        except Exception as error:
            log.warning("engine_not_released", why=why(error))
