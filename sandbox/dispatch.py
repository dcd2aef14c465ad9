"""The only place that answers a call: bot, method, scripted faults, the work, and remembering it."""

import asyncio
import inspect
from dataclasses import dataclass, field
from typing import Any

from sandbox.api import METHODS
from sandbox.api.ask import Ask
from sandbox.api.params import Sent
from sandbox.api.registry import Done, Method
from sandbox.errors import Refusal
from sandbox.faults import Fault
from sandbox.town import Bot, Town
from sandbox.town.calls import Call

NOT_FOUND = Refusal(404, "Not Found")
UNAUTHORIZED = Refusal(401, "Unauthorized")
LOGGED_OUT = Refusal(400, "Logged out")


@dataclass(frozen=True)
class Reply:
    """What goes back over HTTP; a string body is HTML."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


class Dispatch:
    def __init__(self, town: Town) -> None:
        self.town = town
        self.closing = asyncio.Event()

    async def answer(self, token: str, name: str, sent: Sent) -> Reply:
        """Carries out one call and answers as the Bot API does."""
        bot, method = self.town.bots.get(token), METHODS.get(name.lower())
        spelled = method.name if method else name
        fault = self.town.fault_for(spelled, sent.fields.get("chat_id"))
        if fault is None:
            return await self._work(bot, method, spelled, sent)
        if fault.after_accepting:
            await self._work(bot, method, spelled, sent)
        return await self._suffer(fault, bot, spelled, sent)

    async def _work(self, bot: Bot | None, method: Method | None, name: str, sent: Sent) -> Reply:
        notes: list[str] = []
        try:
            result = await self._result(bot, method, sent, notes)
        except Refusal as refusal:
            self._remember(bot, name, sent, refusal.code, error=refusal.description, notes=notes)
            return refused(refusal)
        told = {"description": result.description} if isinstance(result, Done) else {}
        value = result.result if isinstance(result, Done) else result
        self._remember(bot, name, sent, 200, result=value, notes=notes)
        return Reply(200, {"ok": True, "result": value, **told})

    async def _result(self, bot: Bot | None, method: Method | None, sent: Sent, notes: list[str]) -> Any:
        if bot is None:
            raise UNAUTHORIZED
        if method is None:
            raise NOT_FOUND
        if bot.logged_out:
            raise LOGGED_OUT
        given = {*sent.fields, *(name for name in sent.files if f"attach://{name}" not in str(sent.fields))}
        notes.extend(f"unknown parameter {name}" for name in sorted(given - method.params))
        result = method.work(Ask(self.town, bot, sent, self.closing.is_set, notes))
        return await result if inspect.isawaitable(result) else result

    def _remember(self, bot: Bot | None, name: str, sent: Sent, status: int, **more: Any) -> None:
        notes = tuple(more.pop("notes", ()))
        self.town.note(Call(bot, name, sent.decoded(), status, at=self.town.now(), notes=notes, **more))

    async def _suffer(self, fault: Fault, bot: Bot | None, name: str, sent: Sent) -> Reply:
        if fault.hang:
            await self._sleep(fault.hang)
        if not fault.after_accepting:
            self._remember(bot, name, sent, fault.status, error=fault.words(), scripted=True)
        if fault.body is not None:
            return Reply(fault.status, fault.body)
        wait = {"retry_after": fault.retry_after} if fault.retry_after is not None else {}
        return refused(Refusal(fault.status, fault.words(), **wait))

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return


def refused(refusal: Refusal) -> Reply:
    wait = refusal.parameters.get("retry_after")
    return Reply(refusal.code, refusal.body(), {"Retry-After": str(wait)} if wait is not None else {})
