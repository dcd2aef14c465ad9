"""Telegram's menu of commands: the only place that sets it, by scope and person. Cosmetics, never access control."""

import asyncio
from hashlib import sha256

import structlog
from telegram import (
    Bot,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, Forbidden

from bot.loop import Loop
from bot.messages.catalogue import LANGUAGES
from bot.messages.menus import menu
from bot.shore import chat_id, why
from tracker.desk import Desk
from tracker.errors import DatabaseAway
from tracker.states import RoleKind
from tracker.views import Somebody

EVERYBODY: tuple[tuple[BotCommandScope, str], ...] = (
    (BotCommandScopeDefault(), "resident"),
    (BotCommandScopeAllPrivateChats(), "resident"),
    (BotCommandScopeAllGroupChats(), "group"),
)

STAFF = ("worker", "coordinator")  # the part with more say last
CODES = {each: None if each == "zh" else each for each in LANGUAGES}  # who reads none of them gets the Chinese menu

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Menus:
    """Sets what is not set yet, and takes away what somebody has no part for any more.

    Which chat has which menu is kept by the desk, for this bot and these words: a program that begins anew sets only
    what has changed.
    """

    def __init__(self, bot: Bot, desk: Desk, bot_id: int) -> None:
        self._bot, self._desk = bot, desk
        self._marks = {part: f"{bot_id}:{_fingerprint(part)}" for part in STAFF}
        self._set: set[str] = set()  # the scopes of everybody
        self._asked: set[tuple[str, str]] = set()  # (whose, part): given or refused, not asked for each minute
        self._open: set[str] = set()  # whose chats: what was refused before is tried again when he opens his
        self.loop = Loop("menus", self.once, every=60.0)

    async def once(self) -> int:
        """Tells 0 always: a menu is nobody's business but the reader's."""
        try:
            for scope, part in EVERYBODY:
                await self._everybody(scope, part)
            wanted, there = await asyncio.to_thread(self._look)
            for address, part in wanted.items():
                if there.get(address) != self._marks[part] and (address, part) not in self._asked:
                    await self._person(address, part)
            for address in there.keys() - wanted.keys():
                await self._nobody(address)
        except DatabaseAway:
            raise
        except Exception as error:  # a menu is not worth ending the program
            log.info("menus_put_off", why=why(error))
        return 0

    async def _everybody(self, scope: BotCommandScope, part: str) -> None:
        if scope.type not in self._set:
            await self._give(scope, part)
            self._set.add(scope.type)

    async def _person(self, address: str, part: str) -> None:
        try:
            await self._give(BotCommandScopeChat(chat_id(address)), part)
        except (BadRequest, Forbidden) as error:
            log.debug("menu_refused", chat=address.rpartition(":")[2], why=why(error))
        else:
            await asyncio.to_thread(self._desk.note_menu, address, self._marks[part])
        self._asked.add((address, part))

    async def _nobody(self, address: str) -> None:
        """He has no part any more; if he does not hear us either, he sees no menu."""
        try:
            for code in CODES.values():
                await self._bot.delete_my_commands(scope=BotCommandScopeChat(chat_id(address)), language_code=code)
        except (BadRequest, Forbidden) as error:
            log.debug("menu_refused", chat=address.rpartition(":")[2], why=why(error))
        await asyncio.to_thread(self._desk.note_menu, address, None)

    async def _give(self, scope: BotCommandScope, part: str) -> None:
        for language, code in CODES.items():
            await self._bot.set_my_commands(menu(part, language), scope=scope, language_code=code)

    def _look(self) -> tuple[dict[str, str], dict[str, str]]:
        """The part of everybody who has one, of several the one with most say; and which menus there are."""
        people = [person for each in self._desk.communities() for person in self._desk.people(each.id)]
        parts = [(_part(person), person.address) for person in people if person.is_staff and person.address]
        wanted = {address: part for part, address in sorted(parts, key=lambda each: STAFF.index(each[0]))}
        opened = self._desk.open_chats()
        self._asked = {
            (address, part) for address, part in self._asked & wanted.items() if address not in opened - self._open
        }
        self._open = opened
        return wanted, self._desk.menus()


def _part(person: Somebody) -> str:
    return "coordinator" if person.has(RoleKind.COORDINATOR, RoleKind.SECRETARY) else "worker"


def _fingerprint(part: str) -> str:
    words = [menu(part, language) for language in LANGUAGES]
    return f"{part}:{sha256(repr(words).encode()).hexdigest()[:12]}"
