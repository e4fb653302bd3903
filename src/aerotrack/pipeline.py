"""The whole life of the data, on one screen.

    sources -> decode -> believe -> FlightTable -> tick -> Changes -> sinks

One task follows each source, one ticks, one runs for each sink. What a source yields is applied at once; each
tick closes the changes and hands them to every sink, one after the other: what comes meanwhile is applied
in between. No sink can make the table wait: `take` is a plain def.
"""

import asyncio
import math
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from functools import partial

import numpy as np
import structlog

from aerotrack.core.belief import believe
from aerotrack.core.changes import Changes
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.core.ports import Clock, DurableSource, Sink, Source
from aerotrack.core.pulse import Pulse
from aerotrack.core.reports import FeedReport
from aerotrack.core.tally import Tally, with_contributions
from aerotrack.errors import FeedError

LONGEST_PAUSE_S = 30.0
FULL_TICK = 50_000  # positions, or rows of a recording, after which a tick is closed early
LONGEST_TICK_S = 5.0  # of stream time, likewise: what happens within one is not seen
_FOR_A_READ = 2  # turns of the loop: one in which bytes come, one in which their reader is woken

log = structlog.get_logger("aerotrack.pipeline")


class Pipeline:
    """Sources in front, sinks behind, the table between them."""

    def __init__(
        self,
        table: FlightTable,
        sources: Sequence[Source],
        sinks: Sequence[Sink],
        *,
        clock: Clock,
        tick_seconds: float,
        first_pause_s: float = 1.0,
    ) -> None:
        self.table = table
        self._feeds = [(source, Tally(source.name, source.url)) for source in sources]
        self._sinks = list(sinks)
        self._kept = [0] * len(sinks)  # by each sink: the stamp up to which all is safe with it
        self._kept_more = asyncio.Event()
        self._stamp = 0  # the greatest that was handed on
        self._due = deque[tuple[Sink, Changes]]()  # what is still to be handed on, in order
        self._clock = clock
        self._tick_seconds = tick_seconds
        self._first_pause_s = first_pause_s  # before a feed that broke off is tried again
        self._held_in_tick = 0  # positions, which the table keeps until then, or rows of a durable source
        self._began = clock()  # the tick that is open, in stream time
        self._ticked_at = time.monotonic()
        self.pulse = Pulse()
        self._spent_s = 0.0  # on the tick that is being handed on
        self.exhausted = asyncio.Event()  # every source has ended; of a durable one everything is safe

    def feeds(self) -> list[FeedReport]:
        """Report on every feed."""
        now = self._clock()
        return with_contributions(
            [tally.report(now, retold=self.table.retold(source.name)) for source, tally in self._feeds]
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run while the body does; on the way out stop the sources, close the tick and flush the sinks.

        What was taken in is flushed as well when a task fails; the failures then come out as a group.
        """
        async with asyncio.TaskGroup() as behind:
            sinks = [
                behind.create_task(sink.run(partial(self._keep, number)))
                for number, sink in enumerate(self._sinks)
            ]
            try:
                async with asyncio.TaskGroup() as before:
                    ticker = before.create_task(self._tick_on())
                    feeds = [before.create_task(self._follow(source, tally)) for source, tally in self._feeds]
                    feeds.append(before.create_task(self._notice_end(feeds[:])))
                    yield
                    for task in (*feeds, ticker):
                        task.cancel()
            finally:
                await self._flush()
                for task in sinks:
                    task.cancel()

    async def _flush(self) -> None:
        try:
            self.tick()
        finally:  # a sink that cannot take it does not keep the others from finishing
            await asyncio.gather(*(sink.close() for sink in self._sinks))

    def tick(self) -> None:
        """Close the tick and hand its changes to every sink."""
        try:
            self._hand_on(len(self._due))  # of the tick before, which comes first
        finally:
            self._close_tick()
            self._hand_on(len(self._due))

    def _close_tick(self) -> None:
        now, began = self._clock(), time.monotonic()
        self.table.expire(now)
        changes = self.table.take(now)
        self._held_in_tick, self._stamp, self._began = 0, changes.stamp, now
        self._due += [(sink, changes) for sink in self._sinks]
        before, self._ticked_at = self._ticked_at, time.monotonic()
        self._spent_s = self._ticked_at - began
        for _, tally in self._feeds:
            tally.tick(self._ticked_at - before)
            tally.reached(changes)

    def _hand_on(self, count: int) -> None:
        with ExitStack() as each:  # a sink that cannot take its changes does not keep the others from theirs
            for sink, changes in reversed([self._due.popleft() for _ in range(count)]):
                each.callback(self._hand, sink, changes)

    def _hand(self, sink: Sink, changes: Changes) -> None:
        began = time.monotonic()
        sink.take(changes)
        self._spent_s += time.monotonic() - began
        if sink is self._sinks[-1]:
            self.pulse.beat(changes, self._spent_s)

    async def _follow(self, source: Source, tally: Tally) -> None:
        """Read a source to its end, and again after a growing pause whenever it breaks off."""
        pause = self._first_pause_s
        while True:
            try:
                async for observations in source.observations():
                    if len(observations):  # a connection that only opens and closes again is none
                        pause = self._first_pause_s
                    (tally.waits if observations.waiting else tally.connected)()
                    self._take_in(observations, tally)
            except FeedError as error:
                tally.failed(str(error))
                wait = error.pause
                if wait is None:
                    wait = pause * random.uniform(0.5, 1.0)  # noqa: S311  jitter, not a secret
                    pause = min(2 * pause, LONGEST_PAUSE_S)
                log.warning("feed broke off", feed=source.name, error=str(error), again_in_s=round(wait, 1))
                await (asyncio.sleep(wait) if wait < math.inf else asyncio.Event().wait())
            else:
                tally.ended()
                return

    def _take_in(self, observations: Observations, tally: Tally) -> None:
        believed = believe(observations, self._clock())
        refused = self.table.apply(believed)
        self.table.reach(observations)  # or a recording would wait for ever for rows that nobody believes
        tally.heard(believed, refused)
        if believed.stamps is not None:  # it waits until these are safe, so it needs ticks to go on
            self._held_in_tick += len(believed)
        elif "lat" in believed.columns:
            self._held_in_tick += int(np.count_nonzero(~np.isnan(believed.columns["lat"])))
        longest = max(LONGEST_TICK_S, self._tick_seconds)
        if self._held_in_tick >= FULL_TICK or self._clock() - self._began >= longest:
            self.pulse.hastens()
            self.tick()

    async def _tick_on(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            planned = due + self._tick_seconds
            due = max(planned, loop.time())  # a tick that could not be held is skipped
            await asyncio.sleep(due - loop.time())
            self.pulse.begins(loop.time() - planned, tick_seconds=self._tick_seconds)
            self._hand_on(len(self._due))
            self._close_tick()
            while self._due:  # what came meanwhile need not wait for every sink
                for _ in range(_FOR_A_READ):
                    await asyncio.sleep(0)
                self._hand_on(min(1, len(self._due)))

    async def _notice_end(self, feeds: Sequence[asyncio.Task[None]]) -> None:
        await asyncio.gather(*feeds)
        self.tick()
        while min(self._kept) < self._stamp:
            self._kept_more.clear()
            await self._kept_more.wait()
        self.exhausted.set()

    def _keep(self, sink: int, stamp: int) -> None:
        """Let a durable source know what every sink has made safe."""
        self._kept[sink] = stamp
        self._kept_more.set()
        safe = min(self._kept)
        for source, _ in self._feeds:
            if isinstance(source, DurableSource):
                source.ack(safe)
