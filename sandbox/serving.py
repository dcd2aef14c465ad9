"""The only place that opens a port: on this machine's loopback and nowhere else."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from types import TracebackType

import uvicorn
from starlette.applications import Starlette

PATIENCE = 2.0  # seconds that open requests get when the server closes


class Serving:
    """`async with Serving(app) as s:` serves on loopback; `s.url` is where. Port 0 takes a free one."""

    def __init__(self, app: Starlette, port: int = 0, host: str = "127.0.0.1") -> None:
        if not ip_address("127.0.0.1" if host == "localhost" else host).is_loopback:
            raise ValueError(f"the practice Telegram serves this machine only, not {host}")
        self.app = app
        self.host = host
        self.port = port

    @property
    def url(self) -> str:
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"

    async def __aenter__(self) -> "Serving":
        listening = self._listen()
        self.port = listening.getsockname()[1]
        self._server = Server(uvicorn.Config(self.app, log_config=None, access_log=False, lifespan="on"))
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]))
        while not self._server.started:
            if self._task.done():
                self._task.result()
                raise RuntimeError("the practice Telegram did not start")
            await asyncio.sleep(0.001)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        release = getattr(self.app.state, "release", lambda: None)
        self._server.leave()
        while not self._task.done():  # whoever began to wait a moment ago is let go too
            release()
            await asyncio.wait([self._task], timeout=0.01)
        self._task.result()

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        # named TCP, since asyncio sends without delay only on sockets that say so
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((self.host, self.port))
            listening.listen(512)
        except OSError:
            listening.close()
            raise
        return listening


class Server(uvicorn.Server):
    """uvicorn that leaves at once when asked: hundreds of tests each start and stop one."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._leaving = asyncio.Event()

    def leave(self) -> None:
        self.should_exit = True
        self._leaving.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to whoever runs us."""
        yield

    async def main_loop(self) -> None:
        ticks = 0
        while not await self.on_tick(ticks):
            ticks = (ticks + 1) % 864_000
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), 0.1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._last_answers(), PATIENCE)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()

    async def _last_answers(self) -> None:
        while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110, nobody rings when they end
            await asyncio.sleep(0.001)
