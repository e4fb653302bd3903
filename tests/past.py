"""A past, written into the database by hand: flights, positions hot and archived, events.

Every position of a flight is `altitude` steps of 25 ft high and moves by 0.01 degree east each time.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import asyncpg

Connection = asyncpg.Connection

TICKS = 50  # of 20 ms in a second
MOVE = 1000  # of 1e-5 degree


def at(text: str) -> datetime:
    """Read a UTC time such as 2024-11-22 15:30."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def flight_id(address: int, start: datetime) -> int:
    return address << 32 | int(start.timestamp())


async def put_feed(database: Connection, name: str = "roof") -> int:
    await database.execute(
        "insert into aerotrack.feed (name) values ($1) on conflict (name) do nothing", name
    )
    return int(await database.fetchval("select feed_id from aerotrack.feed where name = $1", name))


async def put_flight(
    database: Connection,
    address: int,
    start: datetime,
    end: datetime | None,
    *,
    callsign: str | None = None,
    route: tuple[str | None, str | None] = (None, None),
) -> int:
    """Store a flight and return its id."""
    who = flight_id(address, start)
    await database.execute(
        "insert into aerotrack.flight"
        " (flight_id, callsign, origin, destination, started_at, ended_at, split_reason, last_heard)"
        " values ($1, $2, $3, $4, $5, $6, 'first_seen', $7)",
        who,
        callsign,
        *route,
        start,
        end,
        end or start,
    )
    return who


async def put_hot(
    database: Connection,
    flight: int,
    times: Sequence[datetime],
    *,
    lat: float = 52.0,
    lon: float = 5.0,
    altitude: int = 400,
    feed: str = "roof",
) -> None:
    """Store positions as the recorder does."""
    await database.execute("select aerotrack.ensure_partitions($1, $2)", times[0], times[-1])
    feed_id = await put_feed(database, feed)
    await database.executemany(
        "insert into aerotrack.position_hot"
        " (time, flight_id, lat, lon, altitude, ground_speed, track, on_ground, squawk,"
        "  position_source, feed_id)"
        " values ($1, $2, $3, $4, $5, 450, 900, false, 1200, 0, $6)",
        [
            (time, flight, round(lat * 1e5), round(lon * 1e5) + i * MOVE, altitude, feed_id)
            for i, time in enumerate(times)
        ],
    )


async def put_archived(
    database: Connection,
    flight: int,
    times: Sequence[datetime],
    *,
    lat: float = 52.0,
    lon: float = 5.0,
    altitude: int = 400,
    feed: str = "roof",
    stored_at: datetime | None = None,
) -> None:
    """Store positions, all of one bucket, as compaction leaves them; `stored_at` None is now."""
    bucket = datetime.fromtimestamp(times[0].timestamp() // 600 * 600, UTC)
    await database.execute("select aerotrack.ensure_days($1, $1)", bucket)
    t = [round((time - bucket).total_seconds() * TICKS) for time in times]
    lons = [round(lon * 1e5) + i * MOVE for i in range(len(times))]
    chord = [int((lons[-1] - lons[0]) * (k - t[0]) / max(t[-1] - t[0], 1)) for k in t]
    await database.execute(
        "insert into aerotrack.position_archive"
        " (bucket, flight_id, lat_a, lat_b, lon_a, lon_b, lat_min, lat_max, lon_min, lon_max, t_a, t_b,"
        "  squawk, position_source, feed_id, on_ground, t, lat, lon, altitude, ground_speed, track)"
        " values ($1, $2, $3, $3, $4, $5, $3, $3, $4, $5, $6, $7, 1200, 0, $8, false, $9, $10, $11, $12, $13,"
        "  $14)",
        bucket,
        flight,
        round(lat * 1e5),
        lons[0],
        lons[-1],
        t[0],
        t[-1],
        await put_feed(database, feed),
        t,
        [0] * len(t),
        [x - lons[0] - c for x, c in zip(lons, chord, strict=True)],
        [altitude] * len(t),
        [450] * len(t),
        [900] * len(t),
    )
    await database.execute(
        "insert into aerotrack.day (day, stored_at) values ($1, coalesce($2, now()))"
        " on conflict (day) do update set stored_at = greatest(day.stored_at, excluded.stored_at)",
        bucket.date(),
        stored_at,
    )


async def put_event(
    database: Connection, flight: int, time: datetime, kind: str, details: str = "{}"
) -> None:
    await database.execute(
        "insert into aerotrack.event (time, flight_id, kind, id, details)"
        " values ($1, $2, $3, aerotrack.flight_name($2) || '-' || $3 || '-' || $5::text, $4::text::jsonb)",
        time,
        flight,
        kind,
        details,
        str(round(time.timestamp() * 1000)),
    )


async def put_examples(database: Connection) -> None:
    """Store a little of everything, an afternoon of 2024 archived, and the last half hour hot."""
    noon, now = at("2024-11-22 15:28:28"), datetime.now(UTC).replace(microsecond=0)
    klm = await put_flight(
        database, 0x4CA2D6, noon, noon + timedelta(minutes=40), callsign="KLM1023", route=("EHAM", "EGLL")
    )
    for begin in range(120, 1200, 600):
        times = [noon + timedelta(seconds=begin + s) for s in range(0, 460, 10)]
        for bucket in sorted({time.timestamp() // 600 for time in times}):
            part = [time for time in times if time.timestamp() // 600 == bucket]
            await put_archived(database, klm, part, lat=51.5, lon=3.5)
    old = await put_flight(database, 0x3C6444, noon, None, callsign="DLH4AB", route=("EDDF", "EHAM"))
    await put_hot(database, old, [noon + timedelta(seconds=s) for s in range(90, 900, 30)], feed="shed")
    began = now - timedelta(minutes=30)
    late = await put_flight(database, 0x4CA2D6, began, None, callsign="KLM1024", route=("EGLL", "EHAM"))
    await put_hot(database, late, [began + timedelta(seconds=s) for s in range(0, 1790, 30)], lon=4.0)
    await put_event(database, late, began, "takeoff", '{"lat": 52.3, "lon": 4.0}')
    await put_event(database, late, now - timedelta(minutes=20), "emergency_on", '{"emergency": "general"}')
    await put_event(database, late, now - timedelta(minutes=15), "emergency_off", '{"before": "general"}')
    await put_event(database, late, now - timedelta(minutes=10), "go_around")
    await put_event(database, late, now - timedelta(minutes=5), "landing", '{"lat": 52.3, "lon": 4.8}')
