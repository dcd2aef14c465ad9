"""Whether residents' untagged words reach us: the only place that asks Telegram for our part in each of their groups.

What changes later Telegram tells by itself (bot/handlers/arrivals.py).
"""

import asyncio

import structlog
from telegram import ChatMember
from telegram.error import BadRequest, Forbidden

from bot.loop import Loop
from bot.shore import chat_id, why
from bot.wire import Line
from tracker.desk import Desk
from tracker.errors import DatabaseAway
from tracker.views import PlaceView

MEMBER = (ChatMember.MEMBER, ChatMember.RESTRICTED)

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Rights:
    """Asks once a start and group; coordinators are told of each in which we hear commands only."""

    def __init__(self, line: Line, desk: Desk, bot_id: int, *, reads_all: bool) -> None:
        """`reads_all`: privacy mode is off (core.telegram.org/bots/faq), and nothing needs to be asked."""
        self._line, self._desk, self._bot_id, self._reads_all = line, desk, bot_id, reads_all
        self._asked: set[str] = set()
        self.loop = Loop("rights", self.once, every=60.0)

    async def once(self) -> int:
        """Tells 0 always: the sender finds by itself what there is to say."""
        if self._reads_all:
            return 0
        try:
            for place in await asyncio.to_thread(self._desk.places):
                if place.kind == "residents" and place.address not in self._asked:
                    await self._ask(place)
                    self._asked.add(place.address)
        except DatabaseAway:
            raise
        except Exception as error:  # Telegram is away: at the next pass
            log.info("rights_put_off", why=why(error))
        return 0

    async def _ask(self, place: PlaceView) -> None:
        try:
            member = await self._line.raw("getChatMember", chat_id=chat_id(place.address), user_id=self._bot_id)
        except (BadRequest, Forbidden):  # not in it: whoever sends there finds out
            return
        if member["status"] in MEMBER:
            await asyncio.to_thread(self._desk.visit, "rights", lambda visit: visit.register.unheard(place))
