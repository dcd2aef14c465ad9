"""Telegram's menu of commands: the only place that sets it, by scope and person. Cosmetics, never access control."""

import asyncio

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

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Menus:
    """Sets what is not yet set; who takes a part or opens his chat later gets his menu at the next pass."""

    def __init__(self, bot: Bot, desk: Desk) -> None:
        self._bot, self._desk = bot, desk
        self._set: set[tuple[str, str]] = set()  # (whose, part)
        self._refused: set[tuple[str, str]] = set()  # tried again when they open their chat with us
        self._open: set[str] = set()
        self.loop = Loop("menus", self.once, every=60.0)

    async def once(self) -> int:
        """Tells 0 always: a menu is nobody's business but the reader's."""
        try:
            for scope, part in EVERYBODY:
                await self._everybody(scope, part)
            staff, opened = await asyncio.to_thread(self._staff)
            self._refused -= {(address, part) for address, part in staff if address in opened - self._open}
            self._open = opened
            for address, part in staff:
                await self._person(address, part)
        except DatabaseAway:
            raise
        except Exception as error:  # a menu is not worth ending the program
            log.info("menus_put_off", why=why(error))
        return 0

    async def _everybody(self, scope: BotCommandScope, part: str) -> None:
        if (scope.type, part) in self._set:
            return
        for language in LANGUAGES:
            code = None if language == "zh" else language  # who reads neither language gets the Chinese menu
            await self._bot.set_my_commands(menu(part, language), scope=scope, language_code=code)
        self._set.add((scope.type, part))

    async def _person(self, address: str, part: str) -> None:
        if (address, part) in self._set | self._refused:
            return
        try:
            for language in LANGUAGES:
                code = None if language == "zh" else language
                scope = BotCommandScopeChat(chat_id(address))
                await self._bot.set_my_commands(menu(part, language), scope=scope, language_code=code)
        except (BadRequest, Forbidden) as error:
            log.debug("menu_refused", chat=address.rpartition(":")[2], why=why(error))
            self._refused.add((address, part))
        else:
            self._set.add((address, part))

    def _staff(self) -> tuple[list[tuple[str, str]], set[str]]:
        """Everybody with a part, and whose chats are open."""
        people = [person for each in self._desk.communities() for person in self._desk.people(each.id)]
        staff = [(person.address, _part(person)) for person in people if person.address and person.is_staff]
        return staff, self._desk.open_chats()


def _part(person: Somebody) -> str:
    return "coordinator" if person.has(RoleKind.COORDINATOR, RoleKind.SECRETARY) else "worker"
