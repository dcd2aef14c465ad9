"""The board on the network: the only place that opens its port."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette

GRACE = 2  # seconds that requests under way may take when the program ends


class Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to whoever runs us."""
        yield


class Serving:
    """Serves an app; `open` takes the port (OSError where it cannot), `close` lets go of it."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        self._host, self.port = host, port
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=GRACE, server_header=False
        )
        self._server = Server(config)
        self._task: asyncio.Task[None] | None = None

    def open(self) -> "asyncio.Task[None]":
        """The task that serves; it ends only by `close`, or by a fault."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((self._host, self.port))
        except OSError:
            listening.close()
            raise
        self.port = listening.getsockname()[1]
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]), name="board")
        return self._task

    async def close(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
