"""`make bench`: prints one JSON line a measure; exit code 1 when one passes its limit or misses its index.

`python -m bench NAME…` runs only those named (MEASURES), in their order.
"""

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager

from bench.accepted import accepted
from bench.audits import audits
from bench.boot import boot
from bench.crowd import Crowds
from bench.databases import Databases, begin_beside_postgres, files, offered, server
from bench.drain import drain
from bench.due import due_at_once
from bench.figures import Figure
from bench.intake import intake
from bench.memory import memory, quick_help
from bench.scheduled import against_apscheduler
from bench.slow_disk import slow_disk
from bench.storm import storm
from bench.sweep import idle_sweeps
from bench.year import year
from bot import logs


def main(named: Sequence[str]) -> int:
    if unknown := set(named) - {HELP, *MEASURES}:
        print(f"no such measure: {', '.join(sorted(unknown))}. There are: {HELP} {' '.join(MEASURES)}", file=sys.stderr)
        return 2
    begin_beside_postgres()
    logs.set_up("WARNING", "console", ())
    places: list[AbstractContextManager[Databases]] = [files()]
    if address := offered():
        places.append(server(address))
    else:
        print("no PostgreSQL: set LINLIBAN_TEST_DATABASE_URL or apt-get install postgresql", file=sys.stderr)
    well = _told(quick_help()) if not named or HELP in named else True
    for place in places:
        with place as databases:
            for figure in _measures(databases, named):
                well = _told(figure) and well
    return 0 if well else 1


def _measures(databases: Databases, named: Sequence[str]) -> Iterator[Figure]:
    """Each is told as soon as it is there."""
    crowds = Crowds(databases)
    for name, measure in MEASURES.items():
        if not named or name in named:
            yield from measure(crowds)


def _intake(crowds: Crowds) -> Iterator[Figure]:
    for workers in (1, 4):
        yield asyncio.run(intake(crowds.databases, workers))


HELP = "help"  # of no database
MEASURES: dict[str, Callable[[Crowds], Iterable[Figure]]] = {
    "intake": _intake,
    "slow_disk": lambda crowds: slow_disk(crowds.databases),
    "sweep": idle_sweeps,
    "audits": audits,
    "scheduled": against_apscheduler,
    "due": due_at_once,
    "accepted": lambda crowds: accepted(crowds.databases),
    "memory": memory,
    "boot": lambda crowds: boot(crowds.databases),
    "storm": lambda crowds: storm(crowds.databases),
    "drain": lambda crowds: drain(crowds.databases),
    "year": lambda crowds: year(crowds.databases),
}


def _told(figure: Figure) -> bool:
    print(figure.line(), flush=True)
    return _is_well(figure)


def _is_well(figure: Figure) -> bool:
    complaints = []
    if not figure.holds:
        complaints.append(f"ratio {figure.ratio:.2f} is above {figure.limit}")
    if figure.more.get("index", "") is None:
        complaints.append("the index of what is due is not used")
    if figure.more.get("within") is False:
        complaints.append(f"more than {figure.more['most']} {figure.unit}")
    for complaint in complaints:
        print(f"{figure.database}: {figure.measure}: {complaint}", file=sys.stderr)
    return not complaints


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
