"""The state vectors of OpenSky's REST API: arrays of 17 columns, metric. Pure.

    0 icao24  1 callsign  2 country  3 time_position  4 last_contact  5 lon  6 lat  7 baro m  8 on_ground
    9 m/s  10 track  11 m/s up  12 sensors  13 geo m  14 squawk  15 spi  16 source  17 category (if extended)

From its public documentation. Countries and sensors are not known here; what may not be null there is `""`,
false or 0. An address that is not ICAO's keeps its `~`.
"""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, POSITION_SOURCES, Columns
from aerotrack.core.geo import KNOT_MS
from aerotrack.core.identity import icao24
from aerotrack.core.values import values_of
from aerotrack.encode.readsb import enclosed

FOOT_M = 0.3048
_ADSB, _ASTERIX, _MLAT, _FLARM = range(4)
_SOURCE_CODES = {"radar": _ASTERIX, "mlat": _MLAT, "flarm": _FLARM}
_SOURCES = np.array([*(_SOURCE_CODES.get(name, _ADSB) for name in POSITION_SOURCES), _ADSB])
_NO_CATEGORY, _SAID_NONE = 0, 1
_CATEGORIES = {
    f"{letter}{number}": code + number
    for letter, code, most in (("A", 1, 7), ("B", 8, 7), ("C", 15, 5))
    for number in range(1, most + 1)
}
"""A1 is 2, B1 9, C1 16; every other category says nothing."""

_encode = msgspec.json.Encoder().encode


def states(columns: Columns, *, extended: bool = False) -> list[bytes]:
    """Write N state vectors. `columns` (N,) are the schema's and `address`."""
    callsigns = values_of(BY_NAME["callsign"], columns["callsign"])
    lists = [
        map(icao24, columns["address"].tolist()),
        [text and text.ljust(8) for text in callsigns],
        [""] * len(callsigns),
        _seconds(columns["time"]),
        _seconds(columns["last_heard"]),
        *(_metric(columns[name], 1.0, 6) for name in ("lon", "lat")),
        _metric(columns["altitude_ft"], FOOT_M, 2),
        (columns["on_ground"] == 1).tolist(),
        _metric(columns["ground_speed_kt"], KNOT_MS, 2),
        _metric(columns["track_deg"], 1.0, 2),
        _metric(columns["vertical_rate_fpm"], FOOT_M / 60, 2),
        [None] * len(callsigns),
        _metric(columns["geo_altitude_ft"], FOOT_M, 2),
        values_of(BY_NAME["squawk"], columns["squawk"]),
        [False] * len(callsigns),
        _SOURCES[columns["position_source"]].tolist(),
    ]
    if extended:
        categories = values_of(BY_NAME["category"], columns["category"])
        lists.append([_CATEGORIES.get(c, _SAID_NONE) if c else _NO_CATEGORY for c in categories])
    return list(map(_encode, zip(*lists, strict=True)))


def document(vectors: list[bytes], time: float) -> bytes:
    """Write the answer of `/states/all`; `time` is in Unix seconds."""
    return enclosed(b'{"time":%d,"states":[\n' % time, vectors, b"\n]}\n")


def _seconds(times: NDArray[np.float64]) -> list[Any]:
    return [None if time != time else int(time) for time in times.tolist()]  # noqa: PLR0124  NaN


def _metric(values: NDArray[Any], factor: float, digits: int) -> list[Any]:
    exact = (values.astype(np.float64) * factor).round(digits) + 0.0  # adding 0 makes 0 of -0
    return [None if value != value else value for value in exact.tolist()]  # noqa: PLR0124  NaN
