"""aircraft.json of readsb and dump1090, and the `ac` documents of ADSBexchange v2. Pure.

Keys and units: README-json.md of readsb (facts; no code). What is not known has no key, with two exceptions:
`messages` and `rssi` are not kept per aircraft here, and readers take them for granted, so they are what
readsb writes of an aircraft without a signal. Which values came from a receiver network's multilateration or
from TIS-B is known of the place alone, and so is said of `lat` and `lon` alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, POSITION_SOURCES, Columns
from aerotrack.core.identity import NOT_ICAO, icao24
from aerotrack.core.values import values_of

TYPES = {
    "adsb": ("adsb_icao", "adsb_other"),
    "adsr": ("adsr_icao", "adsr_other"),
    "tisb": ("tisb_icao", "tisb_other"),
    "mlat": ("mlat", "mlat"),
    "adsc": ("adsc", "adsc"),
    "mode_s": ("mode_s", "mode_s"),
}
"""The `type` of an aircraft by its position source, with an ICAO address and with another one."""
OTHER, UNKNOWN = "other", "unknown"
WORDS = ("none", "general", "lifeguard", "minfuel", "nordo", "unlawful", "downed")
"""The emergencies, in the order of the schema."""
NO_SIGNAL_DBFS = -49.5
BETWEEN = b",\n"
GROUND = "ground"

_LAT, _LON = (replace(BY_NAME[name], digits=6) for name in ("lat", "lon"))
_TRACK = replace(BY_NAME["track_deg"], digits=2)
_PLACE, _NOTHING = ("lat", "lon"), ()
_CALLSIGN_WIDTH = 8

_TYPE_NAMES = np.array(
    [[*(TYPES.get(s, (OTHER, OTHER))[other] for s in POSITION_SOURCES), UNKNOWN] for other in (0, 1)], object
)
_EMERGENCY_WORDS = np.array([*WORDS, None], object)
_FROM_MLAT, _FROM_TISB = ([*(s == name for s in POSITION_SOURCES), False] for name in ("mlat", "tisb"))

Values = Sequence[Any]

_Object = msgspec.defstruct(
    "_Object",
    [
        *("hex", "type", "mlat", "tisb", "messages", "rssi"),
        *(
            (name, Any, None)
            for name in (
                *("flight", "r", "t", "ownOp", "alt_baro", "alt_geom", "gs", "track", "baro_rate", "squawk"),
                *("emergency", "category", "lat", "lon", "nic", "nac_p", "seen", "seen_pos", "dst", "dir"),
            )
        ),
    ],
    omit_defaults=True,
    gc=False,
)
_encode = msgspec.json.Encoder().encode


def now_of(columns: Columns, time: float) -> float:
    """Return the moment that a document of N flights is made at: `time`, or when the last of them was heard.

    The ages in it are then never less than 0, and a reader finds every position's time again.
    """
    return float(np.nanmax(np.concatenate([columns["time"], columns["last_heard"], [time]])))


def aircraft(columns: Columns, now: float) -> list[bytes]:
    """Write N aircraft objects, as they are at `now`, Unix seconds.

    `columns` (N,) are the schema's and `address`; with `distance_nm` and `direction_deg`, from the middle of
    a circle, each object has `dst` and `dir`.
    """
    address, source = columns["address"], columns["position_source"]
    not_icao = (address & NOT_ICAO != 0).astype(np.intp)
    return list(
        map(
            _encode,
            map(
                _Object,
                map(icao24, address.tolist()),
                _TYPE_NAMES[not_icao, source].tolist(),
                _lists(_FROM_MLAT, source),
                _lists(_FROM_TISB, source),
                repeat(0),
                repeat(NO_SIGNAL_DBFS),
                [t and t.ljust(_CALLSIGN_WIDTH) for t in _values("callsign", columns)],
                *(_values(name, columns) for name in ("registration", "type_code", "operator")),
                _heights(columns),
                _values("geo_altitude_ft", columns),
                _values("ground_speed_kt", columns),
                values_of(_TRACK, columns["track_deg"]),
                _values("vertical_rate_fpm", columns),
                _values("squawk", columns),
                _EMERGENCY_WORDS[columns["emergency"]].tolist(),
                _values("category", columns),
                values_of(_LAT, columns["lat"]),
                values_of(_LON, columns["lon"]),
                _values("nic", columns),
                _values("nac_p", columns),
                _ages(now, columns["last_heard"]),
                _ages(now, columns["time"]),
                _measured("distance_nm", columns, digits=3),
                _measured("direction_deg", columns, digits=1),
            ),
        )
    )


def aircraft_json(objects: Sequence[bytes], now: float, messages: int) -> bytes:
    """Write aircraft.json; `messages` is how many were received since the start.

    Here and below, each of `objects` is one aircraft object or several that are joined by BETWEEN.
    """
    return enclosed(b'{"now":%.3f,"messages":%d,"aircraft":[\n' % (now, messages), objects, b"\n]}\n")


def v2(objects: Sequence[bytes], now: float, total: int, said: str = "No error") -> bytes:
    """Write a document of ADSBexchange v2 with `total` aircraft; `said` is its `msg`."""
    ms = round(now * 1000)
    after = b'\n],"msg":%b,"now":%d,"total":%d,"ctime":%d,"ptime":0}\n' % (_encode(said), ms, total, ms)
    return enclosed(b'{"ac":[\n', objects, after)


def results(objects: Sequence[bytes], now: float, total: int) -> bytes:
    """Write what readsb's own API answers, with `total` aircraft."""
    after = b'\n],"resultCount":%d,"ptime":0}\n' % total
    return enclosed(b'{"now":%.3f,"aircraft":[\n' % now, objects, after)


def enclosed(before: bytes, items: Sequence[bytes], after: bytes) -> bytes:
    """Join items by BETWEEN and put them between two texts, all in one copy."""
    if not items:
        return before + after
    pieces = list(items)
    pieces[0] = before + pieces[0]
    pieces[-1] += after
    return BETWEEN.join(pieces)


def counts(columns: Columns) -> dict[str, Any]:
    """Count N aircraft as status.json does: with and without a place, and by type."""
    placed = int(np.count_nonzero(np.isfinite(columns["lat"])))
    not_icao = (columns["address"] & NOT_ICAO != 0).astype(np.intp)
    types = _TYPE_NAMES[not_icao, columns["position_source"]].tolist()
    return {
        "aircraft_with_pos": placed,
        "aircraft_without_pos": len(types) - placed,
        "aircraft_count_by_type": {name: types.count(name) for name in dict.fromkeys(_TYPE_NAMES.flat)},
    }


def _values(name: str, columns: Columns) -> Values:
    return values_of(BY_NAME[name], columns[name])


def _heights(columns: Columns) -> Values:
    feet = list(_values("altitude_ft", columns))
    for row in np.flatnonzero(columns["on_ground"] == 1).tolist():
        feet[row] = GROUND
    return feet


def _ages(now: float, times: NDArray[np.float64]) -> Values:
    return _rounded(np.maximum(now - times, 0.0), 3)


def _lists(which: list[bool], source: NDArray[np.int8]) -> Values:
    return [_PLACE if which[code] else _NOTHING for code in source.tolist()]


def _measured(name: str, columns: Columns, *, digits: int) -> Any:
    return _rounded(columns[name], digits) if name in columns else repeat(None)


def _rounded(values: NDArray[np.float64], digits: int) -> Values:
    return [None if value != value else value for value in values.round(digits).tolist()]  # noqa: PLR0124  NaN
