"""The claim: a replay shows its first frame within 300 ms, and 500 x keeps up, with 7,000 flights in the air.

An archived half hour of 7,000 flights that report every 5 s. For each speed a playback with one client of the
world, who takes everything at once: the time from asking to the first frame, CPU of this process and of
PostgreSQL a tick, how much of the promised speed is kept, and by how much the event loop was late (which is
what other clients would notice). The controls, in the same run: PostgreSQL's own time for the picture alone
(a sum over `sky_steps`), and the CPU of a tick of the live broadcaster in which as many flights changed.

    ./aerotrack bench playback        2 minutes;  python benchmarks/playback.py --flights 1000 --seconds 5
"""

import argparse
import asyncio
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time, time

import asyncpg
import numpy as np

from aerotrack.core.past_sky import PastSky
from aerotrack.storage.database import Database
from aerotrack.storage.embedded import EmbeddedPostgres
from aerotrack.storage.playback import PostgresPast
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.subscriptions import Wish
from aerotrack.web.time_travel import Present, TimeTravel, Traveller
from aerotrack.web.watch import Watch

BEGIN, BUCKETS = 1_732_289_400, 30
STORE = """
select aerotrack.ensure_days(to_timestamp($1::float8), to_timestamp($1::float8 + 600 * $3::int));
insert into aerotrack.feed (name) values ('roof');
insert into aerotrack.flight (flight_id, callsign, started_at, split_reason, last_heard)
select n::bigint << 32 | $1::bigint, 'F' || n, to_timestamp($1::float8), 'first_seen',
       to_timestamp($1::float8)
from generate_series(1, $2::int) n;
insert into aerotrack.position_archive
select to_timestamp($1::float8 + 600 * b), n::bigint << 32 | $1::bigint, 0, 0, 0, 0, 0, 0, 0, 0, 0, 29999,
       1000, 0, 1, false,
       t, lat, lon, alt, alt, spd, trk, vr, null, null
from generate_series(1, $2::int) n, generate_series(0, $3::int - 1) b, lateral (
    select array_agg((k * 250 + n % 250)::int2) as t, array_agg((k * 50 + n % 997)::int2) as lat,
           array_agg((k * 70 + n % 991)::int2) as lon, array_agg((1400 + (n + k) % 7)::int2) as alt,
           array_agg((450 + k % 9)::int2) as spd, array_agg(((n * 7 + k) % 3600)::int2) as trk,
           array_agg((k % 5)::int2) as vr
    from generate_series(0, 119) k
) a;
analyze aerotrack.position_archive
"""


class Sink:
    """A client that takes everything at once."""

    ready, waiting = True, 0

    def __init__(self) -> None:
        self.came = asyncio.Event()
        self.frames, self.octets = 0, 0

    def push(self, pieces: Sequence[bytes]) -> None:
        """Take frames."""
        self.frames += 1
        self.octets += sum(map(len, pieces))
        if self.frames > 1:  # the first is the hello
            self.came.set()


def postgres_cpu(directory: Path) -> float:
    """Return the seconds of CPU that the server and its children have used."""
    ticks, parent = 0, (directory / "postgres/data/postmaster.pid").read_text().split("\n", 1)[0]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1] == parent or stat.parent.name == parent:
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


async def lateness(stop: asyncio.Event) -> float:
    """Return by how much the event loop was late at worst, in seconds."""
    worst = 0.0
    while not stop.is_set():
        began = perf_counter()
        await asyncio.sleep(0.002)
        worst = max(worst, perf_counter() - began - 0.002)
    return worst


async def play(past: PostgresPast, directory: Path, speed: float, seconds: float) -> None:
    """Play for some seconds at a speed, and print what it took."""
    agency = TimeTravel(past, Present("00000000", Broadcaster(), 1.0, time), tick_seconds=1.0, most=1)
    sink, stop = Sink(), asyncio.Event()
    traveller = Traveller(sink, agency, binary=True)
    traveller.enter()
    began = perf_counter()
    traveller.ask(Wish(Watch(), anew=True, at=BEGIN + 300.0, speed=speed))
    await sink.came.wait()
    first = perf_counter() - began
    late = asyncio.create_task(lateness(stop))
    line, cpu, theirs, began = traveller.line, process_time(), postgres_cpu(directory), perf_counter()
    ticks, at = line.broadcaster.tick, line.time
    await asyncio.sleep(seconds)
    wall, ticks = perf_counter() - began, line.broadcaster.tick - ticks
    stop.set()
    kept = (line.time - at) / wall / speed
    ticks, cpu, theirs = max(ticks, 1), process_time() - cpu, postgres_cpu(directory) - theirs
    print(
        f"{speed:5g} x: first frame {first * 1e3:4.0f} ms; a tick {1e3 * cpu / ticks:5.1f} ms of CPU, "
        f"PostgreSQL {1e3 * theirs / ticks:5.1f} ms; "
        f"{ticks} ticks, {kept:.0%} of the speed, {sink.octets / 1e6:.1f} MB; "
        f"loop late by {await late * 1e3:.0f} ms"
    )
    traveller.leave()
    await asyncio.sleep(0.2)


async def control(past: PostgresPast, connection: asyncpg.Connection) -> None:
    """Print what the picture costs PostgreSQL alone, and a tick the broadcaster."""
    times = []
    for _ in range(5):
        began = perf_counter()
        await connection.fetchval(
            "select sum(altitude) from aerotrack.sky_steps(to_timestamp($1::float8), interval '60 s')",
            BEGIN + 300.0,
        )
        times.append(perf_counter() - began)
    sky, broadcaster, costs = PastSky(), Broadcaster(), []
    for at in range(300, 340, 5):
        changes = sky.advance(BEGIN + at, await past.sky(BEGIN + at, sky.live))
        cpu = process_time()
        broadcaster.take(changes)
        costs.append(process_time() - cpu)
    print(
        f"control: sky_steps alone {median(times) * 1e3:.0f} ms; a live broadcaster takes "
        f"{len(sky.live)} changed flights in {median(costs[1:]) * 1e3:.1f} ms"
    )


async def main(flights: int, seconds: float) -> None:
    """Store, play, print."""
    directory = Path(tempfile.mkdtemp(prefix="aerotrack-"))
    server = EmbeddedPostgres(directory)
    try:
        database = await Database.open(await server.start(), command_s=600)
        connection = await database.connect()
        store = STORE
        for name, number in (("$1", BEGIN), ("$2", flights), ("$3", BUCKETS)):
            store = store.replace(name, str(number))
        await connection.execute(store)
        past = PostgresPast(database)
        await past.sky(BEGIN + 10.0, np.empty(0, np.int64))  # connects
        await control(past, connection)
        for speed in (1, 10, 500):
            await play(past, directory, speed, seconds)
        await connection.close()
        await database.close()
    finally:
        await server.stop()
        shutil.rmtree(directory)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--flights", type=int, default=7000)
    parser.add_argument("--seconds", type=float, default=30.0)
    arguments = parser.parse_args()
    asyncio.run(main(arguments.flights, arguments.seconds))
