"""Beast: flights as a receiver would have heard them, for all that reads a Beast or readsb, port 30005.

    1A 33  time: 6 bytes, 12 MHz  signal: 1 byte, 0 unknown  frame: 14 bytes       each 1A after 33 is doubled

Of a flight whose position came by multilateration the time is a mark instead, as readsb and mlat-client set.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import POSITION_SOURCES, Columns
from aerotrack.core.geo import distance_nm
from aerotrack.core.observations import Receiver
from aerotrack.encode.squitters import (
    Messages,
    altitudes,
    emergencies,
    first_bytes,
    frames,
    identifications,
    places,
    spelt,
    velocities,
)

ESCAPE, LONG = 0x1A, 0x33
TICKS_PER_S = 12e6
MLAT_TICKS = 0xFF004D4C4154
_MLAT, _TISB, _ADSR = (POSITION_SOURCES.index(name) for name in ("mlat", "tisb", "adsr"))
_COUNTER = (1 << 48) - 1

_Mask = NDArray[np.bool_]


def beast(rows: Columns, placed: _Mask, facts: _Mask, *, antennas: Sequence[Receiver] = ()) -> bytes:
    """Write N flights, `rows` of the schema with `address`, and which are `placed` anew, have `facts` due.

    On the ground only those have a place that are in reach of one of `antennas`: surface positions repeat
    every 90 degrees, and a reader takes the one nearest to it.
    """
    airborne = rows["on_ground"] != 1
    placed = placed & (airborne | _in_reach(rows, antennas))
    moving = ~np.isnan(rows["ground_speed_kt"]) & ~(
        np.isnan(rows["track_deg"]) & (rows["ground_speed_kt"] != 0)
    )
    told = [  # velocities before altitudes, for they tell how far the geometric ones are off
        _told(rows, airborne & (moving | ~np.isnan(rows["vertical_rate_fpm"])), velocities),
        _told(rows, placed, lambda which: places(which, odd=False), "time"),
        _told(rows, placed, lambda which: places(which, odd=True), "time"),
        _told(rows, airborne & ~placed & ~np.isnan(rows["altitude_ft"]), altitudes),
        _told(rows, facts & spelt(rows["callsign"]), identifications),
        _told(rows, facts & (rows["squawk"] >= 0), emergencies),
    ]
    ticks = np.concatenate([ticks for ticks, _ in told])
    data = np.concatenate([data for _, data in told])
    order = np.argsort(ticks, kind="stable")
    return framed(ticks[order], data[order])


def _in_reach(rows: Columns, antennas: Sequence[Receiver]) -> _Mask:
    near = np.zeros(len(rows["lat"]), bool)
    for antenna in antennas:
        near |= distance_nm(antenna.lat, antenna.lon, rows["lat"], rows["lon"]) <= antenna.range_nm
    return near


def _told(
    rows: Columns, which: _Mask, messages: Callable[[Columns], Messages], time: str = "last_heard"
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return the ticks and frames of some of the rows."""
    chosen = {name: values[which] for name, values in rows.items()}
    ticks = (chosen[time] * TICKS_PER_S).astype(np.int64) & _COUNTER
    ticks[chosen["position_source"] == _MLAT] = MLAT_TICKS
    first = first_bytes(chosen, tisb=_TISB, adsr=_ADSR)
    return ticks, frames(first, chosen["address"], messages(chosen))


def framed(ticks: NDArray[np.int64], data: NDArray[np.uint8]) -> bytes:
    """Return frames (N, 14) with their ticks (N,) as a Beast sends them."""
    lines = np.zeros((len(data), 23), np.uint8)
    lines[:, 0], lines[:, 1], lines[:, 9:] = ESCAPE, LONG, data
    lines[:, 2:8] = ticks.astype(">i8").view(np.uint8).reshape(-1, 8)[:, 2:]
    times: NDArray[Any] = 1 + (lines == ESCAPE)
    times[:, 0] = 1
    return np.repeat(lines.ravel(), times.ravel()).tobytes()
