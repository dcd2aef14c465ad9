"""A TCP line that a test may cut, freeze or slow down: bytes go through it to a server, until they do not."""

import asyncio
from contextlib import suppress
from types import TracebackType


class Proxy:
    """`async with Proxy(host, port) as line:` listens on `line.port`.

    `swallow()`: the line is half open. Nothing arrives any more at either end, and neither is told; new ones are
    accepted and get no answer. `cut()`: reset, at both ends. `open()`: as new. `delay`: seconds each piece takes.
    """

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._lines: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._swallows = False
        self.delay = 0.0
        self.port = 0

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def swallow(self) -> None:
        self._swallows = True

    def open(self) -> None:
        """For lines that begin now: what was swallowed is lost, and those lines stay dead."""
        self._swallows = False

    def cut(self) -> None:
        for line in self._lines:
            line.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        if self._swallows:
            return  # accepted by the machine, and that was all
        try:
            there, back = await asyncio.open_connection(self._host, self._port)
        except ConnectionError:  # nobody is at home at the other end
            writer.transport.abort()
            return
        self._lines.add(back)
        for source, target in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._pass_on(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        dead = False
        with suppress(ConnectionError):
            while piece := await source.read(65536):
                dead = dead or self._swallows
                if dead:
                    continue
                await asyncio.sleep(self.delay)
                target.write(piece)
                await target.drain()
            if not dead:
                target.close()
