"""Which flights were in an area: found by the boxes of the archive's rows, then by the positions in them."""

import asyncio
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.area import Area
from aerotrack.errors import SettingsError
from aerotrack.storage.archive import TICK_US, along
from aerotrack.storage.past_positions import unix_us
from aerotrack.storage.reading import Question
from aerotrack.storage.sent_arrays import numbers, smallints
from aerotrack.storage.steps import DEGREE

MOST_ROWS = 50_000  # of the archive that are looked into: 3 million positions at 10 s, half a second
MOST_HOT = 1_000_000  # positions that are not archived yet
_ROWS = ("lat_a", "lat_b", "lon_a", "lon_b")


async def flights_inside(ask: Question, area: Area, start: float, end: float) -> NDArray[np.int64]:
    """Return the bigint ids of the flights with a stored position in `area` from `start` to `end`.

    Raises SettingsError when more would have to be looked into than a request may.
    """
    bounds, box = (start, end, *_box_in_steps(area)), area.corners is None
    async with ask.one_moment():
        near = await ask.row("archived_near", *bounds, box, MOST_ROWS + 1)
        if box:
            sure = await ask.row("inside_for_sure", *bounds)
        else:  # nothing is inside a polygon for being inside its box
            sure = await ask.row("hot_near", *bounds, MOST_HOT + 1)
    return await asyncio.to_thread(_inside, area, start, end, sure, near)


def _inside(
    area: Area, start: float, end: float, sure: Mapping[str, Any], near: Mapping[str, Any]
) -> NDArray[np.int64]:
    found = numbers(sure["flight_id"], ">i8")
    rows = numbers(near["flight_id"], ">i8")
    if len(rows) > MOST_ROWS or (area.corners is not None and len(found) > MOST_HOT):
        raise SettingsError(
            "Too many positions would have to be looked into: give a smaller area, or from and to that are "
            "closer together."
        )
    if area.corners is not None:
        found = found[area.holds(*(numbers(sure[name], ">i4") / DEGREE for name in ("lat", "lon")))]
    which, us, lat, lon = _decoded(near)
    inside = (us >= math.floor(start * 1e6)) & (us <= math.ceil(end * 1e6))
    inside &= area.holds(lat / DEGREE, lon / DEGREE)
    return np.unique(np.concatenate([found, rows[np.unique(which[inside])]]))


def _decoded(near: Mapping[str, Any]) -> tuple[NDArray[np.int64], ...]:
    """Decode rows of the archive, as their migration says: of each position its row, time, lat and lon."""
    counts = numbers(near["positions"], ">i4")
    which = np.repeat(np.arange(len(counts)), counts)
    t, t_a, t_b = smallints(near["t"], counts), numbers(near["t_a"], ">i2"), numbers(near["t_b"], ">i2")
    since, span = t - t_a[which], (t_b - t_a)[which]
    lat_a, lat_b, lon_a, lon_b = (numbers(near[name], ">i4") for name in _ROWS)
    lat, lon = (
        along(a[which], b[which], since, span) + smallints(near[name], counts)
        for name, a, b in (("lat", lat_a, lat_b), ("lon", lon_a, lon_b))
    )
    return which, unix_us(near["bucket"])[which] + t * TICK_US, lat, lon


def _box_in_steps(area: Area) -> tuple[int, int, int, int]:
    """Return south, north, west, east in the steps of places; 8.1 degrees are 810,000 of them, not 1 more."""
    south, west = (math.ceil(round(degrees * DEGREE, 3)) for degrees in (area.south, area.west))
    north, east = (math.floor(round(degrees * DEGREE, 3)) for degrees in (area.north, area.east))
    return south, north, west, east
