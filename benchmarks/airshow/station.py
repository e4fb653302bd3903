"""The receiving end, performed: a feed of Beast into the real pipeline, table and broadcaster, all timed.

Beside it, in the same process, a plain reader of the same bytes, which only looks at the clock.
"""

import asyncio
import gc
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from aerotrack import airfields
from aerotrack.core.changes import Changes
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.core.ports import EVERYTHING, Sink
from aerotrack.pipeline import Pipeline
from aerotrack.sources import source_from
from aerotrack.sources.reading import READ_BYTES
from aerotrack.web.api import make_app
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.server import Server
from airshow.performance import EPOCH, CountingHistory
from airshow.transmissions import Transmissions

LATEST_S = 5.0  # what has not come so long after the end of a turn does not come
SAMPLED = 100


@dataclass(slots=True)
class Notes:
    """What was noted in a turn. Times are of the monotonic clock, which all processes share."""

    batches: list[tuple[float, int]] = field(default_factory=list)  # when, and how much had come by then
    ticks: list[tuple[float, float]] = field(default_factory=list)  # when they began and ended
    collections: list[float] = field(default_factory=list)  # s, of the garbage collector
    refused: Counter[str] = field(default_factory=Counter)
    read: int = 0  # rows that were looked at
    wrong: int = 0  # of these, what does not hold what the frame said
    cpu: float = 0.0

    @property
    def count(self) -> int:
        """How much has come."""
        return self.batches[-1][1] if self.batches else 0


class NotedTable(FlightTable):
    """Notes when it has applied how many frames, and whether they are in it."""

    def __init__(self, sky: Transmissions, **options: Any) -> None:
        super().__init__(**options)
        self.notes = Notes()
        self._sky = sky
        self.expired_at = 0.0  # with which a tick begins
        self._frames = 0  # ever
        self._places: NDArray[np.intp] | None = None

    def apply(self, observations: Observations) -> Mapping[str, int]:
        """Apply, and note."""
        refused = super().apply(observations)
        now, notes = time.monotonic(), self.notes
        if observations.messages:
            before, self._frames = self._frames, self._frames + observations.messages
            notes.batches.append((now, notes.count + observations.messages))
            notes.refused.update(observations.refused)
            notes.refused.update(refused)
            self._look(np.arange(-(-before // SAMPLED) * SAMPLED, self._frames, SAMPLED))
        return refused

    def expire(self, now: float) -> None:
        """Let time pass, and note when."""
        self.expired_at = time.monotonic()
        super().expire(now)

    def _look(self, numbers: NDArray[np.int64]) -> None:
        """Look whether rows hold what these frames told."""
        sky = self._sky
        if self._frames < 4 * sky.flights:
            return
        if self._places is None:  # by now everybody has a row
            self._places = np.array([self.row_of(address) or 0 for address in sky.addresses.tolist()])
        told = numbers[sky.tells_altitude(numbers) & (numbers + sky.flights >= self._frames)]
        row = self._places[told % sky.flights]
        right = (self.columns["altitude_ft"][row] == sky.altitude_ft(told)) & (
            self.columns["address"][row] == sky.addresses[told % sky.flights]
        )
        self.notes.read += len(told)
        self.notes.wrong += int(np.count_nonzero(~right))


class LastSink:
    """The last one in a row of sinks, which notes that a tick is over."""

    def __init__(self, table: NotedTable) -> None:
        self._table = table

    def take(self, changes: Changes) -> None:  # noqa: ARG002  others look at them
        """Note the time."""
        self._table.notes.ticks.append((self._table.expired_at, time.monotonic()))

    async def run(self, kept: Callable[[int], None]) -> None:
        """Keep nothing."""
        kept(EVERYTHING)
        await asyncio.Event().wait()

    async def close(self) -> None:
        """Have nothing to finish."""


class Station:
    """A troupe: AeroTrack with a feed from `feed_port`, and a plain reader of `plain_port`."""

    def __init__(self, feed_port: int, plain_port: int, flights: int) -> None:
        self.port = 0
        self._source = source_from(f"beast://127.0.0.1:{feed_port}", clock=time.time)
        self._plain_port = plain_port
        self._sky = Transmissions(flights)
        self._plain = Notes()
        self._cpu = 0.0
        self._collecting = 0.0

    @asynccontextmanager
    async def performing(self) -> AsyncIterator[None]:
        """Listen to both, and serve."""
        broadcaster = Broadcaster()
        self._table = table = NotedTable(self._sky, airports=airfields.airports())
        sinks: list[Sink] = [broadcaster, LastSink(table)]
        pipeline = Pipeline(table, [self._source], sinks, clock=time.time, tick_seconds=1.0)
        app = make_app(
            sky=table,
            history=CountingHistory(),
            broadcaster=broadcaster,
            feeds=pipeline.feeds,
            stats=dict,
            ready=dict,
            clock=time.time,
            epoch=EPOCH,
        )
        gc.callbacks.append(self._note_collection)
        with Server.bound("127.0.0.1", 0) as server:
            self.port = server.port
            async with server.serving(app), pipeline.running():
                reading = asyncio.create_task(self._read_plainly())
                yield
                reading.cancel()

    async def begin(self) -> None:
        """Begin a turn."""
        self._table.notes, self._plain = Notes(), Notes()
        self._cpu = time.process_time()

    async def end(self, of: Literal["feed", "plain"], count: int) -> Notes:
        """Wait until so much has come, and say what was noted."""
        cpu = time.process_time() - self._cpu
        latest = time.monotonic() + LATEST_S
        notes = self._table.notes if of == "feed" else self._plain
        while notes.count < count and time.monotonic() < latest:  # noqa: ASYNC110  an end of all that is timed
            await asyncio.sleep(0.01)
        notes.cpu = cpu
        return notes

    async def _read_plainly(self) -> None:
        stream, _ = await asyncio.open_connection("127.0.0.1", self._plain_port)
        while data := await stream.read(READ_BYTES):
            notes = self._plain
            notes.batches.append((time.monotonic(), notes.count + len(data)))

    def _note_collection(self, phase: str, info: Mapping[str, int]) -> None:
        del info
        if phase == "start":
            self._collecting = time.monotonic()
        else:
            self._table.notes.collections.append(time.monotonic() - self._collecting)
