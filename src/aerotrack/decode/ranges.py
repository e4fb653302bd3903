"""Ranges: what a number can be at all. Wide: what is merely unlikely is not a decoder's to judge."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME

RANGES: Mapping[str, tuple[float, float]] = {
    "altitude_ft": (-10_000.0, 400_000.0),
    "geo_altitude_ft": (-10_000.0, 400_000.0),
    "ground_speed_kt": (0.0, 20_000.0),
    "track_deg": (0.0, 360.0),
    "vertical_rate_fpm": (-200_000.0, 200_000.0),
    "nic": (0.0, 11.0),
    "nac_p": (0.0, 11.0),
}
"""In the units of the schema, both ends included."""


def within(name: str, values: NDArray[np.float64]) -> tuple[NDArray[Any], int]:
    """Cast `values` (N,), NaN where unknown, to the column's dtype; return how many were out of its range.

    Those become unknown, as do fractions of a column of integers.
    """
    low, high = RANGES[name]
    column = BY_NAME[name]
    heard = values == values  # noqa: PLR0124  not NaN
    possible = (values >= low) & (values <= high)
    if column.dtype.kind == "i":
        possible &= values == np.floor(values)
    outside = int(np.count_nonzero(heard & ~possible))
    if column.dtype.kind == "i" or outside:
        values = np.where(possible, values, column.unknown)
    return values.astype(column.dtype), outside


def all_within(numbers: Mapping[str, NDArray[np.float64]]) -> tuple[dict[str, NDArray[Any]], int]:
    """Cast columns of numbers (N,) as `within` does, all at once, without those of which nothing is known."""
    if not numbers:
        return {}, 0
    low, high, whole = _limits(tuple(numbers))
    values = np.array(list(numbers.values()))
    possible = (values >= low) & (values <= high)
    if whole.any():
        possible[whole] &= values[whole] == np.floor(values[whole])
    heard = values == values  # noqa: PLR0124  not NaN
    known = np.count_nonzero(possible, axis=1).tolist()
    columns = {}
    for i, name in enumerate(numbers):
        if known[i]:
            column = BY_NAME[name]
            all_known = known[i] == values.shape[1]
            row = values[i] if all_known else np.where(possible[i], values[i], column.unknown)
            columns[name] = row.astype(column.dtype)
    return columns, int(np.count_nonzero(heard)) - sum(known)


@cache
def _limits(names: tuple[str, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return the ends of the ranges (K, 1), and which columns are of integers (K,)."""
    low, high = np.array([RANGES[name] for name in names]).T[:, :, np.newaxis]
    return low, high, np.array([BY_NAME[name].dtype.kind == "i" for name in names])
