"""The claim: an export streams positions in every format, at a stated share of what PostgreSQL itself writes.

On an embedded PostgreSQL of its own, 200 flights of 2,000 positions are recorded; then, in turns:

- each format: `Export` with its encoder, every piece thrown away;
- `control`: PostgreSQL's own `copy (select ... from aerotrack.position ...) to stdout csv`, thrown away too:
  the same rows out of the same view, sorted by time, without names of flights.

`--flights N` and `--positions N` change the size. Memory is that of this process, at most, over all formats.
"""

import argparse
import asyncio
import logging
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.encode.formats import FORMATS
from aerotrack.storage.database import Database
from aerotrack.storage.embedded import EmbeddedPostgres
from aerotrack.storage.exporting import Export
from aerotrack.storage.recorder import Recorder
from aerotrack.storage.selection import Selection

BEGIN, STEP_S, RUNS = 1_732_289_400.0, 5.0, 3
random = np.random.default_rng(1)


async def record(database: Database, flights: int, positions: int) -> None:
    """Store the flights: each reports every five seconds."""
    recorder, table = Recorder(database), FlightTable()
    running = asyncio.create_task(recorder.run(lambda _: None))
    address = np.arange(1, flights + 1, dtype=np.uint32)
    lat, lon = random.uniform(-60, 60, flights), random.uniform(-170, 170, flights)
    for step in range(positions):
        table.apply(
            Observations.of(
                address, np.full(flights, BEGIN + step * STEP_S), feed="roof",
                lat=lat + step * 0.005, lon=lon + step * 0.001, altitude_ft=np.full(flights, 35_000.0),
                geo_altitude_ft=np.full(flights, 35_500.0), ground_speed_kt=random.uniform(400, 500, flights),
                track_deg=np.full(flights, 10.0), vertical_rate_fpm=np.zeros(flights),
                squawk=np.full(flights, 1000),
                on_ground=np.zeros(flights), callsign=np.char.add("DLH", address.astype(str)),
            )
        )  # fmt: skip
        recorder.take(table.take(BEGIN + (step + 1) * STEP_S))
        if step % 50 == 0:
            await recorder.drained()
    await recorder.drained()
    running.cancel()
    await asyncio.wait([running])


async def measure(database: Database, flights: int, positions: int) -> None:
    """Take turns and print the medians."""
    await record(database, flights, positions)
    count, end = flights * positions, BEGIN + positions * STEP_S
    seconds: dict[str, list[float]] = {name: [] for name in (*FORMATS, "control")}
    sizes = dict.fromkeys(seconds, 0)
    server: Any = await database.connect()
    await server.execute("vacuum analyze")

    async def export(name: str) -> int:
        written = Export(database, Selection(start=BEGIN, end=end), FORMATS[name]())
        size = sum([len(piece) async for piece in written.pieces()])
        assert written.positions == count, written.positions
        return size

    async def control() -> int:
        size = 0

        async def discard(data: bytes) -> None:
            nonlocal size
            size += len(data)

        await server.copy_from_query(
            "select * from aerotrack.position where time >= to_timestamp($1) and time < to_timestamp($2)"
            " and bucket > to_timestamp($1) - interval '10 minutes' and bucket < to_timestamp($2)"
            " order by time",
            BEGIN, end, output=discard, format="csv", timeout=600,
        )  # fmt: skip
        return size

    for _ in range(RUNS):
        for name, times in seconds.items():
            begin = time.perf_counter()
            sizes[name] = await (control() if name == "control" else export(name))
            times.append(time.perf_counter() - begin)
    await server.close()
    median = {name: statistics.median(times) for name, times in seconds.items()}
    print(f"{count:,} positions of {flights:,} flights, medians of {RUNS} runs in turns")
    for name, took in median.items():
        share = f"{median['control'] / took:.0%} of the control"
        print(f"{name:8} {count / took:>10,.0f} positions/s, {sizes[name] / count:5.1f} bytes each, {share}")
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


async def main(folder: Path, flights: int, positions: int) -> None:
    """Run the measurements on a server of their own."""
    server = EmbeddedPostgres(folder / "data")
    try:
        database = await Database.open(await server.start())
        await measure(database, flights, positions)
        await database.close()
    finally:
        await server.stop()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    parser = argparse.ArgumentParser()
    parser.add_argument("--flights", type=int, default=200)
    parser.add_argument("--positions", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aerotrack-bench-") as place:
        Path(place).chmod(0o777)  # the server may be another user
        asyncio.run(main(Path(place), options.flights, options.positions))
