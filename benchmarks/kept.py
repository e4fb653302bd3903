"""The claim: every position that is accepted is kept, as it was heard to within half a step of its column.

    python benchmarks/kept.py RECORDING ...

Each recording runs through the real pipeline into an embedded PostgreSQL of its own, at full speed. The
control keeps what the flight table accepted, in memory. Each flight's track, as the history returns it, is
compared with that twice: `hot`, as it was recorded, and `archived`, when all is compacted. Asked are 10 ms,
1 m, 25 ft for both altitudes, 1 kt, 0.1 degree of track and 64 ft/min; the rest equal, and what is not known
not known.

It prints the worst of every column, and ends with status 1 where a bound is broken.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np
import structlog

from aerotrack.core.changes import Changes
from aerotrack.core.columns import Columns
from aerotrack.core.flights import FlightTable
from aerotrack.core.geo import distance_nm
from aerotrack.core.identity import flight_ids
from aerotrack.core.ports import EVERYTHING
from aerotrack.pipeline import Pipeline
from aerotrack.sources.recording import Recording
from aerotrack.storage.compaction import Compaction
from aerotrack.storage.database import Database
from aerotrack.storage.embedded import EmbeddedPostgres
from aerotrack.storage.history import PostgresHistory
from aerotrack.storage.recorder import Recorder

ASKED = {
    "time": 0.010,
    "place": 1.0,
    "altitude_ft": 25.0,
    "geo_altitude_ft": 25.0,
    "ground_speed_kt": 1.0,
    "track_deg": 0.1,
    "vertical_rate_fpm": 64.0,
}
EXACT = ("on_ground", "squawk", "position_source", "feed")
UNITS = {"time": "s", "place": "m"}  # of the others the name tells
ROUNDING = 1e-6  # a Unix time is known to a quarter of a microsecond
TICKS_PER_S, DEGREE = 50, 1e5


class Accepted:
    """A sink that keeps every accepted position: what must be stored."""

    def __init__(self) -> None:
        self._parts: list[Columns] = []
        self._feeds: tuple[str, ...] = ()

    def take(self, changes: Changes) -> None:
        """Keep the positions of a tick."""
        self._parts.append(changes.positions)
        self._feeds = changes.feeds

    async def run(self, kept: Callable[[int], None]) -> None:
        """Hold nobody up."""
        kept(EVERYTHING)

    async def close(self) -> None:
        """Do nothing more."""

    def flights(self) -> Iterator[tuple[int, Columns]]:
        """Yield each flight's bigint id and its positions, with the names of their feeds, as `_sorted`."""
        parts = [part for part in self._parts if len(part["address"])]
        if not parts:
            return
        columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        columns["feed"] = np.array([*self._feeds, None], object)[columns["feed"]]
        columns["flight"] = flight_ids(columns["address"], columns["start"])
        order = np.argsort(columns["flight"], kind="stable")
        flights, firsts = np.unique(columns["flight"][order], return_index=True)
        for flight, rows in zip(flights.tolist(), np.split(order, firsts[1:]), strict=True):
            yield flight, _sorted({name: values[rows] for name, values in columns.items()})


@dataclass
class Compared:
    """What a comparison of accepted positions with stored ones found."""

    accepted: int = 0
    stored: int = 0
    flights: int = 0
    worst: dict[str, float] = field(default_factory=lambda: dict.fromkeys(ASKED, 0.0))
    known: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ASKED, 0))
    faults: list[str] = field(default_factory=list)

    def add(self, flight: str, accepted: Columns, stored: Columns) -> None:
        """Compare one flight's positions, both sorted."""
        self.flights += 1
        self.accepted += len(accepted["time"])
        if len(stored["time"]) != len(accepted["time"]):
            self.faults.append(
                f"{flight}: of {len(accepted['time'])} positions {len(stored['time'])} are stored"
            )
            return
        for name, errors in _errors(accepted, stored).items():
            self.known[name] += int(np.count_nonzero(~np.isnan(errors)))
            worst = float(np.nanmax(errors, initial=0.0))
            self.worst[name] = max(self.worst[name], worst)
            if not worst <= ASKED[name] + ROUNDING:
                self.faults.append(f"{flight}: {name} is off by {worst:.4g}, asked is {ASKED[name]:g}")
        for name in EXACT:
            if different := np.count_nonzero(accepted[name] != stored[name]):
                self.faults.append(f"{flight}: {name} differs in {different} positions")


def _errors(accepted: Columns, stored: Columns) -> Mapping[str, Any]:
    """Return how far stored positions (N,) are off; infinite where only one is known, NaN where neither."""
    errors = {
        "time": np.abs(accepted["time"] - stored["time"]),
        "place": 1852.0
        * distance_nm(*(columns[name] for columns in (accepted, stored) for name in ("lat", "lon"))),
    }
    for name in ASKED:
        if name not in errors:
            one, other = accepted[name].astype(np.float64), stored[name].astype(np.float64)
            error = np.abs(one - other)
            if name == "track_deg":
                error = np.minimum(error, 360.0 - error)
            unknown = np.isnan(one)
            error[unknown | np.isnan(other)] = np.inf
            error[unknown & np.isnan(other)] = np.nan
            errors[name] = error
    return errors


def _sorted(columns: Columns) -> Columns:
    """Sort by time, and by place where several positions are of one time, in the steps they are stored in."""
    keys = (
        np.rint(columns["lon"] * DEGREE),
        np.rint(columns["lat"] * DEGREE),
        np.rint(columns["time"] * TICKS_PER_S),
    )
    order = np.lexsort(keys)
    return {name: values[order] for name, values in columns.items()}


async def record(database: Database, path: Path) -> Accepted:
    """Run a recording through the pipeline, until all of it is stored, and return what was accepted."""
    recording, accepted = Recording(path, speed=None), Accepted()
    recorder, table = Recorder(database, source=recording.identity), FlightTable(past=True)
    pipeline = Pipeline(table, [recording], [recorder, accepted], clock=recording.clock, tick_seconds=1.0)
    async with pipeline.running():
        await pipeline.exhausted.wait()
    return accepted


async def compact(server: Any) -> int:
    """Archive everything, as when nobody has written for a while, and return how many rows that took."""
    await server.execute("update aerotrack.recorder set at = now() - interval '1 hour'")
    await Compaction().run(server)
    rows: int = await server.fetchval("select count(*) from aerotrack.position_archive")
    return rows


async def compare(database: Database, server: Any, accepted: Accepted) -> Compared:
    """Compare each flight's track, as the history returns it, with what was accepted."""
    history, found = PostgresHistory(database), Compared()
    for flight, positions in accepted.flights():
        stored = await history.track(flight, None, None)
        name = await server.fetchval("select aerotrack.flight_name($1)", flight)
        found.add(name, positions, _sorted(stored))
    found.stored = await server.fetchval("select count(*) from aerotrack.position")
    if found.stored != found.accepted:
        found.faults.append(f"{found.accepted:,} positions are accepted, {found.stored:,} stored")
    return found


async def check(path: Path) -> bool:
    """Store one recording on a server of its own, print what was found, and return whether it is as asked."""
    with tempfile.TemporaryDirectory(prefix="aerotrack-bench-") as folder:
        Path(folder).chmod(0o777)  # noqa: ASYNC240  the server may be another user; nothing else runs yet
        postgres = EmbeddedPostgres(Path(folder) / "data")
        try:
            url = await postgres.start()
            database = await Database.open(url, command_s=600)
            server = await asyncpg.connect(url, command_timeout=600)
            begin = time.perf_counter()
            accepted = await record(database, path)
            took = time.perf_counter() - begin
            hot = await compare(database, server, accepted)
            rows = await compact(server)
            archived = await compare(database, server, accepted)
            left = await server.fetchval("select count(*) from aerotrack.position_hot")
            await server.close()
            await database.close()
        finally:
            await postgres.stop()
    print(
        f"{path.name}: {hot.accepted:,} positions of {hot.flights:,} flights accepted, "
        f"recorded in {took:.1f} s, {archived.stored:,} stored in {rows:,} rows of the archive, {left:,} hot"
    )
    for name, found in (("hot", hot), ("archived", archived)):
        print(f"{name}, worst of how many known, {len(found.faults)} faults:")
        for of, worst in found.worst.items():
            unit, known = UNITS.get(of, ""), found.known[of]
            print(f"    {of:17} {worst:8.4f} {unit:2} of {known:>9,}, asked {ASKED[of]:g}")
        for fault in found.faults[:20]:
            print(f"    {fault}")
    return not (hot.faults or archived.faults)


async def main(paths: list[Path]) -> int:
    """Check all of them."""
    good = [await check(path) for path in paths]
    return 0 if all(good) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recordings", nargs="+", type=Path)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sys.exit(asyncio.run(main(parser.parse_args().recordings)))
