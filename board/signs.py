"""What only the running program knows of itself, as the board may ask it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client.registry import Collector

from tracker.views import Finding


@dataclass(frozen=True)
class Signs:
    """Ages are seconds of real time; None: not once yet."""

    now: datetime  # on the tracker's clock
    polled: float | None = None  # also None in webhook mode
    webhook: bool | None = None  # in webhook mode: it is set, and Telegram can deliver
    leads: bool = True  # this machine sweeps, sends and audits (bot/app/lease.py)
    clock_right: bool | None = None  # beside Telegram's; None: nothing to compare with
    spoke: float | None = None  # since a letter last reached Telegram
    audited: float | None = None  # since the last audit, or since the first could have been
    findings: Sequence[Finding] = ()  # of that audit
    loops: Mapping[str, float | None] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    lags: Sequence[Collector] = ()  # histograms
