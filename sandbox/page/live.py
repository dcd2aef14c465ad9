"""The only place that tells an open page which of its parts have changed, as Server-Sent Events."""

import asyncio
import json
from collections.abc import AsyncIterator

from sandbox.page.painter import Painter

BREATH = 0.05  # real seconds in which several changes are told as one


async def changes(painter: Painter) -> AsyncIterator[str]:
    """Versions of changed parts, the first time of all. Ends when the server closes, or it could never stop."""
    told: dict[str, str] = {}
    async for _ in painter.stage.town.changed.changes():
        versions = painter.versions()
        if news := {part: version for part, version in versions.items() if told.get(part) != version}:
            told.update(news)
            yield f"data: {json.dumps(news)}\n\n"
        await asyncio.sleep(BREATH)
