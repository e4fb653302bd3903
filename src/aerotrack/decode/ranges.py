"""Ranges: what a number can be at all. Wide: what is merely unlikely is not a decoder's to judge."""

from collections.abc import Mapping
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
