"""The only place for the addresses of the practice page and the forms it takes."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import get_args

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.page import deeds
from sandbox.page.gate import Gate
from sandbox.page.live import changes
from sandbox.page.painter import Painter
from sandbox.page.stage import Cannot, Screen, Stage
from sandbox.page.tour import Tour
from sandbox.page.words import FIRST, LANGUAGES
from sandbox.scene import Scene, TurnTo
from sandbox.town import Town

STATIC = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600

Deed = Callable[[Screen, FormData], Awaitable[None]]


def routes(town: Town, scene: Scene) -> list[BaseRoute]:
    """The page at `/`, for a town whose people and chats are those of the scene."""
    return Page(Stage(town, scene)).routes()


class Page:
    def __init__(self, stage: Stage, tour: Tour | None = None) -> None:
        self.stage = stage
        self.tour = tour or Tour(stage)

    def routes(self) -> list[BaseRoute]:
        gate = [Middleware(Gate)]
        looks = {
            "/": self.home,
            "/part/{name}": self.part,
            "/live": self.live,
            "/picture/{file_id}": self.picture,
            "/sample/{name}": self.sample,
        }
        orders = {
            "/do/clock": self.turn,
            "/do/tour": self.guide,
            "/do/{phone:int}/{deed}": self.deed,
        }
        return [
            *(Route(path, look, methods=["GET"], middleware=gate) for path, look in looks.items()),
            *(Route(path, order, methods=["POST"], middleware=gate) for path, order in orders.items()),
            Mount("/static", StaticFiles(directory=STATIC), middleware=gate),
        ]

    def painter(self, request: Request) -> Painter:
        return Painter(self.stage, self.tour, request.cookies.get("language", FIRST))

    async def home(self, request: Request) -> Response:
        if (language := request.query_params.get("language")) in LANGUAGES:
            answer = RedirectResponse("/", status_code=303)
            answer.set_cookie("language", str(language), max_age=YEAR, samesite="strict", httponly=True)
            return answer
        return HTMLResponse(self.painter(request).page())

    async def part(self, request: Request) -> Response:
        try:
            return HTMLResponse(self.painter(request).part(request.path_params["name"]))
        except LookupError as error:
            return PlainTextResponse(str(error), 404)

    async def live(self, request: Request) -> Response:
        return StreamingResponse(changes(self.painter(request)), media_type="text/event-stream")

    async def picture(self, request: Request) -> Response:
        file = self.stage.town.files.kept.get(request.path_params["file_id"])
        if file is None or file.kind != "Photo":
            return PlainTextResponse("there is no such photo", 404)
        return Response(file.data, media_type="image/jpeg" if file.ending == "jpg" else "image/png")

    async def sample(self, request: Request) -> Response:
        try:
            return Response(deeds.sample(request.path_params["name"]), media_type="image/jpeg")
        except LookupError as error:
            return PlainTextResponse(str(error), 404)

    async def turn(self, request: Request) -> Response:
        to = (await request.form()).get("to")
        if to not in get_args(TurnTo):
            raise HTTPException(400, f"the clock cannot be turned to {to!r}")
        self.stage.clock_notice = None
        try:
            deeds.turn(self.stage, to)  # type: ignore[arg-type]  # checked above
        except Cannot as cannot:
            self.stage.clock_notice = cannot
        self.stage.town.changed.ring()
        return done(request, "clock")

    async def guide(self, request: Request) -> Response:
        form = await request.form()
        tour, step = self.tour, number_in(form, "step", -1)
        orders: dict[str, Callable[[], None]] = {
            "do": lambda: tour.try_step(step),
            "skip": lambda: tour.skip(step),
            "play": tour.play,
            "stop": tour.stop,
        }
        order = orders.get(str(form.get("order")))
        if order is None:
            raise HTTPException(400, f"the tour takes only these orders: {', '.join(orders)}")
        order()
        return done(request, "tour")

    async def deed(self, request: Request) -> Response:
        number, name = request.path_params["phone"], request.path_params["deed"]
        known: dict[str, Deed] = {
            "choose": self.choose,
            "say": self.say,
            "press": self.press,
            "start": self.start,
            "vote": self.vote,
            "hush": self.hush,
        }
        if number >= len(self.stage.screens) or name not in known:
            return PlainTextResponse(f"phone {number} knows no {name!r}", 404)
        screen = self.stage.screens[number]
        async with request.form() as form:
            with self.stage.answering(screen):
                await known[name](screen, form)
        return done(request, f"phone-{number}")

    async def choose(self, screen: Screen, form: FormData) -> None:
        self.stage.show(screen, number_in(form, "chat"), number_in(form, "who"))

    async def say(self, screen: Screen, form: FormData) -> None:
        text = str(form.get("text", "")).replace("\r\n", "\n").strip()
        if edited := number_in(form, "edit", 0):
            deeds.edit(self.stage, screen, edited, text)
        else:
            reply_to = number_in(form, "reply_to", 0) or None
            deeds.say(self.stage, screen, text, reply_to=reply_to, picture=await picture_in(form))

    async def press(self, screen: Screen, form: FormData) -> None:
        deeds.press(self.stage, screen, number_in(form, "message"), str(form.get("data", "")))

    async def start(self, screen: Screen, form: FormData) -> None:
        deeds.start(self.stage, screen, str(form.get("payload", "")))

    async def vote(self, screen: Screen, form: FormData) -> None:
        deeds.vote(self.stage, screen, number_in(form, "message"), number_in(form, "option"))

    async def hush(self, screen: Screen, form: FormData) -> None:
        """The pop-up has been read; `answering` has put it away."""


def done(request: Request, where: str) -> Response:
    """Our own script wants no page back; a browser without scripts gets the page again."""
    if "x-live" in request.headers:
        return Response(status_code=204)
    return RedirectResponse(f"/#{where}", status_code=303)


def number_in(form: FormData, name: str, otherwise: int | None = None) -> int:
    """A whole number from a form; an empty field counts as `otherwise`."""
    given = str(form.get(name, ""))
    if not given and otherwise is not None:
        return otherwise
    try:
        return int(given)
    except ValueError:
        raise HTTPException(400, f"{name} must be a whole number") from None


async def picture_in(form: FormData) -> bytes | None:
    """An uploaded photo, else the chosen sample, else nothing."""
    upload, name = form.get("upload"), str(form.get("picture", ""))
    if isinstance(upload, UploadFile) and upload.filename:
        return await upload.read(deeds.PICTURE_LIMIT + 1)
    try:
        return deeds.sample(name) if name else None
    except LookupError as error:
        raise HTTPException(400, str(error)) from None
