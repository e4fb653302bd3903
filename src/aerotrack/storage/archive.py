"""Archive: positions of the past as rows of small integers, one for a flight and ten minutes. Pure.

Along a row lat and lon are what is left beside the chord, the straight line in time from its first point to
its last (see migrations/0002_archive.sql), so that they fit 16 bits wherever an aircraft flies. Where they
would not, or where one of the values that the whole row shares changes, another row begins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.storage.stored import BUCKET_US, StoredPositions

TICK_US = 20_000
TICKS = BUCKET_US // TICK_US
"""How many ticks a bucket has: `t` is less."""

ARRAYS = (
    *("t", "lat", "lon", "altitude", "geo_altitude", "ground_speed", "track", "vertical_rate"),
    *("sources", "feeds"),
)
"""The columns of position_archive that have an element for each position."""

VARYING = {"sources": "position_source", "feeds": "feed_id"}
"""Arrays that a row has only where its positions differ, and the scalar it has otherwise."""

_MEASURED = ("altitude", "geo_altitude", "ground_speed", "track", "vertical_rate")
_INT2_MAX = 32_767
_NOWHERE = np.int32(-100_000)  # a code that no value has: not known


@dataclass(frozen=True, slots=True, eq=False)
class ArchiveRows:
    """R rows of position_archive, made of N positions.

    `scalars` by column (R,), `scalar_nulls` (R,) true where one is NULL; `bucket` is int64 microseconds since
    1970. `first` (R,) is the position each row begins with. `arrays` by column (N,) int16, `nulls` (N,) true
    where an element is NULL, `absent` (R,) true where the whole array is.
    """

    scalars: Mapping[str, NDArray[Any]]
    scalar_nulls: Mapping[str, NDArray[np.bool_]]
    first: NDArray[np.intp]
    arrays: Mapping[str, NDArray[np.int16]]
    nulls: Mapping[str, NDArray[np.bool_]]
    absent: Mapping[str, NDArray[np.bool_]]

    def __len__(self) -> int:
        return len(self.first)

    @property
    def counts(self) -> NDArray[np.intp]:
        """How many positions each row has, (R,)."""
        return np.diff(self.first, append=len(self.arrays["t"]))


def archived(stored: StoredPositions) -> ArchiveRows:
    """Lay one or more positions out in rows. They are sorted by flight and time."""
    values = stored.values
    bucket, t = np.divmod((values["time"] + TICK_US // 2) // TICK_US, TICKS)
    lat, lon = values["lat"].astype(np.int64), values["lon"].astype(np.int64)
    codes = {name: _code(stored, name) for name in ("squawk", "on_ground", *VARYING.values())}
    begins = np.ones(len(stored), np.bool_)
    begins[1:] = (np.abs(np.diff(lat)) > _INT2_MAX) | (np.abs(np.diff(lon)) > _INT2_MAX)
    for shared in (values["flight_id"], bucket, codes["squawk"], codes["on_ground"]):
        begins[1:] |= shared[1:] != shared[:-1]
    first, beside_lat, beside_lon = _fitting(np.flatnonzero(begins), t, lat, lon)
    last = _last(first, len(t))

    scalars: dict[str, NDArray[Any]] = {
        "bucket": bucket[first] * BUCKET_US,
        "flight_id": values["flight_id"][first],
        "t_a": t[first],
        "t_b": t[last],
    }
    for name, places in (("lat", lat), ("lon", lon)):
        scalars |= {
            f"{name}_a": places[first],
            f"{name}_b": places[last],
            f"{name}_min": np.minimum.reduceat(places, first),
            f"{name}_max": np.maximum.reduceat(places, first),
        }
    arrays = {"t": t, "lat": beside_lat, "lon": beside_lon} | {name: values[name] for name in _MEASURED}
    nulls = {name: _null(stored, name) for name in _MEASURED}
    absent = {name: np.logical_and.reduceat(nulls[name], first) for name in _MEASURED}
    scalar_nulls = {name: codes[name][first] == _NOWHERE for name in ("squawk", "on_ground")}
    for array, scalar in VARYING.items():
        differs = np.zeros(len(t), np.bool_)
        differs[1:] = codes[scalar][1:] != codes[scalar][:-1]
        differs[first] = False  # from the row before
        varies = np.logical_or.reduceat(differs, first)
        arrays[array], nulls[array], absent[array] = values[scalar], _null(stored, scalar), ~varies
        scalar_nulls[scalar] = varies | nulls[array][first]
    scalars |= {name: values[name][first] for name in codes}
    return ArchiveRows(
        scalars,
        scalar_nulls,
        first,
        {name: elements.astype(np.int16) for name, elements in arrays.items()},
        nulls,
        absent,
    )


def along(
    a: NDArray[np.int64], b: NDArray[np.int64], since: NDArray[np.int64], span: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Say where the chord from `a` to `b` is, `since` ticks after its beginning, of `span`; all (N,).

    As SQL divides, towards zero.
    """
    way = (b - a) * since
    place: NDArray[np.int64] = a + np.sign(way) * (np.abs(way) // np.maximum(span, 1))
    return place


def _fitting(
    first: NDArray[np.intp], t: NDArray[np.int64], lat: NDArray[np.int64], lon: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64]]:
    """Halve rows until all that is left beside their chords fits: their first positions, and what is left.

    It ends, because neighbours are near: of two points the first is on the chord, and so is the last, or they
    are of one tick and the chord does not move.
    """
    while True:
        last = _last(first, len(t))
        counts = last - first + 1
        a, b = np.repeat(first, counts), np.repeat(last, counts)
        since, span = t - t[a], t[b] - t[a]
        beside_lat = lat - along(lat[a], lat[b], since, span)
        beside_lon = lon - along(lon[a], lon[b], since, span)
        farthest = np.maximum.reduceat(np.maximum(np.abs(beside_lat), np.abs(beside_lon)), first)
        wide = farthest > _INT2_MAX
        if not wide.any():
            return first, beside_lat, beside_lon
        first = np.sort(np.append(first, first[wide] + counts[wide] // 2))


def _last(first: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    return np.append(first[1:], count) - 1


def _null(stored: StoredPositions, name: str) -> NDArray[np.bool_]:
    null = stored.nulls.get(name)
    return np.zeros(len(stored), np.bool_) if null is None else null


def _code(stored: StoredPositions, name: str) -> NDArray[np.int32]:
    """Return a column's values as numbers that differ where they do, not known being one of them."""
    return np.where(_null(stored, name), _NOWHERE, stored.values[name].astype(np.int32))
