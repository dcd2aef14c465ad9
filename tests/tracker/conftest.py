"""What tests of the tracker begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tracker.queue import Queue


@pytest.fixture
def queue(database_url: str, tmp_path: Path) -> Iterator[Queue]:
    queue = Queue(database_url, tmp_path)
    yield queue
    queue.close()
