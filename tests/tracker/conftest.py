"""What tests of the tracker begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import POSTGRES
from tests.tracker.queue import Queue

collect_ignore = [] if POSTGRES else ["test_rested_line.py"]  # of PostgreSQL's lines alone


@pytest.fixture
def queue(database_url: str, tmp_path: Path) -> Iterator[Queue]:
    queue = Queue(database_url, tmp_path)
    yield queue
    queue.close()
