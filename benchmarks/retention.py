"""The claim: a day of ten million positions is dropped within a second, leaves nothing, and nobody waits.

On an embedded PostgreSQL of its own with its ordinary settings, fsync included, in turns:

- `drop`: `apply_retention` finds the day past its term and drops its partition; then, timed apart, the
  flights and events that have no positions left;
- `control`: DELETE of the same rows of the archive, in one statement, and the VACUUM that makes their space
  usable again (not smaller).

Meanwhile somebody asks for the sky of another day over and over: the longest of his waits is told, beside
that while nothing else goes on. `python benchmarks/retention.py 1000` takes fewer flights.
"""

import asyncio
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import structlog

from aerotrack.core.retention import Retention
from aerotrack.storage.database import Database
from aerotrack.storage.embedded import EmbeddedPostgres
from aerotrack.storage.retention import apply_retention

RUNS, ROWS_EACH, POSITIONS_EACH = 3, 8, 60  # rows of a flight, positions of a row
DAY, KEPT = "2024-11-22", "2024-11-23"
SIZE = f"""
select pg_total_relation_size(to_regclass('aerotrack.position_archive_{DAY.replace("-", "")}'))
"""
FILL = """
with arrays as materialized (
    select n, array_agg((i * 500)::smallint order by i) as t,
           array_agg((random() * 600 - 300)::smallint) as lat,
           array_agg((random() * 600 - 300)::smallint) as lon,
           array_agg((random() * 1600)::smallint) as altitude,
           array_agg((random() * 1600)::smallint) as geo_altitude,
           array_agg((random() * 500)::smallint) as ground_speed,
           array_agg((random() * 3599)::smallint) as track,
           array_agg((random() * 60 - 30)::smallint) as vertical_rate
    from generate_series(0, 999) n, generate_series(0, $4 - 1) i
    group by n
)
insert into aerotrack.position_archive
select $1::timestamptz + b * interval '10 minutes', $5 + (f::bigint << 32), 0, 100, 0, 100, 0, 100, 0, 100,
       0, 29500, 1200, 0, null, false,
       a.t, a.lat, a.lon, a.altitude, a.geo_altitude, a.ground_speed, a.track, a.vertical_rate
from generate_series(1, $2::integer) f, generate_series(0, $3::integer - 1) b
join arrays a on true
where a.n = (f * 7 + b * 131) % 1000
"""


async def fill(server: asyncpg.Connection, day: str, flights: int, *, stored: str) -> None:
    """Store a day of flights, each with an event, last archived at `stored`."""
    begin = f"timestamptz '{day} 10:00Z'"
    values = {
        "$1": begin,
        "$2": str(flights),
        "$3": str(ROWS_EACH),
        "$4": str(POSITIONS_EACH),
        "$5": f"extract(epoch from {begin})::bigint",
    }
    filling = FILL
    for name, value in values.items():
        filling = filling.replace(name, value)
    who = f"{values['$5']} + (f::bigint << 32)"
    await server.execute(
        f"""
        select aerotrack.ensure_days({begin}, {begin});
        {filling};
        insert into aerotrack.flight (flight_id, started_at, ended_at, split_reason, last_heard)
        select {who}, {begin}, {begin} + interval '80 minutes', 'first_seen', {begin}
        from generate_series(1, {flights}) f;
        insert into aerotrack.event (time, flight_id, kind, id)
        select {begin}, {who}, 'takeoff', '{day}' || f from generate_series(1, {flights}) f;
        insert into aerotrack.day values ('{day}', {stored})
        """
    )
    await server.execute("vacuum analyze aerotrack.position_archive")
    await server.execute("vacuum analyze aerotrack.flight")
    await server.execute("checkpoint")


async def clear(server: asyncpg.Connection) -> None:
    """Take away what a turn left of the day."""
    await server.execute(
        f"""
        drop table if exists aerotrack.position_archive_{DAY.replace("-", "")};
        delete from aerotrack.day where day = '{DAY}';
        delete from aerotrack.flight where started_at < '{KEPT}';
        delete from aerotrack.event where time < '{KEPT}'
        """
    )


@asynccontextmanager
async def asked(url: str, waits: list[float]) -> AsyncIterator[None]:
    """Ask for a sky over and over, and note how long each answer took."""
    reader = await asyncpg.connect(url)
    asking = True

    async def ask() -> None:
        while asking:
            begin = time.perf_counter()
            await reader.fetch(f"select count(*) from aerotrack.sky_at('{KEPT} 10:05Z')")
            waits.append(time.perf_counter() - begin)

    task = asyncio.create_task(ask())
    yield
    asking = False
    await task
    await reader.close()


async def drop(server: asyncpg.Connection, url: str, waits: list[float]) -> tuple[float, float]:
    """Return the seconds for the day, and for its flights and events."""
    flights_begin: list[float] = []

    def noted(query: Any) -> None:
        if "for update of f skip locked" in query.query:
            flights_begin.append(time.perf_counter() - query.elapsed)

    async with asked(url, waits):
        with server.query_logger(noted):
            begin = time.perf_counter()
            dropped = await apply_retention(server, Retention(days=30))
            end = time.perf_counter()
    assert [str(day) for day in dropped.days] == [DAY], dropped
    return flights_begin[0] - begin, end - flights_begin[0]


async def delete(server: asyncpg.Connection, url: str, waits: list[float]) -> tuple[float, float]:
    """Return the seconds for DELETE, and for VACUUM."""
    async with asked(url, waits):
        begin = time.perf_counter()
        await server.execute(f"delete from aerotrack.position_archive where bucket < '{KEPT}'")
        deleted = time.perf_counter()
        await server.execute(f"vacuum aerotrack.position_archive_{DAY.replace('-', '')}")
        end = time.perf_counter()
    return deleted - begin, end - deleted


async def measure(url: str, flights: int) -> None:
    """Take turns and print the medians."""
    await (await Database.open(url)).close()
    server = await asyncpg.connect(url)
    await fill(server, KEPT, max(flights // 10, 1), stored="now()")
    seconds: dict[str, list[tuple[float, float]]] = {"drop": [], "control": []}
    waits: dict[str, list[float]] = {"drop": [], "control": [], "alone": []}
    left: dict[str, int] = {}
    before = 0
    for _ in range(RUNS):
        for name, turn in {"drop": drop, "control": delete}.items():
            await fill(server, DAY, flights, stored="now() - interval '31 days'")
            before = await server.fetchval(SIZE)
            async with asked(url, waits["alone"]):
                await asyncio.sleep(1)
            seconds[name].append(await turn(server, url, waits[name]))
            left[name] = await server.fetchval(SIZE) or 0
            await clear(server)
    count = flights * ROWS_EACH * POSITIONS_EACH
    size = f"{before / 1e6:,.0f} MB"
    print(f"a day of {count:,} positions of {flights:,} flights, {size}; medians of {RUNS} turns")
    told = {"drop": ("the day", "its flights and events"), "control": ("DELETE", "VACUUM")}
    for name, parts in told.items():
        first, second = (statistics.median(times) for times in zip(*seconds[name], strict=True))
        print(
            f"{name:8} {parts[0]} {first:.3f} s, {parts[1]} {second:.3f} s; left {left[name] / 1e6:,.1f} MB"
        )
    for name, times in waits.items():
        median, longest = 1e3 * statistics.median(times), 1e3 * max(times)
        print(f"a sky, {name:8} median {median:.1f} ms, longest {longest:.0f} ms")
    await server.close()


async def main(folder: Path, flights: int) -> None:
    """Run the measurement on a server of its own."""
    server = EmbeddedPostgres(folder / "data")
    try:
        await measure(await server.start(), flights)
    finally:
        await server.stop()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="aerotrack-bench-") as place:
        Path(place).chmod(0o777)  # the server may be another user
        asyncio.run(main(Path(place), int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
