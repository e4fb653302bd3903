"""Loop lag: how late the event loop does what was due. All else waits as long, the stream first of all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aerotrack.core.histogram import Histogram, HistogramReport

EVERY_S = 0.1
_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class LoopLag:
    """A task that wakes up every tenth of a second, and notes how much too late."""

    def __init__(self, *, every_s: float = EVERY_S) -> None:
        self._every_s = every_s
        self._seconds = Histogram(_BOUNDS_S)

    def report(self) -> HistogramReport:
        """Say how late it woke up."""
        return self._seconds.report()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch the event loop while the body runs."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + self._every_s
            await asyncio.sleep(self._every_s)
            self._seconds.add(max(0.0, loop.time() - due))
