"""`make bench`: prints one JSON line a measure; exit code 1 when one passes its limit or misses its index."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager

from bench.crowd import Crowds
from bench.databases import Databases, begin_beside_postgres, files, offered, server
from bench.drain import drain
from bench.due import due_at_once
from bench.figures import Figure
from bench.intake import intake
from bench.memory import memory, quick_help
from bench.scheduled import against_apscheduler
from bench.storm import storm
from bench.sweep import idle_sweeps
from bot import logs


def main() -> int:
    begin_beside_postgres()
    logs.set_up("WARNING", "console", ())
    places: list[AbstractContextManager[Databases]] = [files()]
    if address := offered():
        places.append(server(address))
    else:
        print("no PostgreSQL: set LINLIBAN_TEST_DATABASE_URL or apt-get install postgresql", file=sys.stderr)
    well = _told(quick_help())
    for place in places:
        with place as databases:
            for figure in _measures(databases):
                well = _told(figure) and well
    return 0 if well else 1


def _measures(databases: Databases) -> Iterator[Figure]:
    """Each is told as soon as it is there."""
    crowds = Crowds(databases)
    for workers in (1, 4):
        yield asyncio.run(intake(databases, workers))
    yield from idle_sweeps(crowds)
    yield from against_apscheduler(crowds)
    yield from due_at_once(crowds)
    yield from memory(crowds)
    yield from storm(databases)
    yield from drain(databases)


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
    sys.exit(main())
