"""The claim: questions to the history are answered in milliseconds, with millions of positions stored.

Simulated flights of 500 positions 10 s apart, 7,000 of them in the air at any moment (fewer with less than
eight million positions), over 40 by 80 degrees. All but the last ten minutes are archived; these lie in the
order in which they arrived, as the recorder leaves them. Asked at the HTTP edge of the real app, from another
process, each after one warm-up request:

- `track`: one flight's route (asked: 8 ms);
- `box`: the flights in 5 by 5 degrees and ten minutes, the first page of 100 (40 ms);
- `polygon`: those in a hexagon of the same size and two hours (60 ms);
- `sky`: everybody at a moment (100 ms with 7,000, 15 us for each beyond), in the archive, not archived yet
  (`hot`), and not archived yet where 7,000 report every second, ten times as many rows (`hot, 1 s`);
- `callsign`: the flights whose callsign begins so: one; `callsigns`: all; `no callsign`: none.

The control: the same rows in a plain table with btree(flight_id, time) and BRIN(time), written flight by
flight, read by asyncpg with no HTTP; and `edge`, an answer of nothing over the same connection.

    python benchmarks/history.py [--millions 10] [--rounds 20]
"""

import argparse
import asyncio
import http.client
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import numpy as np

from aerotrack.core.flights import FlightTable
from aerotrack.core.identity import flight_text
from aerotrack.core.values import moment
from aerotrack.storage.archive import archived
from aerotrack.storage.archive_copy import ARCHIVE_COLUMNS, encode
from aerotrack.storage.binary_copy import HEADER, TRAILER, CopyEncoder
from aerotrack.storage.database import Database
from aerotrack.storage.embedded import EmbeddedPostgres
from aerotrack.storage.history import PostgresHistory
from aerotrack.storage.stored import POSITION_COLUMNS, StoredPositions, quantise
from aerotrack.web.api import make_app
from aerotrack.web.broadcaster import Broadcaster
from aerotrack.web.server import Server

EACH, SPACING_S, AIRBORNE = 500, 10.0, 7_000
BEGIN = 1_732_233_600.0  # 2024-11-22T00:00:00Z
TWO_HOURS_S, TEN_MINUTES_S = 7200.0, 600.0
AT_ONCE = 500  # flights that are written together
BUSY_S, BUSY_AFTER_S = 90, 1800.0  # seconds in which everybody reports each second, so long after the rest
random = np.random.default_rng(1)


def flights(count: int, over_s: float) -> Iterator[tuple[Any, StoredPositions]]:
    """Make flights by the few hundred: their starts and positions, sorted by flight and time."""
    starts = BEGIN + np.sort(random.uniform(-EACH * SPACING_S, over_s, count)).round()
    for first in range(0, count, AT_ONCE):
        start = starts[first : first + AT_ONCE]
        address = np.arange(first + 1, first + 1 + len(start), dtype=np.uint32)
        course = random.uniform(0, 2 * np.pi, len(start))
        flown = np.arange(EACH) * SPACING_S * random.uniform(380, 500, len(start))[:, None] / 3600 / 60
        lat = random.uniform(25, 65, len(start))[:, None] + flown * np.cos(course)[:, None]
        lon = random.uniform(-20, 60, len(start))[:, None] + flown * np.sin(course)[:, None]
        lat = lat + 0.05 * np.sin(flown * 3 + course[:, None])  # not along a chord
        n = lat.size
        positions: dict[str, Any] = {
            "address": np.repeat(address, EACH),
            "start": np.repeat(start.astype(np.int64), EACH),
            "time": (start[:, None] + np.arange(EACH) * SPACING_S + random.uniform(0, 2, lat.shape)).ravel(),
            "lat": lat.ravel(),
            "lon": lon.ravel(),
            "altitude_ft": random.uniform(30_000, 30_100, n).astype(np.float32),
            "geo_altitude_ft": random.uniform(31_000, 31_100, n).astype(np.float32),
            "ground_speed_kt": random.uniform(440, 450, n).astype(np.float32),
            "track_deg": np.repeat(np.degrees(course) % 360, EACH).astype(np.float32),
            "vertical_rate_fpm": random.uniform(-64, 64, n).astype(np.float32),
            "squawk": np.full(n, 1000, np.int16),
            "position_source": np.zeros(n, np.int8),
            "on_ground": np.zeros(n, np.int8),
            "feed": np.zeros(n, np.int16),
        }
        inside = (positions["time"] >= BEGIN) & (positions["time"] < BEGIN + over_s)
        positions = {name: values[inside] for name, values in positions.items()}
        yield (address, start), quantise(positions, np.array([1], np.int16))


async def fill(server: Any, count: int, over_s: float) -> tuple[float, float]:
    """Write the flights, their positions, and the control's table.

    Return when the archive ends, and when everybody begins to report each second.
    """
    end = BEGIN + over_s
    seam = end // TEN_MINUTES_S * TEN_MINUTES_S - TEN_MINUTES_S
    await server.execute("insert into aerotrack.feed (name) values ('roof')")
    for made, since in (("ensure_days", BEGIN), ("ensure_partitions", seam)):
        await server.execute(
            f"select aerotrack.{made}(to_timestamp($1::float8), to_timestamp($2::float8))", since, end
        )
    await server.execute("create unlogged table public.plain (like aerotrack.position_hot)")
    hot, waiting = CopyEncoder(POSITION_COLUMNS), []
    columns = [name for name, _ in POSITION_COLUMNS]
    for (address, start), stored in flights(count, over_s):
        ids = address.astype(np.int64) << 32 | start.astype(np.int64)
        await server.execute(
            "insert into aerotrack.flight "
            "(flight_id, started_at, ended_at, split_reason, last_heard, callsign) "
            "select id, to_timestamp(start), to_timestamp(start + $2::int), 'first_seen', "
            "to_timestamp(start + $2::int), 'SIM' || (id >> 32) "
            "from unnest($1::bigint[]) id cross join lateral (select id & 4294967295 as start) s",
            ids.tolist(),
            int(EACH * SPACING_S),
        )
        old = stored.values["time"] < seam * 1e6
        if old.any():
            rows = HEADER + encode(archived(_part(stored, old))) + TRAILER
            await _copy(server, "position_archive", "aerotrack", ARCHIVE_COLUMNS, rows)
        if not old.all():
            waiting.append(_part(stored, ~old))
        await _copy(server, "plain", "public", columns, hot.encode(stored.values, stored.nulls))
    new = _arrived(waiting)
    await _copy(server, "position_hot", "aerotrack", columns, hot.encode(new.values, new.nulls))
    await fill_busy(server, end + BUSY_AFTER_S)
    await server.execute("create index on public.plain (flight_id, time)", timeout=600)
    await server.execute("create index on public.plain using brin (time)", timeout=600)
    await server.execute("vacuum analyze", timeout=600)
    return seam, end + BUSY_AFTER_S


async def fill_busy(server: Any, begin: float) -> None:
    """Have the flights that started last report every second for a while, in the order of the seconds."""
    await server.execute(
        "select aerotrack.ensure_partitions(to_timestamp($1::float8), to_timestamp($1 + $2::int))",
        begin,
        BUSY_S,
    )
    await server.execute(
        "insert into aerotrack.position_hot "
        "select to_timestamp($1::float8 + second + (flight_id >> 32) % 50 / 50.0), flight_id, "
        "4500000 + 200 * second, 1000000, 1200, 1240, 450, 0, 0, 1000, 0, 1, false "
        "from generate_series(0, $2::int - 1) second cross join "
        "(select flight_id from aerotrack.flight order by started_at desc limit $3) f order by second",
        begin,
        BUSY_S,
        AIRBORNE,
    )


def _arrived(parts: list[StoredPositions]) -> StoredPositions:
    """Put rows in the order of their times."""
    order = np.argsort(np.concatenate([part.values["time"] for part in parts]))
    return StoredPositions(
        *(
            {
                name: np.concatenate([getattr(part, of)[name] for part in parts])[order]
                for name in getattr(parts[0], of)
            }
            for of in ("values", "nulls")
        )
    )


def _part(stored: StoredPositions, which: Any) -> StoredPositions:
    return StoredPositions(
        {name: values[which] for name, values in stored.values.items()},
        {name: mask[which] for name, mask in stored.nulls.items()},
    )


async def _copy(server: Any, table: str, schema: str, columns: Any, stream: bytes) -> None:
    async def pieces() -> Any:
        for first in range(0, len(stream), 1 << 20):
            yield stream[first : first + (1 << 20)]

    await server.copy_to_table(
        table, schema_name=schema, columns=columns, source=pieces(), format="binary", timeout=600
    )


def ask(url: str, paths: list[str], rounds: int, answers: Any) -> None:
    """Be the client: ask each path `rounds` times after a first; tell the seconds, bytes and items."""
    host = url.removeprefix("http://").rstrip("/")
    connection = http.client.HTTPConnection(host)
    for path in paths:
        took = []
        for _ in range(rounds + 1):
            begin = time.perf_counter()
            connection.request("GET", path)
            body = connection.getresponse().read()
            took.append(time.perf_counter() - begin)
        told = json.loads(body)
        items = next((len(told[key]) for key in ("positions", "flights", "feeds") if key in told), str(told))
        answers.put((took, len(body), items))


async def main() -> None:
    """Fill, ask, print."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--millions", type=float, default=10)
    arguments.add_argument("--rounds", type=int, default=20)
    given = arguments.parse_args()
    over_s = max(1.5 * TWO_HOURS_S, given.millions * 1e6 * SPACING_S / AIRBORNE)
    count = int(given.millions * 1e6 / EACH * (1 + EACH * SPACING_S / over_s))
    with tempfile.TemporaryDirectory(prefix="aerotrack-bench-") as folder:
        Path(folder).chmod(0o777)  # noqa: ASYNC240  the server may be another user; nothing else runs yet
        postgres = EmbeddedPostgres(Path(folder) / "data")
        url = await postgres.start()
        database = await Database.open(url, command_s=600)
        try:
            server = await asyncpg.connect(url, command_timeout=600)
            begin = time.perf_counter()
            seams = await fill(server, count, over_s)
            stored = await server.fetchval("select count(*) from public.plain")
            print(f"{stored:,} positions of {count:,} flights in {time.perf_counter() - begin:.0f} s")
            await measure(server, database, given.rounds, seams, count)
            await server.close()
        finally:
            await database.close()
            await postgres.stop()


async def measure(
    server: Any, database: Database, rounds: int, seams: tuple[float, float], count: int
) -> None:
    """Ask everything at the HTTP edge, then of the plain table."""
    seam, busy = seams
    middle = (BEGIN + seam) / 2 // TEN_MINUTES_S * TEN_MINUTES_S
    name = await server.fetchval(
        "select flight_id from aerotrack.flight where started_at < to_timestamp($1::float8) "
        "order by started_at desc limit 1",
        middle,
    )
    box, when = (10.0, 42.0, 15.0, 47.0), (moment(middle + 180), moment(middle + 180 + TEN_MINUTES_S))
    hexagon = "10,44.5,11.2,47,13.8,47,15,44.5,13.8,42,11.2,42"
    hours = (moment(middle - TWO_HOURS_S / 2), moment(middle + TWO_HOURS_S / 2))
    track = f"/api/v1/flights/{flight_text(name >> 32, name & 0xFFFFFFFF)}/track"
    paths = {
        "edge": "/api/v1/feeds",
        "track": track,
        "box": f"/api/v1/history/flights?bbox={','.join(map(str, box))}&from={when[0]}&to={when[1]}",
        "box at the seam": f"/api/v1/history/flights?bbox={','.join(map(str, box))}"
        f"&from={moment(seam - 300)}&to={moment(seam + 300)}",
        "polygon": f"/api/v1/history/flights?polygon={hexagon}&from={hours[0]}&to={hours[1]}",
        "sky": f"/api/v1/history/sky?at={moment(middle)}",
        "sky, hot": f"/api/v1/history/sky?at={moment(seam + 300)}",
        "sky, hot, 1 s": f"/api/v1/history/sky?at={moment(busy + BUSY_S - 1)}",
        "sky in the box": f"/api/v1/history/sky?at={moment(middle)}&bbox={','.join(map(str, box))}",
        "flights": f"/api/v1/history/flights?from={when[0]}&to={when[1]}",
        "callsign": f"/api/v1/history/flights?callsign=sim{count // 2}",
        "callsigns": "/api/v1/history/flights?callsign=SIM",
        "no callsign": "/api/v1/history/flights?callsign=NONE",
    }
    app = make_app(
        sky=FlightTable(),
        history=PostgresHistory(database),
        broadcaster=Broadcaster(),
        feeds=list,
        stats=dict,
        ready=dict,
        clock=time.time,
        epoch="9f3c21aa",
    )
    answers: Any = multiprocessing.get_context("spawn").Queue()
    with Server.bound("127.0.0.1", 0) as site:
        async with site.serving(app):
            client = multiprocessing.get_context("spawn").Process(
                target=ask, args=(site.url, list(paths.values()), rounds, answers)
            )
            client.start()
            for question in paths:
                took, size, items = await asyncio.to_thread(answers.get, timeout=600)
                print(
                    f"{question:15} {1e3 * statistics.median(took[1:]):8.1f} ms "
                    f"(first {1e3 * took[0]:.1f}, worst {1e3 * max(took[1:]):.1f}), "
                    f"{items} items, {size:,} bytes"
                )
            await asyncio.to_thread(client.join)
    west, south, east, north = (round(side * 1e5) for side in box)
    inside = f"lat between {south} and {north} and lon between {west} and {east}"
    first, last = f"to_timestamp({middle + 180})", f"to_timestamp({middle + 180 + TEN_MINUTES_S})"
    around = f"to_timestamp({middle - TWO_HOURS_S / 2})", f"to_timestamp({middle + TWO_HOURS_S / 2})"
    controls = {
        "track": f"select * from public.plain where flight_id = {name} order by time",
        "box": "select distinct flight_id from public.plain "
        f"where time between {first} and {last} and {inside}",
        "polygon's box": "select flight_id, lat, lon from public.plain "
        f"where time between {around[0]} and {around[1]} and {inside}",
        "sky": "select distinct on (flight_id) * from public.plain where time between "
        f"to_timestamp({middle - 60}) and to_timestamp({middle}) order by flight_id, time desc",
    }
    for question, statement in controls.items():
        took = []
        for _ in range(max(3, rounds // 4) + 1):
            begin = time.perf_counter()
            rows = await server.fetch(statement)
            took.append(time.perf_counter() - begin)
        print(f"control {question:18} {1e3 * statistics.median(took[1:]):8.1f} ms, {len(rows)} rows")


if __name__ == "__main__":
    asyncio.run(main())
