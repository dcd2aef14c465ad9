"""Parts side by side: the only place that starts them, notices one that fails, and ends them with nothing lost."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from bot.loop import until

Finish = Callable[[float], Awaitable[None]]


class PartFailed(Exception):
    """A part ended though nobody asked it to; to go on without it would break promises in silence."""

    def __init__(self, part: str, error: BaseException | None) -> None:
        super().__init__(part)
        self.part, self.error = part, error


async def together(
    works: Mapping[str, Coroutine[Any, Any, None]], stop: asyncio.Event, *, patience: float, finish: Finish
) -> None:
    """Until `stop`, or PartFailed, which sets it. Then all have `patience` seconds, and so has `finish`."""
    tasks = [asyncio.create_task(work, name=name) for name, work in works.items()]
    failed: PartFailed | None = None
    try:
        await until(stop, asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED))
        if not stop.is_set():
            failed = _failure(next(task for task in tasks if task.done()))
    finally:
        stop.set()
        await asyncio.gather(asyncio.wait(tasks, timeout=patience), finish(patience))
        for task in tasks:  # an edit or a pop-up that is too slow; both are made again or not missed
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if failed is not None:
        raise failed


def _failure(task: "asyncio.Task[None]") -> PartFailed:
    error = None if task.cancelled() else task.exception()
    return error if isinstance(error, PartFailed) else PartFailed(task.get_name(), error)
