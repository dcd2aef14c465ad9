"""Whether the house stands: the only place for /healthz (alive), /readyz (doing its work) and /metrics."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tracker.desk import Health

POLLED_WITHIN = 90.0  # seconds; a long poll takes 25
ALIVE_WITHIN = 60.0  # seconds since a loop's last pass; its longest rest is 30
SENT_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Signs:
    """What only the running program knows. Ages are seconds of real time; None: not once yet."""

    now: datetime  # on the tracker's clock
    polled: float | None = None
    loops: Mapping[str, float | None] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


def make_app(health: Callable[[], Health], signs: Callable[[], Signs]) -> Starlette:
    """`health` may block and is asked in a thread."""

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:
        checks = ready(await asyncio.to_thread(health), signs())
        well = all(checks.values())
        return JSONResponse({"ready": well, "checks": checks}, status_code=200 if well else 503)

    async def metrics(request: Request) -> Response:
        registry = CollectorRegistry()
        registry.register(Figures(await asyncio.to_thread(health), signs()))
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)],
    )


def ready(health: Health, signs: Signs) -> dict[str, bool]:
    """Each condition by name; all of them must hold."""
    loops = {name: age is not None and age < ALIVE_WITHIN for name, age in signs.loops.items()}
    return {
        "database": health.database,
        "telegram": signs.polled is not None and signs.polled < POLLED_WITHIN,
        "letters": health.oldest_letter is None or signs.now - health.oldest_letter < SENT_WITHIN,
        **loops,
    }


class Figures(Collector):
    """One reading of health and signs, in Prometheus' words."""

    def __init__(self, health: Health, signs: Signs) -> None:
        self._health, self._signs = health, signs

    def collect(self) -> Iterator[Metric]:
        health, signs = self._health, self._signs
        yield _gauge("linliban_ready", "All conditions of /readyz hold", float(all(ready(health, signs).values())))
        yield _gauge("linliban_database_up", "The database answers", float(health.database))
        yield _gauge("linliban_updates_waiting", "Updates stored and not yet handled", health.waiting)
        yield _gauge("linliban_updates_parked", "Updates nobody could make sense of", health.parked)
        yield _gauge("linliban_letters_dead", "Messages that could not be said", health.dead)
        yield _gauge("linliban_letters_unsure", "Messages that may or may not have arrived", health.unsure)
        for name, since in (("update", health.oldest_update), ("letter", health.oldest_letter)):
            age = (signs.now - since).total_seconds() if since else 0.0
            yield _gauge(f"linliban_oldest_{name}_seconds", f"How long the oldest {name} has waited", max(age, 0.0))
        if signs.polled is not None:
            yield _gauge("linliban_polled_seconds", "Since Telegram last answered a poll", signs.polled)
        loops = GaugeMetricFamily("linliban_loop_seconds", "Since a loop's last pass", labels=["loop"])
        for loop, age_of_loop in signs.loops.items():
            if age_of_loop is not None:
                loops.add_metric([loop], age_of_loop)
        yield loops
        done = CounterMetricFamily("linliban_done", "What this process has done since it started", labels=["what"])
        for what, count in sorted(signs.counts.items()):
            done.add_metric([what], count)
        yield done


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)
