"""The claim: positions go from Changes into committed rows at 40 % or more of PostgreSQL's own limit.

Measured in turns, on an embedded PostgreSQL of its own with its ordinary settings, fsync included:

- `backlog`: the recorder writes what has piled up, by its spool, in transactions of up to 50,000 positions;
- `ticks`: the recorder is given a tick of 16,000 positions when the one before is stored, as when live;
- `no spool`: `backlog` without the spool, as recordings are stored: what the spool costs;
- `control`: the server reads the same rows from a file of its own by COPY, into the same table with the same
  partitions and indexes: the limit. No client, no encoding, one transaction.

Each starts with an empty table. The flights themselves are written before, by the first tick, timed apart.

Then the world as it comes, a tick each second: the CPU time of this process and of PostgreSQL's, as shares of
one core. Asked at 16,200 positions a second: 25 % or less for this process.
"""

import asyncio
import contextlib
import logging
import statistics
import tempfile
import time
from pathlib import Path

import asyncpg
import numpy as np
import psutil
import structlog

from aerotrack.core.changes import Changes
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.storage.database import Database
from aerotrack.storage.embedded import EmbeddedPostgres
from aerotrack.storage.recorder import Recorder
from aerotrack.storage.spool import Spool

FLIGHTS, TICKS, RUNS = 16_000, 25, 5
WORLD, STEADY_S = 16_200, 30
BEGIN = 1_732_289_410.0  # in the first minute of a partition
random = np.random.default_rng(1)


def world() -> list[Changes]:
    """Make ticks in which every flight reports, with gaps: some say no geometric altitude, some no squawk."""
    table = FlightTable(capacity=FLIGHTS)
    address = np.arange(1, FLIGHTS + 1, dtype=np.uint32)
    missing = random.random(FLIGHTS)
    changes = []
    for tick in range(TICKS + 1):
        now = BEGIN + tick
        seen = Observations.of(
            address,
            now + np.sort(random.random(FLIGHTS)),
            feed=f"feed {tick % 3}",
            lat=random.uniform(-80, 80, FLIGHTS),
            lon=random.uniform(-180, 180, FLIGHTS),
            altitude_ft=random.uniform(0, 45_000, FLIGHTS),
            geo_altitude_ft=np.where(missing < 0.2, np.nan, random.uniform(0, 45_000, FLIGHTS)),
            ground_speed_kt=random.uniform(0, 500, FLIGHTS),
            track_deg=random.uniform(0, 360, FLIGHTS),
            vertical_rate_fpm=np.where(missing > 0.9, np.nan, random.uniform(-3000, 3000, FLIGHTS)),
            squawk=np.where(missing > 0.7, -1, 1200),
            on_ground=np.zeros(FLIGHTS),
            callsign=np.char.add("DLH", (address % 10_000).astype(str)),
        )
        table.apply(seen)
        changes.append(table.take(now + 1))
    return changes


async def record(
    database: Database, changes: list[Changes], folder: Path | None, *, tick_by_tick: bool
) -> tuple[float, float]:
    """Return the seconds for the first tick, with its flights, and for the others."""
    spool = folder and Spool.open(folder / "spool")
    recorder = Recorder(database, spool=spool)
    running = asyncio.create_task(recorder.run(lambda _: None))
    begin = time.perf_counter()
    recorder.take(changes[0])
    await recorder.drained()
    first = time.perf_counter()
    for tick in changes[1:]:
        recorder.take(tick)
        if tick_by_tick:
            await recorder.drained()
    await recorder.drained()
    end = time.perf_counter()
    running.cancel()
    await asyncio.wait([running])
    if spool:
        spool.close()
    assert recorder.status().stored == FLIGHTS * (TICKS + 1)
    return first - begin, end - first


async def measure(url: str, folder: Path) -> None:
    """Take turns and print the medians."""
    database, changes = await Database.open(url), world()
    server = await asyncpg.connect(url)
    rows = f"'{folder}/rows'"

    async def control() -> float:
        begin = time.perf_counter()
        await server.execute(f"copy aerotrack.position_hot from {rows} (format binary)")
        return time.perf_counter() - begin

    async def empty() -> None:
        await server.execute("truncate aerotrack.position_hot")
        await server.execute("checkpoint")

    cold, _ = await record(database, changes, folder, tick_by_tick=False)
    await server.execute(
        f"copy (select * from aerotrack.position_hot where time >= to_timestamp({BEGIN + 1}))"
        f" to {rows} (format binary)"
    )
    seconds: dict[str, list[float]] = {name: [] for name in ("backlog", "ticks", "no spool", "control")}
    turns = {
        "backlog": lambda: record(database, changes, folder, tick_by_tick=False),
        "ticks": lambda: record(database, changes, folder, tick_by_tick=True),
        "no spool": lambda: record(database, changes, None, tick_by_tick=False),
        "control": control,
    }
    for _ in range(RUNS):
        for name, turn in turns.items():
            await empty()
            took = await turn()
            seconds[name].append(took if name == "control" else took[1])
    count = FLIGHTS * TICKS
    median = {name: statistics.median(times) for name, times in seconds.items()}
    print(f"{count:,} positions of {FLIGHTS:,} flights, medians of {RUNS} runs in turns")
    for name, times in seconds.items():
        spread = f"{count / max(times):,.0f} to {count / min(times):,.0f}"
        share = median["control"] / median[name]
        print(f"{name:8} {count / median[name]:>10,.0f} positions/s ({spread}), {share:.0%} of the control")
    print(f"the first tick, {FLIGHTS:,} new flights and a connection included: {cold:.2f} s")
    took_in = min(_noted(changes) for _ in range(3))
    print(f"handing a tick to the recorder: {1e3 * took_in:.2f} ms")
    await empty()
    await steady(database, changes, folder)
    await server.close()
    await database.close()


async def steady(database: Database, changes: list[Changes], folder: Path) -> None:
    """Record the world as it comes, and print what that takes of a core."""
    spool = Spool.open(folder / "spool")
    recorder, me = Recorder(database, spool=spool), psutil.Process()
    running = asyncio.create_task(recorder.run(lambda _: None))
    recorder.take(changes[0])
    await recorder.drained()
    await asyncio.sleep(1)
    before, begin = (_cpu_s(me), _cpu_s(*me.children(recursive=True))), time.perf_counter()
    for second in range(STEADY_S):
        recorder.take(changes[1 + second % TICKS])
        await asyncio.sleep(begin + second + 1 - time.perf_counter())
    await recorder.drained()
    took = time.perf_counter() - begin
    ours, theirs = _cpu_s(me) - before[0], _cpu_s(*me.children(recursive=True)) - before[1]
    rate = FLIGHTS * STEADY_S / took
    share = ours / took * WORLD / rate
    print(
        f"steady {rate:,.0f} positions/s: {ours / took:.1%} of a core here, {theirs / took:.1%} PostgreSQL;"
        f" at {WORLD:,}/s {share:.1%}"
    )
    running.cancel()
    await asyncio.wait([running])
    spool.close()


def _cpu_s(*processes: psutil.Process) -> float:
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def _noted(changes: list[Changes]) -> float:
    recorder = Recorder(Database("postgresql://nowhere"))
    recorder.take(changes[0])
    begin = time.perf_counter()
    for tick in changes[1:]:
        recorder.take(tick)
    return (time.perf_counter() - begin) / TICKS


async def main(folder: Path) -> None:
    """Run the measurements on a server of their own."""
    server = EmbeddedPostgres(folder / "data")
    try:
        await measure(await server.start(), folder)
    finally:
        await server.stop()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="aerotrack-bench-") as place:
        Path(place).chmod(0o777)  # the server may be another user
        asyncio.run(main(Path(place)))
