"""Positions in stored steps, as literal rows, as Hypothesis draws them, and in the database."""

import io
from collections.abc import Iterable
from typing import Any

import asyncpg
import numpy as np
from hypothesis import strategies as st

from aerotrack.storage.binary_copy import CopyEncoder
from aerotrack.storage.stored import BUCKET_US, POSITION_COLUMNS, StoredPositions

Connection = asyncpg.Connection
Steps = dict[str, int | None]

BEGIN_US = 1_732_289_400_000_000
"""2024-11-22T15:30:00Z, the start of a bucket."""
FLIGHT = 0x4CA2D6 << 32 | 0x6740A31C
NULLABLE = [
    *("altitude", "geo_altitude", "ground_speed", "track", "vertical_rate"),
    *("squawk", "position_source", "feed_id", "on_ground"),
]
_DTYPES = {"int2": np.int16, "int4": np.int32, "int8": np.int64, "bool": np.int8, "timestamptz": np.int64}


def step(time_s: float = 0.0, /, flight_id: int = FLIGHT, **steps: int | None) -> Steps:
    """One position `time_s` after BEGIN, at 52 N 5 E and nothing known unless it says otherwise."""
    known = {"time": BEGIN_US + round(time_s * 1e6), "flight_id": flight_id, "lat": 5_200_000, "lon": 500_000}
    return dict.fromkeys(NULLABLE) | known | steps


def stored_of(rows: Iterable[Steps]) -> StoredPositions:
    """Make columns of rows, sorted by flight and time."""
    rows = sorted(rows, key=lambda row: (row["flight_id"], row["time"]))
    values: dict[str, Any] = {
        name: np.array([row[name] or 0 for row in rows], _DTYPES[kind]) for name, kind in POSITION_COLUMNS
    }
    return StoredPositions(values, {name: np.array([row[name] is None for row in rows]) for name in NULLABLE})


def rows_of(stored: StoredPositions) -> list[Steps]:
    """Make rows of columns."""
    values = {name: stored.values[name].tolist() for name, _ in POSITION_COLUMNS}
    for name in NULLABLE:
        null = stored.nulls[name].tolist()
        values[name] = [None if absent else int(v) for v, absent in zip(values[name], null, strict=True)]
    return [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]


async def put_steps(database: Connection, stored: StoredPositions) -> None:
    """Write positions into position_hot, with the partitions and the feeds they need."""
    times = stored.values["time"]
    for bucket in np.unique(times // BUCKET_US).tolist():
        begin = bucket * BUCKET_US / 1e6
        await database.execute(
            "select aerotrack.ensure_partitions(to_timestamp($1), to_timestamp($1))", begin
        )
    await database.execute(
        "insert into aerotrack.feed (name)"
        " select 'feed ' || n from generate_series(1, 3) n on conflict do nothing"
    )
    await database.copy_to_table(
        "position_hot",
        schema_name="aerotrack",
        columns=[name for name, _ in POSITION_COLUMNS],
        source=io.BytesIO(CopyEncoder(POSITION_COLUMNS).encode(stored.values, stored.nulls)),
        format="binary",
    )


async def forget_recorders(database: Connection) -> None:
    """Nobody has written for a while: everything is due."""
    await database.execute("update aerotrack.recorder set at = now() - interval '1 hour'")


_INT2 = st.none() | st.integers(-32_767, 32_767)
_PLACES = st.one_of(  # anywhere; near a pole; near the antimeridian
    st.tuples(st.integers(-9_000_000, 9_000_000), st.integers(-18_000_000, 18_000_000)),
    st.tuples(st.integers(8_999_000, 9_000_000), st.integers(-18_000_000, 18_000_000)),
    st.tuples(st.integers(-9_000_000, 9_000_000), st.sampled_from([-18_000_000, 17_999_990, 18_000_000])),
)
_MOVES = st.one_of(  # none; a cruise; what a row only just holds, and just does not; a turn at speed
    st.just((0, 0)),
    st.tuples(st.integers(-900, 900), st.integers(-900, 900)),
    st.sampled_from(
        [(32_767, 0), (32_768, 0), (0, -32_767), (0, -32_768), (20_000, 20_000), (-20_000, -20_000)]
    ),
)


@st.composite
def flown(draw: st.DrawFn) -> list[Steps]:
    """One flight's positions: along a way, with pauses, from any place."""
    flight = draw(st.sampled_from([FLIGHT, FLIGHT + 1, 1 << 56 | FLIGHT, 7]))
    time = BEGIN_US + 20_000 * draw(st.integers(0, 90_000))
    lat, lon = draw(_PLACES)
    shared = draw(
        st.fixed_dictionaries(
            {"squawk": st.none() | st.integers(0, 7777), "on_ground": st.none() | st.integers(0, 1)}
        )
    )
    rows: list[Steps] = []
    for later, move, more in draw(
        st.lists(
            st.tuples(
                st.sampled_from([0, 20_000, 1_000_000, 30_000_000, 599_980_000, 600_000_000]),
                _MOVES,
                st.fixed_dictionaries(
                    dict.fromkeys(NULLABLE[:5], _INT2)
                    | {
                        "position_source": st.none() | st.integers(0, 9),
                        "feed_id": st.none() | st.integers(1, 3),
                    }
                ),
            ),
            min_size=1,
            max_size=12,
        )
    ):
        time += later
        lat = max(-9_000_000, min(9_000_000, lat + move[0]))
        lon = (lon + move[1] + 18_000_000) % 36_000_000 - 18_000_000
        rows.append({"time": time, "flight_id": flight, "lat": lat, "lon": lon} | shared | more)
    return rows


def skies() -> st.SearchStrategy[list[Steps]]:
    """Some flights' positions, in no order, also two of a flight at one time."""
    return st.lists(flown(), min_size=1, max_size=5).map(lambda flights: [row for f in flights for row in f])
