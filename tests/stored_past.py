"""A past written straight into the tables: flights, positions that are hot, positions that are archived.

The rows of the archive are encoded here position by position, after the words of the migration.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from flown import BEGIN, Connection

BUCKET_S = 600.0

Place = tuple[float, float, float]
"""Seconds after BEGIN, latitude, longitude."""


def name_of(address: int, start: float) -> int:
    """Name the flight of an aircraft that began `start` seconds after BEGIN, as the database does."""
    return address << 32 | int(BEGIN + start)


def moment(seconds: float) -> datetime:
    """Return the time `seconds` after BEGIN."""
    return datetime.fromtimestamp(BEGIN + seconds, UTC)


async def flight(
    database: Connection, address: int, start: float, end: float | None = None, **facts: str
) -> int:
    """Write a flight from `start` to `end` (None: it is open) seconds after BEGIN. Return its id."""
    name = name_of(address, start)
    last_heard = max(end if end is not None else start, start)
    await database.execute(
        "insert into aerotrack.flight (flight_id, started_at, ended_at, split_reason, last_heard, callsign, "
        "origin, destination, registration) values ($1, $2, $3, 'first_seen', $4, $5, $6, $7, $8)",
        name,
        moment(int(start)),
        None if end is None else moment(end),
        moment(last_heard),
        *(facts.get(fact) for fact in ("callsign", "origin", "destination", "registration")),
    )
    return name


async def heard_at(database: Connection, flight_id: int, seconds: float) -> None:
    """Have a flight heard last `seconds` after BEGIN."""
    await database.execute(
        "update aerotrack.flight set last_heard = $2 where flight_id = $1", flight_id, moment(seconds)
    )


async def hot(database: Connection, flight_id: int, places: Iterable[Place], **steps: Any) -> None:
    """Write positions as the recorder leaves them; `steps` are columns of position_hot."""
    for seconds, lat, lon in places:
        at = moment(seconds)
        await database.execute("select aerotrack.ensure_partitions($1, $1)", at)
        columns = {"time": at, "flight_id": flight_id, "lat": _steps(lat), "lon": _steps(lon), **steps}
        await _insert(database, "position_hot", columns)


async def archived(database: Connection, flight_id: int, places: Sequence[Place], **steps: Any) -> None:
    """Write positions as they are archived, a row for each ten minutes; all have the same `steps`."""
    for bucket, of_bucket in groupby(sorted(places), lambda place: place[0] // BUCKET_S * BUCKET_S):
        at = moment(bucket)
        await database.execute("select aerotrack.ensure_days($1, $1)", at)
        await _insert(
            database,
            "position_archive",
            {"bucket": at, "flight_id": flight_id} | _row(bucket, list(of_bucket), steps),
        )


async def event(database: Connection, flight_id: int, kind: str, seconds: float, /, **details: Any) -> str:
    """Write an event; return its id."""
    time = moment(seconds)
    name = await database.fetchval("select aerotrack.flight_name($1)", flight_id)
    event_id = f"{name}-{kind}-{round(time.timestamp() * 1000)}"
    await database.execute(
        "insert into aerotrack.event (time, flight_id, kind, id, details) values ($1, $2, $3, $4, $5)",
        time,
        flight_id,
        kind,
        event_id,
        json.dumps(details),
    )
    return event_id


def _row(bucket: float, places: Sequence[Place], steps: dict[str, Any]) -> dict[str, Any]:
    t = [round((seconds - bucket) * 50) for seconds, _, _ in places]
    lat, lon = ([_steps(place[axis]) for place in places] for axis in (1, 2))
    row: dict[str, Any] = {"t": t, "t_a": t[0], "t_b": t[-1]}
    for axis, values in (("lat", lat), ("lon", lon)):
        a, b = values[0], values[-1]
        row |= {f"{axis}_a": a, f"{axis}_b": b, f"{axis}_min": min(values), f"{axis}_max": max(values)}
        line = [a + int((b - a) * (ti - t[0]) / max(t[-1] - t[0], 1)) for ti in t]  # int() cuts towards 0
        row[axis] = [value - on_line for value, on_line in zip(values, line, strict=True)]
    for column, value in steps.items():
        scalar = column in ("squawk", "position_source", "feed_id", "on_ground")
        row[column] = value if scalar else [value] * len(t)
    return row


async def _insert(database: Connection, table: str, columns: dict[str, Any]) -> None:
    marks = ", ".join(f"${i}" for i in range(1, len(columns) + 1))
    await database.execute(
        f"insert into aerotrack.{table} ({', '.join(columns)}) values ({marks})",
        *columns.values(),
    )


def _steps(degrees: float) -> int:
    return round(degrees * 1e5)
