"""One reading of health and signs in Prometheus' words: the only place that names our metrics (docs/operators.md)."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from board.signs import Signs
from tracker.desk import Health

KINDS = ("page", "notice", "card")


class Figures(Collector):
    def __init__(self, health: Health, signs: Signs, *, is_ready: bool) -> None:
        self._health, self._signs, self._is_ready = health, signs, is_ready

    def collect(self) -> Iterator[Metric]:
        yield _gauge("linliban_ready", "All conditions of /readyz hold", self._is_ready)
        yield _gauge("linliban_database_up", "The database answers", self._health.database)
        if self._health.database:
            yield from self._waiting()
            yield from self._storage()
        yield from self._machine()
        yield _labelled("linliban_audit_findings", "Found by the last audit", "code", self._findings())
        yield _counted("linliban_done", "What this process has done since it started", self._signs.counts.items())
        for lag in self._signs.lags:
            yield from lag.collect()

    def _waiting(self) -> Iterator[Metric]:
        health = self._health
        yield _gauge("linliban_updates_waiting", "Updates stored and not yet handled", health.waiting)
        yield _gauge("linliban_updates_parked", "Updates nobody could make sense of", health.parked)
        yield _gauge("linliban_letters_dead", "Messages that could not be said", health.dead)
        yield _gauge("linliban_letters_unsure", "Messages that may or may not have arrived", health.unsure)
        waiting = {kind: health.letters.get(kind) for kind in KINDS}
        counts = ((kind, queue.count if queue else 0) for kind, queue in waiting.items())
        ages = ((kind, self._age(queue.since if queue else None)) for kind, queue in waiting.items())
        yield _labelled("linliban_letters_waiting", "Messages to be said, now or later", "kind", counts)
        yield _labelled("linliban_oldest_letter_seconds", "Since the first of them could have been said", "kind", ages)
        yield _gauge("linliban_oldest_update_seconds", "How long the oldest update has waited",
                     self._age(health.oldest_update))  # fmt: skip
        yield _gauge("linliban_overdue_seconds", "How long the first due ticket has waited for a decision",
                     self._age(health.overdue_clock))  # fmt: skip

    def _storage(self) -> Iterator[Metric]:
        if self._health.bytes is not None:
            yield _gauge("linliban_database_bytes", "Size of the database", self._health.bytes)
        if self._health.disk_free is not None:
            yield _gauge("linliban_disk_free_bytes", "Room left where the database lies", self._health.disk_free)

    def _machine(self) -> Iterator[Metric]:
        health, signs = self._health, self._signs
        yield _gauge("linliban_engine", "This machine sweeps, sends and audits", signs.leads)
        yield _gauge("linliban_engine_term", "How often the engine's lease changed hands", health.engine_term)
        if health.engine_left is not None:
            yield _gauge("linliban_engine_seconds_left", "Until the engine's lease ends", health.engine_left)
        for name, meaning, age in (
            ("polled", "Since Telegram last answered a poll", signs.polled),
            ("spoke", "Since a message last reached Telegram", signs.spoke),
            ("audited", "Since the last audit", signs.audited),
        ):
            if age is not None:
                yield _gauge(f"linliban_{name}_seconds", meaning, age)
        ages = ((loop, age) for loop, age in signs.loops.items() if age is not None)
        yield _labelled("linliban_loop_seconds", "Since a loop's last pass", "loop", ages)

    def _findings(self) -> Iterable[tuple[str, float]]:
        found: dict[str, float] = {}
        for finding in self._signs.findings:
            found[finding.code] = found.get(finding.code, 0) + finding.count
        return found.items()

    def _age(self, since: datetime | None) -> float:
        return max((self._signs.now - since).total_seconds(), 0.0) if since else 0.0


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=float(value))


def _labelled(name: str, meaning: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for each, value in values:
        family.add_metric([each], value)
    return family


def _counted(name: str, meaning: str, counts: Iterable[tuple[str, int]]) -> Metric:
    family = CounterMetricFamily(name, meaning, labels=["what"])
    for what, count in sorted(counts):
        family.add_metric([what], count)
    return family
