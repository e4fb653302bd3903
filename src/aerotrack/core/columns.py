"""THE SCHEMA: every column of a flight, once. JSON keys, SQL columns and TypeScript fields follow from it.

"Not heard" is a value of its own in every dtype (`Column.unknown`), never 0: NaN for numbers and times, -1
for integers, flags and codes, empty for texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

_UNKNOWN: Mapping[str, float | bytes] = {"f": np.nan, "S": b""}  # by kind of dtype
_WORDS = {size: np.dtype(f"u{size}") for size in (1, 2, 4, 8)}

Columns = Mapping[str, NDArray[Any]]
"""Arrays of equal length under the names of the schema: how rows cross every seam."""


class Kind(Enum):
    """How a column is held in memory, and so how it is written as text."""

    NUMBER = auto()  # float; NaN unknown
    TIME = auto()  # float64, Unix seconds UTC; NaN unknown
    INTEGER = auto()  # -1 unknown
    FLAG = auto()  # int8: 0 no, 1 yes, -1 unknown
    CODE = auto()  # int8: an index into `labels`, -1 unknown
    FEED = auto()  # int16: an index into the names of the feeds, -1 unknown
    SQUAWK = auto()  # int16: the four octal digits read as a decimal number, -1 unknown
    TEXT = auto()  # ASCII bytes; empty unknown


class Group(Enum):
    """A delta always tells a flight's motion, which changes often, and leaves out facts while they stand."""

    MOTION = auto()
    FACTS = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a flight.

    `digits` is how many decimals its text form has; `width` is how many bytes its binary form has, which of a
    number is the integer `value * 10 ** digits` (of a time, its milliseconds).
    `stored` is set for what every stored position keeps. `heard` is set for what a source may report; the
    others are made by AeroTrack.
    """

    name: str
    kind: Kind
    dtype: np.dtype[Any]
    group: Group
    unit: str
    description: str
    digits: int = 0
    width: int = 0
    labels: tuple[str | None, ...] = ()
    heard: bool = True
    stored: bool = False

    @property
    def unknown(self) -> float | int | bytes:
        """The value that stands for "not known" in this column."""
        return _UNKNOWN.get(self.dtype.kind, -1)

    def known(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Say for each of `values` (any shape) whether it is known."""
        number = self.dtype.kind == "f"  # only NaN is not itself: half the time of isnan
        known: NDArray[np.bool_] = values == values if number else values != self.unknown  # noqa: PLR0124
        return known

    def differ(self, before: NDArray[Any], after: NDArray[Any]) -> NDArray[np.bool_]:
        """Say for each pair of values (N,) whether it is two different ones."""
        different: NDArray[np.bool_]
        if self.kind is not Kind.TEXT:
            different = np.not_equal(before, after)
            return different
        word = _WORDS[gcd(self.dtype.itemsize, 8)]  # the widest integers that fit: a quarter of the time
        one, other = (np.ascontiguousarray(values).view(word) for values in (before, after))
        words = self.dtype.itemsize // word.itemsize
        different = np.not_equal(one, other)
        if words > 1:
            different = np.asarray(different.reshape(-1, words).any(axis=1))
        return different

    def blank(self, rows: int) -> NDArray[Any]:
        """Return an array of `rows` unknown values."""
        return np.full(rows, self.unknown, self.dtype)


EMERGENCIES = (None, "general", "medical", "minimum_fuel", "no_radio", "unlawful", "downed")
"""Code 0 is "none declared": it is heard, it ends an emergency, and it is written as null."""

POSITION_SOURCES = ("adsb", "adsr", "mlat", "tisb", "adsc", "mode_s", "flarm", "radar", "simulated", "other")
PHASES = ("parked", "taxi", "takeoff", "climb", "cruise", "descent", "approach", "landed")
SPLIT_REASONS = ("first_seen", "gap", "landed", "callsign")

_f4, _f8, _i1, _i2 = (np.dtype(t) for t in ("f4", "f8", "i1", "i2"))
_M, _F = Group.MOTION, Group.FACTS


def _text(name: str, width: int, description: str, *, heard: bool = True) -> Column:
    dtype = np.dtype(f"S{width}")
    return Column(name, Kind.TEXT, dtype, _F, "text", description, width=width, heard=heard)


COLUMNS: tuple[Column, ...] = (
    _text("callsign", 8, "callsign, trimmed"),
    _text("registration", 12, "registration of the aircraft"),
    _text("type_code", 4, "ICAO type designator"),
    _text("category", 2, "emitter category, A0 to D7"),
    _text("operator", 24, "operator of the aircraft"),
    _text("origin", 4, "ICAO code of the airport of departure"),
    _text("destination", 4, "ICAO code of the airport of arrival"),
    Column("lat", Kind.NUMBER, _f8, _M, "degrees", "latitude, WGS 84", digits=5, width=4, stored=True),
    Column("lon", Kind.NUMBER, _f8, _M, "degrees", "longitude, WGS 84", digits=5, width=4, stored=True),
    Column("altitude_ft", Kind.NUMBER, _f4, _M, "ft", "barometric altitude", width=3, stored=True),
    Column(
        "geo_altitude_ft", Kind.NUMBER, _f4, _M, "ft", "height above the WGS 84 ellipsoid", width=3,
        stored=True,
    ),
    Column("on_ground", Kind.FLAG, _i1, _F, "boolean", "on the ground", width=1, stored=True),
    Column(
        "ground_speed_kt", Kind.NUMBER, _f4, _M, "kt", "speed over ground", digits=1, width=2, stored=True,
    ),
    Column(
        "track_deg", Kind.NUMBER, _f4, _M, "degrees", "true track, 0 to 360", digits=1, width=2, stored=True,
    ),
    Column(
        "vertical_rate_fpm", Kind.NUMBER, _f4, _M, "ft/min", "vertical rate, up positive", width=2,
        stored=True,
    ),
    Column("squawk", Kind.SQUAWK, _i2, _F, "4 octal digits", "transponder code", width=2, stored=True),
    Column("emergency", Kind.CODE, _i1, _F, "", "declared emergency", width=1, labels=EMERGENCIES),
    Column("phase", Kind.CODE, _i1, _M, "", "phase of the flight", width=1, labels=PHASES, heard=False),
    Column("nic", Kind.INTEGER, _i1, _F, "", "navigation integrity category", width=1),
    Column("nac_p", Kind.INTEGER, _i1, _F, "", "navigation accuracy category, position", width=1),
    Column(
        "position_source", Kind.CODE, _i1, _F, "", "how the position was obtained", width=1,
        labels=POSITION_SOURCES, stored=True,
    ),
    Column(
        "feed", Kind.FEED, _i2, _F, "", "name of the feed that won", width=2, heard=False, stored=True,
    ),
    Column("time", Kind.TIME, _f8, _M, "RFC 3339 UTC, ms", "when the position was true", digits=3, width=4),
    Column(
        "last_heard", Kind.TIME, _f8, _M, "RFC 3339 UTC, ms", "when anything was heard", digits=3, width=4,
        heard=False,
    ),
    Column("coasting", Kind.FLAG, _i1, _F, "boolean", "no position for 15 s", width=1, heard=False),
)  # fmt: skip
"""In the order of the public interface. `id`, `icao24` and `started_at` are made of a flight's identity."""

BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
HEARD: tuple[Column, ...] = tuple(column for column in COLUMNS if column.heard)
STORED: tuple[Column, ...] = tuple(column for column in COLUMNS if column.stored)

PUBLIC_NAMES: tuple[str, ...] = ("id", "icao24", *BY_NAME, "started_at")
"""The keys of a flight, everywhere."""
