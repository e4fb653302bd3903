"""A pipeline of which all is told beforehand: what its sources yield, and what its sinks do with it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence

from aerotrack.core.changes import Changes
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.pipeline import Pipeline

NOON = 1_700_000_000.0


def heard(address: int, time: float, lat: float = 50.0, **columns: float) -> Observations:
    return Observations.of(
        [address], [time], feed="roof", lat=[lat], lon=[8.0], **{k: [v] for k, v in columns.items()}
    )


async def eventually(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  the fakes have no events; a turn of the loop is all they need
            await asyncio.sleep(0)


class ScriptedSource:
    """Yields what each connection is to yield; raises the errors among it; then ends or waits for ever."""

    def __init__(self, *connections: Sequence[Observations | Exception], ends: bool = True) -> None:
        self.name, self.url = "roof", "script://roof"
        self.left = list(connections)
        self.connections = 0
        self.ends = ends

    async def observations(self) -> AsyncIterator[Observations]:
        self.connections += 1
        for item in self.left.pop(0) if self.left else ():
            if isinstance(item, Exception):
                raise item
            yield item
        if not self.ends:
            await asyncio.Event().wait()


class StampedSource(ScriptedSource):
    """A durable source that remembers what was acknowledged."""

    def __init__(self, *connections: Sequence[Observations | Exception]) -> None:
        super().__init__(*connections)
        self.identity = "tape"
        self.acknowledged: list[int] = []

    def ack(self, stamp: int) -> None:
        self.acknowledged.append(stamp)


class WaitingSource(ScriptedSource):
    """Yields once something happened."""

    def __init__(self, item: Observations) -> None:
        super().__init__([item], ends=False)
        self.happened = asyncio.Event()

    async def observations(self) -> AsyncIterator[Observations]:
        await self.happened.wait()
        async for item in super().observations():
            yield item


class ListSink:
    """Keeps what it takes; says that it is safe when told to."""

    def __init__(self) -> None:
        self.taken: list[Changes] = []
        self.kept: Callable[[int], None] | None = None
        self.closed = False

    def take(self, changes: Changes) -> None:
        assert not self.closed
        self.taken.append(changes)

    async def run(self, kept: Callable[[int], None]) -> None:
        self.kept = kept
        await asyncio.Event().wait()

    async def close(self) -> None:
        self.closed = True

    def positions(self) -> list[tuple[int, float]]:
        return [
            (int(address), float(time))
            for changes in self.taken
            for address, time in zip(
                changes.positions["address"], changes.positions.get("time", ()), strict=True
            )
        ]


class SlowSink(ListSink):
    """Takes each tick so slowly that the next ones cannot be held."""

    def take(self, changes: Changes) -> None:
        super().take(changes)
        began = time.perf_counter()
        while time.perf_counter() - began < 0.05:
            pass


class EagerSink(ListSink):
    """Has something done each time that it takes."""

    def __init__(self, then: Callable[[], None]) -> None:
        super().__init__()
        self.then = then

    def take(self, changes: Changes) -> None:
        super().take(changes)
        self.then()


class BrokenSink(ListSink):
    """Takes nothing."""

    def take(self, changes: Changes) -> None:
        raise ValueError(f"tick {changes.tick}")


def pipeline_of(
    *sources: ScriptedSource, sinks: Sequence[ListSink], tick: float = 60.0, first_pause_s: float = 1.0
) -> Pipeline:
    return Pipeline(
        FlightTable(), sources, sinks,
        clock=lambda: NOON + 10, tick_seconds=tick, first_pause_s=first_pause_s,
    )  # fmt: skip
