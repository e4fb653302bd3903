"""Positions as PostgreSQL stores them: quantised to the nearest step before anything is written. Pure.

    time 20 ms    lat, lon 1e-5 degree    altitudes 25 ft    speed 1 kt    track 0.1 degree
    vertical rate 64 ft/min

Nearest, because rounding down would move every place by half a step. A value that does not fit its column is
stored as not known: cutting it to the column's limit would invent a measurement.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import Columns
from aerotrack.core.identity import flight_ids
from aerotrack.storage.binary_copy import ColumnType
from aerotrack.storage.steps import DEGREE, NUMBERS, STEP

BUCKET_US = 600_000_000  # position_hot is partitioned by 10 minutes
POSITION_COLUMNS: tuple[tuple[str, ColumnType], ...] = (
    ("time", "timestamptz"),
    ("flight_id", "int8"),
    ("lat", "int4"),
    ("lon", "int4"),
    ("altitude", "int2"),
    ("geo_altitude", "int2"),
    ("ground_speed", "int2"),
    ("track", "int2"),
    ("vertical_rate", "int2"),
    ("squawk", "int2"),
    ("position_source", "int2"),
    ("feed_id", "int2"),
    ("on_ground", "bool"),
)
"""The columns of position_hot that a position fills, in the order of the COPY."""

_TIME_STEPS_PER_S, _TIME_STEP_US = 50.0, 20_000
_LATEST_S = 4_102_444_800.0  # 2100-01-01: later times, and those before 1970, are not of this trade
_INT2_MAX = 32_767
_FULL_CIRCLE = 3600  # in steps of 0.1 degree


@dataclass(frozen=True, slots=True, eq=False)
class StoredPositions:
    """N rows for position_hot: `values` by column (N,), `nulls` (N,) true where a column is not known.

    `time` is int64 microseconds since 1970, all others are in steps.
    """

    values: Mapping[str, NDArray[Any]]
    nulls: Mapping[str, NDArray[np.bool_]]

    def __len__(self) -> int:
        return len(self.values["time"])

    def pieces(self, rows: int) -> Iterator["StoredPositions"]:
        """Cut into pieces of at most `rows` rows."""
        for first in range(0, len(self), rows):
            yield self._cut(slice(first, first + rows))

    def whole_flights(self, rows: int) -> Iterator["StoredPositions"]:
        """Cut what is sorted by flight into pieces of about `rows` rows, where a flight ends."""
        flights, first = self.values["flight_id"], 0
        while first < len(self):
            last = flights[min(first + rows, len(self)) - 1]
            end = int(np.searchsorted(flights, last, "right"))
            yield self._cut(slice(first, end))
            first = end

    def _cut(self, at: slice) -> "StoredPositions":
        return StoredPositions(
            {name: values[at] for name, values in self.values.items()},
            {name: mask[at] for name, mask in self.nulls.items()},
        )


def storable(positions: Columns) -> NDArray[np.bool_]:
    """Say for each position (N,) whether it has a time and a place that can be stored at all."""
    time, lat, lon = positions["time"], positions["lat"], positions["lon"]
    inside: NDArray[np.bool_] = (time >= 0.0) & (time < _LATEST_S)
    return inside & (np.abs(lat) <= 90.0) & (np.abs(lon) <= 180.0)  # noqa: PLR2004  the globe


def quantise(positions: Columns, feed_ids: NDArray[np.int16]) -> StoredPositions:
    """Quantise storable positions: `address`, `start`, `time` and the schema's stored columns, each (N,).

    `feed_ids` (F,) turns the column `feed`, an index, into the database's name for the feed.
    """
    values: dict[str, NDArray[Any]] = {
        "time": np.rint(positions["time"] * _TIME_STEPS_PER_S).astype(np.int64) * _TIME_STEP_US,
        "flight_id": flight_ids(positions["address"], positions["start"]),
        "lat": np.rint(positions["lat"] * DEGREE).astype(np.int32),
        "lon": np.rint(positions["lon"] * DEGREE).astype(np.int32),
    }
    nulls: dict[str, NDArray[np.bool_]] = {}
    for heard_as, name in NUMBERS.items():
        steps = np.rint(positions[heard_as] / np.float32(STEP[heard_as]))
        null = ~(np.abs(steps) <= _INT2_MAX)  # true for NaN as well
        steps[null] = 0
        values[name], nulls[name] = steps.astype(np.int16), null
    values["track"] %= _FULL_CIRCLE  # 360.0 is 0.0
    for name in ("squawk", "position_source", "on_ground"):
        values[name], nulls[name] = positions[name], positions[name] < 0
    feed, nulls["feed_id"] = positions["feed"], positions["feed"] < 0
    values["feed_id"] = np.append(feed_ids, np.int16(0))[feed]
    return StoredPositions(values, nulls)


def buckets(stored: StoredPositions) -> NDArray[np.int64]:
    """Return the 10-minute buckets that the positions fall in, as their number since 1970, in order."""
    first, last = int(stored.values["time"].min()), int(stored.values["time"].max())
    if first // BUCKET_US == last // BUCKET_US:
        return np.array([first // BUCKET_US])
    return np.unique(stored.values["time"] // BUCKET_US)


def runs(numbers: Iterable[int], longest: int) -> list[tuple[int, int]]:
    """Join ascending numbers into runs without gaps of at most `longest`: (first, last) of each."""
    joined: list[tuple[int, int]] = []
    for number in numbers:
        if joined and number == joined[-1][1] + 1 and number - joined[-1][0] < longest:
            joined[-1] = (joined[-1][0], number)
        else:
            joined.append((number, number))
    return joined
