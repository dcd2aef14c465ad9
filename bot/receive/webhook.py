"""What Telegram brings us: the only place that takes its posts in, and says 200 once an update is committed."""

import asyncio
import hmac
import json
from collections import Counter
from urllib.parse import urlsplit

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.receive.keeping import Keeping, Row, row_of
from bot.shore import why
from tracker.errors import DatabaseAway

# A message of 4,096 characters with entities, a keyboard and the message it answers stays under 100 KB; ten times that.
LARGEST = 2**20  # bytes
AT_ONCE = 100  # posts under way; Telegram itself opens no more connections, and each holds one update at most
READ_WITHIN = 20.0  # seconds a post may take to arrive
KEPT_WITHIN = 20.0  # seconds it may wait for its commit; Telegram would wait longer, but learn nothing
SOON, LATER = 1, 5  # seconds until Telegram comes again: when we are busy; when the database is away
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header is no secret

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Letterbox:
    """The route under the webhook's address. Until `open` it is known, but Telegram is asked to come again."""

    def __init__(self, url: str, secret: str, *, tally: Counter[str], kept_within: float = KEPT_WITHIN) -> None:
        self._path, self._secret = urlsplit(url).path or "/", secret.encode()
        self._tally, self._kept_within = tally, kept_within
        self._sack: Sack | None = None
        self._inside = 0

    def open(self, keeping: Keeping) -> None:
        self._sack = Sack(keeping)

    @property
    def route(self) -> Route:
        return Route(self._path, self.take, methods=["POST"])

    async def take(self, request: Request) -> Response:
        if not self._sent_by_telegram(request):
            self._tally["posts_refused"] += 1  # no line in the log: strangers could fill it
            return Response(status_code=403)
        if self._sack is None or self._inside >= AT_ONCE:
            return come_again(SOON)
        self._inside += 1
        try:
            return await self._take(request, self._sack)
        finally:
            self._inside -= 1

    def _sent_by_telegram(self, request: Request) -> bool:
        given = request.headers.get(SECRET_HEADER, "").encode("latin-1")
        return hmac.compare_digest(given, self._secret)

    async def _take(self, request: Request, sack: "Sack") -> Response:
        try:
            async with asyncio.timeout(READ_WITHIN):
                body = await read(request)
        except (ClientDisconnect, TimeoutError):
            return Response(status_code=408)
        if body is None:
            log.error("post_too_large", largest=LARGEST)
            return Response(status_code=413)
        row = row_in(body)
        return await self._kept(row, sack) if row else Response()

    async def _kept(self, row: Row, sack: "Sack") -> Response:
        try:
            async with asyncio.timeout(self._kept_within):
                await sack.put(row)
        except (DatabaseAway, TimeoutError):
            return come_again(LATER)
        except Exception as error:
            log.error("update_not_kept", update=row[0], why=why(error))
            return come_again(LATER)
        return Response()


class Sack:
    """Posts that arrive while a commit is under way share the next one: a storm costs one connection, few commits."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._waiting: list[tuple[Row, asyncio.Future[Exception | None]]] = []
        self._emptying: asyncio.Task[None] | None = None
        self._away = False

    async def put(self, row: Row) -> None:
        """Returns once the row is committed; raises what kept it from being so."""
        kept: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, kept))
        if self._emptying is None or self._emptying.done():
            self._emptying = asyncio.create_task(self._empty(), name="letterbox")
        if error := await kept:
            raise error

    async def _empty(self) -> None:
        while self._waiting:
            taken = [each for each in self._waiting if not each[1].done()]  # who gave up comes again
            self._waiting = []
            # In the order of their ids, so that two machines never wait for each other's rows.
            error = await self._commit(sorted((row for row, _ in taken), key=lambda row: row[0]))
            for _, kept in taken:
                if not kept.done():
                    kept.set_result(error)

    async def _commit(self, rows: list[Row]) -> Exception | None:
        try:
            await self._keeping.store(rows)
        except Exception as error:
            self._note(error)
            return error
        if self._away:
            log.info("database_back", loop="webhook")
        self._away = False
        return None

    def _note(self, error: Exception) -> None:
        if isinstance(error, DatabaseAway) and not self._away:
            self._away = True
            log.warning("database_away", loop="webhook", why=str(error))


async def read(request: Request) -> bytes | None:
    """The body, or None once it is larger than LARGEST: the rest is not kept, whether or not its length was told."""
    told = request.headers.get("Content-Length", "")
    if told.isdecimal() and int(told) > LARGEST:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)


def row_in(body: bytes) -> Row | None:
    """The update in a post. None where it is not for us, or is none: then Telegram would only bring it again for a
    day and hold back everything else of that chat, so it is taken, and the log tells.
    """
    try:
        update = json.loads(body.decode("utf-8", "replace"))  # one bad byte should not cost a neighbour his report
    except (ValueError, RecursionError):
        log.warning("post_unreadable", bytes=len(body))
        return None
    return row_of(update)


def come_again(seconds: int) -> Response:
    return Response(status_code=503, headers={"Retry-After": str(seconds)})
