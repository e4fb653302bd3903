"""The claims: an archived position takes 25 bytes or less with its indexes, and 200,000 a second get there.

    python benchmarks/archive.py [--small] [RECORDING ...]

Bytes, at spacings of 1 to 20 s and by column: twenty minutes of the simulator's flights (those that are
parked report every 10 s at most), and each recording that is given, as the tracker accepts it. Asked are 25
bytes at 5 s or denser, 30 at 10 s.

Speed, in turns, on an embedded PostgreSQL of its own with its ordinary settings, fsync included:

- `recorder`: ten minutes of the simulator's sky from Changes into committed hot rows;
- `compaction`: these into the archive, until their partition is vacuumed and dropped;
- `end to end`: both, one after the other;
- `control`: the server reads the same hot rows from a file of its own by COPY, into the same indexes.
"""

import argparse
import asyncio
import io
import logging
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np
import structlog

from aerotrack.core.changes import Changes
from aerotrack.core.columns import STORED, Columns
from aerotrack.core.flights import FlightTable
from aerotrack.core.observations import Observations
from aerotrack.sources.recording import Recording
from aerotrack.sources.simulator import Simulation, Transponders
from aerotrack.storage.archive import ARRAYS
from aerotrack.storage.binary_copy import CopyEncoder
from aerotrack.storage.compaction import Compaction
from aerotrack.storage.database import Database
from aerotrack.storage.embedded import EmbeddedPostgres
from aerotrack.storage.recorder import Recorder
from aerotrack.storage.stored import BUCKET_US, POSITION_COLUMNS, StoredPositions, buckets, quantise, storable

BEGIN = 1_732_289_400.0  # the start of a partition
SPACINGS_S = (1, 2, 5, 10, 20)
MINUTES, TICK_S = 20, 4
COLUMNS = "".join(f", sum(pg_column_size({name}))::float8 as {name}" for name in ARRAYS)


def reports(flights: int, spacing_s: float, seconds: float, step_s: float) -> Iterator[Observations]:
    """Make the simulator's reports, step by step."""
    transponders = Transponders(Simulation(flights=flights, seed=1), rate=1 / spacing_s)
    due = [transponders.due(BEGIN + at) for at in np.arange(0, seconds + step_s / 2, step_s).tolist()]
    for k in range(len(due) - 1):
        yield transponders.reports(due[k], due[k + 1])


def positions_of(seen: Observations) -> Columns:
    """Make positions of observations, each aircraft one flight, all of one feed."""
    columns = {column.name: column.blank(len(seen)) for column in STORED}
    columns |= {"time": seen.last_heard} | {k: v for k, v in seen.columns.items() if k in columns}
    columns["feed"] = np.zeros(len(seen), np.int16)
    return columns | {"address": seen.address, "start": np.full(len(seen), int(BEGIN))}


async def played(path: Path) -> AsyncGenerator[Columns]:
    """Play a recording as fast as it goes, and yield the positions that the tracker accepts."""
    recording, table = Recording(path, speed=None, ahead=1 << 40), FlightTable()
    async for seen in recording.observations():
        table.apply(seen)
        yield table.take(recording.clock()).positions


async def put(server: Any, positions: Columns) -> int:
    """Write positions into position_hot as the recorder does, and return how many."""
    good = storable(positions)
    stored = quantise(
        {name: values[good] for name, values in positions.items()}, np.array([1, 2, 3], np.int16)
    )
    if len(stored):
        await _make_room(server, stored)
        encoded = CopyEncoder(POSITION_COLUMNS).encode(stored.values, stored.nulls)
        await server.copy_to_table(
            "position_hot",
            schema_name="aerotrack",
            columns=[name for name, _ in POSITION_COLUMNS],
            source=io.BytesIO(encoded),
            format="binary",
        )
    return len(stored)


async def _make_room(server: Any, stored: StoredPositions) -> None:
    for bucket in buckets(stored).tolist():
        begin = bucket * BUCKET_US / 1e6
        await server.execute("select aerotrack.ensure_partitions(to_timestamp($1), to_timestamp($1))", begin)


async def compact(server: Any) -> Compaction:
    """Archive everything, as when nobody has written for a while."""
    await server.execute("update aerotrack.recorder set at = now() - interval '1 hour'")
    job = Compaction()
    await job.run(server)
    return job


async def forget(server: Any) -> None:
    """Start again with nothing stored."""
    await server.execute("truncate aerotrack.position_hot, aerotrack.position_archive")
    await server.execute("checkpoint")


async def sizes(server: Any, name: str) -> None:
    """Archive what is in position_hot, and print what a position takes."""
    hot = await server.fetchval(
        "select sum(pg_total_relation_size(inhrelid))::float8 from pg_inherits"
        " where inhparent = 'aerotrack.position_hot'::regclass"
    )
    job = await compact(server)
    total, heap, indexes = await server.fetchrow(
        "select sum(pg_total_relation_size(inhrelid))::float8, sum(pg_relation_size(inhrelid))::float8,"
        " sum(pg_indexes_size(inhrelid))::float8"
        " from pg_inherits where inhparent = 'aerotrack.position_archive'::regclass"
    )
    columns = await server.fetchrow(f"select count(*){COLUMNS} from aerotrack.position_archive")
    count = job.positions
    print(
        f"{name:>14} {count:>9,} {count / job.rows:>9.1f} {hot / count:>6.0f} {total / count:>8.2f}"
        f" {heap / count:>6.2f} {(total - heap - indexes) / count:>6.2f} {indexes / count:>7.2f}  "
        + " ".join(f"{(columns[column] or 0) / count:>5.2f}" for column in ARRAYS)
    )


async def curve(server: Any, wanted: int, recordings: list[Path]) -> None:
    """Print bytes a position over spacings, and of recordings."""
    print("bytes a position; `toast` is what PostgreSQL moves out of the row")
    print(
        f"{'spacing':>14} {'positions':>9} {'per row':>9} {'hot':>6} {'archived':>8}"
        f" {'heap':>6} {'toast':>6} {'indexes':>7}  " + " ".join(f"{name[:5]:>5}" for name in ARRAYS)
    )
    for spacing in SPACINGS_S:
        await forget(server)
        flights = max(20, wanted * spacing // (MINUTES * 60))
        for seen in reports(flights, spacing, MINUTES * 60.0, 60.0):
            await put(server, positions_of(seen))
        await sizes(server, f"{spacing} s")
    for path in recordings:
        await forget(server)
        async with aclosing(played(path)) as accepted:
            async for positions in accepted:
                await put(server, positions)
        await sizes(server, path.name[-14:])


def ticks(wanted: int) -> list[Changes]:
    """Make the Changes of ten minutes in which each aircraft reports every 2 s."""
    flights = wanted // 300
    table, changes = FlightTable(capacity=flights), []
    for number, seen in enumerate(reports(flights, 2.0, 600.0 - TICK_S, TICK_S), start=1):
        table.apply(seen)
        changes.append(table.take(BEGIN + number * TICK_S))
    return changes


async def record(database: Database, changes: list[Changes]) -> float:
    """Return the seconds until all of the changes are committed."""
    recorder = Recorder(database)
    running = asyncio.create_task(recorder.run(lambda _: None))
    begin = time.perf_counter()
    for tick in changes:
        recorder.take(tick)
    await recorder.drained()
    took = time.perf_counter() - begin
    running.cancel()
    await asyncio.wait([running])
    return took


async def speed(database: Database, server: Any, folder: Path, wanted: int, runs: int) -> None:
    """Take turns and print the medians."""
    changes, rows = ticks(wanted), f"'{folder}/rows'"
    count = sum(len(tick.positions["address"]) for tick in changes)
    await forget(server)
    await record(database, changes)  # the flights themselves, and the rows for the control
    await server.execute(f"copy (select * from aerotrack.position_hot) to {rows} (format binary)")
    seconds: dict[str, list[float]] = {
        name: [] for name in ("recorder", "compaction", "end to end", "control")
    }
    for _ in range(runs):
        await forget(server)
        begin = time.perf_counter()
        await server.execute(f"copy aerotrack.position_hot from {rows} (format binary)")
        seconds["control"].append(time.perf_counter() - begin)
        await forget(server)
        seconds["recorder"].append(await record(database, changes))
        begin = time.perf_counter()
        job = await compact(server)
        seconds["compaction"].append(time.perf_counter() - begin)
        seconds["end to end"].append(seconds["recorder"][-1] + seconds["compaction"][-1])
        assert job.positions == count, (job.positions, count)
        await server.execute(  # the control needs the partition that compaction has dropped
            "select aerotrack.ensure_partitions(to_timestamp($1), to_timestamp($1))", BEGIN
        )
    median = {name: statistics.median(times) for name, times in seconds.items()}
    print(f"{count:,} positions in {job.rows:,} rows, medians of {runs} runs in turns")
    for name, times in seconds.items():
        spread = f"{count / max(times):,.0f} to {count / min(times):,.0f}"
        share = median["control"] / median[name]
        print(f"{name:10} {count / median[name]:>10,.0f} positions/s ({spread}), {share:.0%} of the control")


async def main(folder: Path, options: argparse.Namespace) -> None:
    """Run the measurements on a server of their own."""
    embedded = EmbeddedPostgres(folder / "data")
    try:
        url = await embedded.start()
        database = await Database.open(url, command_s=600)
        server = await asyncpg.connect(url, command_timeout=600)
        wanted, runs = (60_000, 1) if options.small else (600_000, 5)
        await server.execute(
            "insert into aerotrack.feed (name) select 'feed ' || n from generate_series(1, 3) n"
        )
        await curve(server, wanted, options.recordings)
        await speed(database, server, folder, wanted, runs)
        await server.close()
        await database.close()
    finally:
        await embedded.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recordings", nargs="*", type=Path)
    parser.add_argument("--small", action="store_true", help="a tenth of the positions, one run")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="aerotrack-bench-") as place:
        Path(place).chmod(0o777)  # the server may be another user
        asyncio.run(main(Path(place), parser.parse_args()))
