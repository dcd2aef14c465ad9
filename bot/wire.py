"""The wire to Telegram: the only place that opens connections to a Bot API server."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.settings import Settings
from bot.shore import NotAnyMore

CONNECT, READ, POOL = 5.0, 20.0, 5.0  # seconds; a short read time would leave many sends with unknown outcome
CONNECTIONS = 64
PATIENCE = 10.0  # seconds a long poll may overrun before we call the line dead
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

Heard = Callable[[str], None]


@dataclass(frozen=True)
class Watch:
    """Over what is asked: whether it may leave, and whom to tell when the last of it was written."""

    may_leave: Callable[[], bool]
    wrote: Callable[[], None]


_WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def only_while(so: Callable[[], bool], wrote: Callable[[], None]) -> Iterator[None]:
    """What is asked of Telegram in here leaves only while it is `so`; else NetworkError, caused by NotAnyMore.

    That is looked at as the last of a request is about to be written, and until then Telegram has heard nothing: this
    machine may stand still for a minute anywhere on the way there, and somebody else may have asked meanwhile.
    """
    token = _WATCH.set(Watch(so, wrote))
    try:
        yield
    finally:
        _WATCH.reset(token)


async def _look_once_more(request: httpx.Request) -> None:
    watch = _WATCH.get()
    if watch is None:
        return

    async def trace(event: str, _info: dict[str, Any]) -> None:
        if event == "http11.send_request_body.started" and not watch.may_leave():
            raise NotAnyMore
        if event == "http11.send_request_body.complete":
            watch.wrote()

    request.extensions["trace"] = trace


class Wire(HTTPXRequest):
    """Python-telegram-bot's HTTP, except that an answer which is no JSON object is not written to the log."""

    def __init__(self, telegram_url: str, connections: int, heard: Heard) -> None:
        async def tell_date(answer: httpx.Response) -> None:
            if answer.is_success and (date := answer.headers.get("date")):  # an error may be somebody's on the way
                heard(date)

        super().__init__(
            connection_pool_size=connections,
            read_timeout=READ,
            write_timeout=READ,
            connect_timeout=CONNECT,
            pool_timeout=POOL,
            httpx_kwargs={
                # A proxy of the machine's environment serves the world outside, never a server on this machine.
                "trust_env": urlsplit(telegram_url).hostname not in LOOPBACK,
                # Reading the certificates takes 50 ms a client, and plain http has no use for them.
                "verify": telegram_url.startswith("https:"),
                "event_hooks": {"request": [_look_once_more], "response": [tell_date]},
            },
        )

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer


class Line(Bot):
    """Telegram's methods, typed, and updates as they come: raw, so that one bad update spoils no other."""

    def __init__(self, settings: Settings, heard: Heard = lambda _: None) -> None:
        """`heard` is told the `Date` of each answer: what Telegram's clock says."""
        url = settings.telegram_url
        self._wires = Wire(url, CONNECTIONS, heard), Wire(url, 1, heard)
        super().__init__(
            settings.bot_token.get_secret_value(),
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=self._wires[0],
            get_updates_request=self._wires[1],
        )

    async def raw_updates(self, *, offset: int | None, wait: float, kinds: Sequence[str]) -> Any:
        """What getUpdates answers, unread. Waits up to `wait` seconds; raises Telegram's errors."""
        data = {"offset": offset, "timeout": int(wait), "limit": 100, "allowed_updates": list(kinds)}
        return await self._post("getUpdates", data, read_timeout=wait + PATIENCE)

    async def raw(self, method: str, **given: Any) -> Any:
        """What a method answers, unread, for servers that leave fields out; raises Telegram's errors."""
        return await self._post(method, given)

    def __repr__(self) -> str:
        return "Line"  # the library's own would show the token

    async def hang_up(self) -> None:
        """Close every connection."""
        for wire in self._wires:
            await wire.shutdown()
