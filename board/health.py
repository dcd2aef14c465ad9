"""Whether the house stands: the only place for /healthz (alive), /readyz (doing its work) and /metrics."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from board.figures import Figures
from board.signs import Signs
from tracker.desk import Health

POLLED_WITHIN = 90.0  # seconds; a long poll takes 25
ALIVE_WITHIN = 25.0  # seconds since a loop's last pass; its longest rest is 10
HANDLED_WITHIN = DECIDED_WITHIN = timedelta(seconds=60)
SPOKEN_WITHIN = 60.0  # seconds; a queue that moves is slow and does not stand still
LED_WITHIN = 30.0  # seconds without anybody who leads; a takeover takes 20
AUDITED_WITHIN = 180.0  # seconds; an audit comes each minute


def make_app(health: Callable[[], Health], signs: Callable[[], Signs], routes: Sequence[BaseRoute] = ()) -> Starlette:
    """`health` may block and is asked in a thread; `routes` are served besides our own."""

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:
        checks = ready(await asyncio.to_thread(health), signs())
        well = all(checks.values())
        return JSONResponse({"ready": well, "checks": checks}, status_code=200 if well else 503)

    async def metrics(request: Request) -> Response:
        seen, shown = await asyncio.to_thread(health), signs()
        registry = CollectorRegistry()
        registry.register(Figures(seen, shown, is_ready=all(ready(seen, shown).values())))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics), *routes],
    )


def ready(health: Health, signs: Signs) -> dict[str, bool]:
    """Each condition by name; all of them must hold. What the leading machine does is asked of no other."""
    checks = {
        "database": health.database,
        "updates": health.oldest_update is None or signs.now - health.oldest_update < HANDLED_WITHIN,
        "engine": signs.leads or _is_led(health),
        "clock_right": signs.clock_right is not False,
        **_hears(signs),
        **(_leads_well(health, signs) if signs.leads else {}),
    }
    for name, age in signs.loops.items():  # some are of the same name as what they do
        checks[name] = checks.get(name, True) and age is not None and age < ALIVE_WITHIN
    return checks


def _hears(signs: Signs) -> dict[str, bool]:
    """Updates can come in. A machine that stands by and is sent nothing has nothing to hear."""
    if signs.webhook is not None:
        return {"telegram": signs.webhook}
    return {"telegram": signs.polled is not None and signs.polled < POLLED_WITHIN} if signs.leads else {}


def _is_led(health: Health) -> bool:
    return health.engine_left is not None and health.engine_left > -LED_WITHIN


def _leads_well(health: Health, signs: Signs) -> dict[str, bool]:
    speaking = signs.spoke is not None and signs.spoke < SPOKEN_WITHIN
    return {
        "deadlines": health.overdue_clock is None or signs.now - health.overdue_clock < DECIDED_WITHIN,
        "letters": health.late_letter is None or speaking,
        "audit": signs.audited is not None and signs.audited < AUDITED_WITHIN and not signs.findings,
    }
