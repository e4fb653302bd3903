"""Literal observations, and the Changes that a flight table makes of them: what a recorder is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import numpy as np

from aerotrack.core.changes import Changes
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.storage.database import Database
from aerotrack.storage.recorder import Recorder
from databases import copy_of

Connection = asyncpg.Connection

BEGIN = 1_732_289_400.0
"""2024-11-22T15:30:00Z, the start of a partition."""
AIRCRAFT = 0x4CA2D6


def heard(
    time: float,
    address: int = AIRCRAFT,
    /,
    *,
    stamp: int | None = None,
    feed: str = "roof",
    **columns: object,
) -> Observations:
    """What a feed heard of one aircraft `time` seconds after BEGIN; at 52 N 5 E unless it says otherwise."""
    columns = {"lat": 52.0, "lon": 5.0} | columns
    observations = Observations.of(
        [address], [BEGIN + time], feed=feed, **{k: [v] for k, v in columns.items()}
    )
    if stamp is None:
        return observations
    return Observations(
        observations.address,
        observations.last_heard,
        observations.columns,
        feed,
        stamps=np.array([stamp], np.int64),
    )


def ticked(table: FlightTable, *observations: Observations, at: float | None = None) -> Changes:
    """Apply the observations and close the tick: when the last was heard, or `at` seconds after BEGIN."""
    for seen in observations:
        table.apply(seen)
    now = max((float(seen.last_heard.max()) for seen in observations), default=BEGIN)
    now = now if at is None else BEGIN + at
    table.expire(now)
    return table.take(now)


@asynccontextmanager
async def recording(recorder: Recorder) -> AsyncIterator[list[int]]:
    """Run a recorder while the body does, then close it as the pipeline does. Yields the stamps it kept."""
    kept: list[int] = []
    running = asyncio.create_task(recorder.run(kept.append))
    try:
        yield kept
        async with asyncio.timeout(20):
            await recorder.close()
    finally:
        running.cancel()
        await asyncio.wait([running])
        if not running.cancelled():
            running.result()


@asynccontextmanager
async def copy_with(template: str, fly: Callable[[Recorder], Awaitable[None]]) -> AsyncIterator[str]:
    """Make a copy of a database, have `fly` recorded in it, and give its URL; nobody is connected then."""
    async with copy_of(template) as url:
        opened = await Database.open(url)
        await fly(Recorder(opened))
        await opened.close()
        yield url


async def stored(recorder: Recorder) -> None:
    """Wait until the recorder has stored what it was given."""
    async with asyncio.timeout(20):
        await recorder.drained()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  any condition; nobody tells when
            await asyncio.sleep(0.005)
