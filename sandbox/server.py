"""The only place that makes the town a web application: the Bot API, its files, and the page of phones."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.dispatch import Dispatch, Reply, refused
from sandbox.errors import Refusal
from sandbox.requests import sent_with
from sandbox.serving import Serving as Serving
from sandbox.town import Town
from sandbox.webhooks import RETRIES, deliver_webhooks

if TYPE_CHECKING:
    from sandbox.scene import Scene


def make_app(town: Town, scene: "Scene | None" = None, *, webhook_retries: Sequence[float] = RETRIES) -> Starlette:
    """The Bot API of `town` under /bot and /file/bot; with a scene also the page of phones under /.

    `webhook_retries`: seconds between the tries to deliver to a webhook; the last one repeats.
    """
    dispatch = Dispatch(town)

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        delivery = asyncio.create_task(deliver_webhooks(dispatch, webhook_retries))
        yield
        delivery.cancel()
        await asyncio.gather(delivery, return_exceptions=True)

    def release() -> None:
        """Lets go of everybody who waits, so that the server can close."""
        dispatch.closing.set()
        town.changed.interrupt()

    routes = _bot_api(dispatch)
    if scene is not None:
        from sandbox.page import routes as page  # the Bot API alone needs no templates

        routes += page(town, scene)
    app = Starlette(routes=routes, lifespan=life, exception_handlers={404: nothing_here})
    app.state.release = release
    return app


def _bot_api(dispatch: Dispatch) -> list[BaseRoute]:
    async def call(request: Request) -> Response:
        path = request.path_params
        try:
            sent = await sent_with(request)
        except Refusal as refusal:
            return answered(refused(refusal))
        except ClientDisconnect:  # killed in the middle of a request: nobody waits for an answer
            return Response(status_code=499)
        return answered(await dispatch.answer(path["token"], path["method"], sent))

    async def download(request: Request) -> Response:
        path, town = request.path_params, dispatch.town
        file = town.files.at(path["path"], town.now()) if path["token"] in town.bots else None
        if file is None:
            return answered(refused(Refusal(404, "Not Found")))
        return Response(file.data, media_type=file.mime or "application/octet-stream")

    return [
        Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", download),
    ]


def answered(reply: Reply) -> Response:
    if isinstance(reply.body, str):
        return HTMLResponse(reply.body, reply.status, reply.headers)
    return JSONResponse(reply.body, reply.status, reply.headers)


async def nothing_here(request: Request, error: Exception) -> Response:
    return answered(refused(Refusal(404, "Not Found")))
