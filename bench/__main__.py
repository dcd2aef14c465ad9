"""`make bench`: prints one JSON line a measure; exit code 1 when one passes its limit or misses its index."""

import asyncio
import sys
from contextlib import AbstractContextManager

from bench.databases import Databases, begin_beside_postgres, files, offered, server
from bench.figures import Figure
from bench.intake import intake
from bench.sweep import idle_sweep
from bot import logs


def main() -> int:
    begin_beside_postgres()
    logs.set_up("WARNING", "console", ())
    places: list[AbstractContextManager[Databases]] = [files()]
    if address := offered():
        places.append(server(address))
    else:
        print("no PostgreSQL: set LINLIBAN_TEST_DATABASE_URL or apt-get install postgresql", file=sys.stderr)
    well = True
    for place in places:
        with place as databases:
            for figure in (asyncio.run(intake(databases)), idle_sweep(databases)):
                print(figure.line(), flush=True)
                well = _is_well(figure) and well
    return 0 if well else 1


def _is_well(figure: Figure) -> bool:
    complaints = []
    if not figure.holds:
        complaints.append(f"ratio {figure.ratio:.2f} is above {figure.limit}")
    if figure.more.get("index", "") is None:
        complaints.append("the index of what is due is not used")
    for complaint in complaints:
        print(f"{figure.database}: {figure.measure}: {complaint}", file=sys.stderr)
    return not complaints


if __name__ == "__main__":
    sys.exit(main())
