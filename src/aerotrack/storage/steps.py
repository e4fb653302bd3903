"""Steps: the whole numbers that positions are stored in, and what they stand for in the schema. Pure.

No step is -32768, no code is -1: so a NULL crosses where columns have one width.
"""

import numpy as np
from numpy.typing import NDArray

EPOCH_US = 946_684_800_000_000
"""2000-01-01 in Unix microseconds: PostgreSQL counts from there."""

NUMBERS = {
    "altitude_ft": "altitude",
    "geo_altitude_ft": "geo_altitude",
    "ground_speed_kt": "ground_speed",
    "track_deg": "track",
    "vertical_rate_fpm": "vertical_rate",
}
"""The columns of the schema that are stored in steps of their own -> the names of the stored ones."""

STEP = {
    "altitude_ft": 25.0,
    "geo_altitude_ft": 25.0,
    "ground_speed_kt": 1.0,
    "track_deg": 0.1,
    "vertical_rate_fpm": 64.0,
}
"""How much one step of each of NUMBERS is."""

NULL = -32_768
"""What stands for NULL where an int2 has one width."""

DEGREE = 1e5
"""The steps of a degree."""


def measured(name: str, steps: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the values (N,) of one of NUMBERS, NaN where they are not known."""
    return np.where(steps == NULL, np.nan, steps.astype(np.float64) * STEP[name])


def degrees(steps: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return latitudes or longitudes (N,)."""
    return steps.astype(np.float64) / DEGREE
