"""The aircraft objects of readsb, dump1090 and their kin, as columns. Shared by the formats that carry them.

Keys and units: README-json.md of readsb (facts; no code). A key that is absent or null was not heard. Older
programs' names for the same (`altitude`, `speed`, `vert_rate`; `gscp` in adsb_actions' files) are read too.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import astuple
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, EMERGENCIES, POSITION_SOURCES
from aerotrack.core.observations import Observations
from aerotrack.decode.cells import Cells, array, meanings, plain, squawk
from aerotrack.decode.meanings import Meanings
from aerotrack.decode.places import Places
from aerotrack.decode.ranges import all_within

_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "geo_altitude_ft": ("alt_geom",),
    "ground_speed_kt": ("gs", "gscp", "speed"),
    "track_deg": ("track",),
    "vertical_rate_fpm": ("baro_rate", "geom_rate", "vert_rate"),
    "nic": ("nic",),
    "nac_p": ("nac_p",),
}
"""Column: the keys it may have, the better one first."""
_ALTITUDES = ("alt_baro", "altitude")
_NUMERIC = ("seen", *(key for keys in _NUMBERS.values() for key in keys))
_POSITION = ("lat", "lon", "time", "position_source")
_SOURCES = {name: code for code, name in enumerate(POSITION_SOURCES)}
_EMERGENCY_NAMES = {
    "none": None, "general": "general", "lifeguard": "medical", "minfuel": "minimum_fuel",
    "nordo": "no_radio", "unlawful": "unlawful", "downed": "downed",
}  # fmt: skip
_EMERGENCY = {word: EMERGENCIES.index(name) for word, name in _EMERGENCY_NAMES.items()} | {"reserved": -1}
_MLAT, _OTHER = _SOURCES["mlat"], _SOURCES["other"]
_OLDEST_S = 1e7
_OPERATOR = BY_NAME["operator"].width


def _source(kind: str) -> int:
    return -1 if kind == "unknown" else _SOURCES.get(kind, _SOURCES.get(kind.partition("_")[0], _OTHER))


def _ascii(text: str) -> bytes:
    """Write a name without its accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore")
    return bytes(c for c in plain if ord(" ") <= c <= ord("~")).strip()[:_OPERATOR].strip()


_CODES: Mapping[str, tuple[str, Callable[[str], int | bytes | None]]] = {
    "callsign": ("flight", partial(plain, re.compile(r"[A-Za-z0-9 ._-]{0,8}"))),
    "registration": ("r", partial(plain, re.compile(r"[A-Za-z0-9 ._+-]{0,12}"))),
    "type_code": ("t", partial(plain, re.compile(r"[A-Z0-9]{0,4}"))),
    "category": ("category", partial(plain, re.compile(r"(?:[A-D][0-7])?"))),
    "operator": ("operator", _ascii),
    "squawk": ("squawk", squawk),
    "emergency": ("emergency", _EMERGENCY.get),
    "position_source": ("type", _source),
}
"""Column: its key, and what the texts under it mean."""
_MEANINGS: Mapping[str, Meanings] = {name: meanings(name, meaning) for name, (_, meaning) in _CODES.items()}
"""Of all feeds together: 40 MB at most, however many there are and whatever they send."""


class Aircraft(msgspec.Struct, gc=False):
    """An aircraft object: the keys that are read, whatever is under them; what is absent is None.

    In the order in which readsb prints them: they are found faster so.
    """

    now: Any = None
    hex: Any = None
    type: Any = None
    flight: Any = None
    r: Any = None
    t: Any = None
    operator: Any = msgspec.field(default=None, name="ownOp")
    alt_baro: Any = None
    alt_geom: Any = None
    gs: Any = None
    track: Any = None
    baro_rate: Any = None
    geom_rate: Any = None
    squawk: Any = None
    emergency: Any = None
    category: Any = None
    lat: Any = None
    lon: Any = None
    nic: Any = None
    seen_pos: Any = None
    nac_p: Any = None
    mlat: Any = None
    seen: Any = None
    altitude: Any = None
    gscp: Any = None
    speed: Any = None
    vert_rate: Any = None


_KEYS = tuple(f.name for f in msgspec.structs.fields(Aircraft))


@dataclass(slots=True)
class AircraftObjects:
    """Turns aircraft objects into rows.

    An object repeats the last position as long as there is no newer one: then it is left out of its row and
    counted as `repeated`.
    """

    _places: Places = field(default_factory=Places)

    def read(
        self, objects: Sequence[Aircraft], now: NDArray[np.float64], *, messages: int, refused: Counter[str]
    ) -> Observations:
        """Read N objects, each made at its `now` (N,), Unix seconds; NaN where that is not known.

        `messages` and `refused` are what the caller has counted so far. Counts in `refused`: `no_address`,
        `bad_address`, `no_time`, `bad_position` (also for half of one), `repeated`, and `bad_field` for each
        single value that cannot be used. The rest of such an object is taken.
        """
        address, usable = Cells(refused).addresses([o.hex for o in objects])
        timed = ~np.isnan(now)
        refused["no_time"] += int((usable & ~timed).sum())
        rows = np.flatnonzero(usable & timed)
        if len(rows) < len(objects):
            objects = [objects[i] for i in rows.tolist()]
        if not objects:
            return Observations.none(refused=+refused, messages=messages)
        fields = _Fields(objects, now[rows], refused)
        heard = fields.columns()
        if "lat" in heard:
            repeated = self._places.repeated(address[rows], heard)
            refused["repeated"] += len(repeated)
            for name in _POSITION:
                heard[name][repeated] = BY_NAME[name].unknown
                if not BY_NAME[name].known(heard[name]).any():
                    del heard[name]
        return Observations(address[rows], fields.last_heard, heard, refused=+refused, messages=messages)


class _Fields:
    """The columns of N objects (at least one) that have an address and a time."""

    def __init__(self, objects: Sequence[Aircraft], now: NDArray[np.float64], refused: Counter[str]) -> None:
        self._nothing = nothing = (None,) * len(objects)
        columns = zip(_KEYS, zip(*map(astuple, objects), strict=True), strict=True)
        self._values: dict[str, tuple[Any, ...]] = {key: told for key, told in columns if told != nothing}
        self._now, self._cells = now, Cells(refused)
        self._numbers = self._cells.numbers({k: self._values[k] for k in _NUMERIC if k in self._values})
        self.last_heard = now
        if "seen" in self._numbers:
            self.last_heard = now - np.nan_to_num(self._seconds(self._numbers["seen"]))

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return what is known, though of the position perhaps nothing."""
        heard = self._place()
        numbers = {"altitude_ft": self._feet(), **{n: self._first(keys) for n, keys in _NUMBERS.items()}}
        known, outside = all_within({name: told for name, told in numbers.items() if told is not None})
        self._cells.bad(outside)
        heard |= known
        ground = self._ground(heard.get("altitude_ft"))
        if ground is not None:
            heard["on_ground"] = ground
        for name in _CODES:
            column = self._code(name) if name not in _POSITION else None
            if column is not None:
                heard[name] = column
        return heard

    def _first(self, keys: tuple[str, ...]) -> NDArray[np.float64] | None:
        """Return the numbers under the first of `keys` that each object has; None if none has any."""
        numbers: NDArray[np.float64] | None = None
        for key in keys:
            more = self._numbers.get(key)
            if more is not None:
                numbers = more if numbers is None else np.where(np.isnan(numbers), more, numbers)
        return numbers

    def _code(self, name: str) -> NDArray[Any] | None:
        """Read a column of texts or codes by what they mean; None if none means anything."""
        texts = self._values.get(_CODES[name][0])
        if texts is None:
            return None
        column, senseless = _MEANINGS[name].column(texts)
        self._cells.bad(senseless)
        return column

    def _seconds(self, ages: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ages, NaN where unknown. A clock that is set gives some below 0: these are 0."""
        impossible = ages > _OLDEST_S
        if impossible.any():
            self._cells.bad(int(np.count_nonzero(impossible)))
            ages = np.where(impossible, np.nan, ages)
        return np.maximum(ages, 0.0)

    def _place(self) -> dict[str, NDArray[Any]]:
        if not {"lat", "lon"} & self._values.keys():
            return {}
        lat, lon = self._degrees()
        placed = ~np.isnan(lat)
        time = self.last_heard
        if "seen_pos" in self._values:
            ages = self._seconds(self._cells.floats(self._values["seen_pos"]))
            time = np.where(np.isnan(ages), time, self._now - ages)
        sources = self._code("position_source")
        if sources is None:
            sources = np.full(len(placed), -1, np.int8)
        by_mlat = self._values.get("mlat", ())
        if any(by_mlat):
            sources[[type(names) is list and "lat" in names for names in by_mlat]] = _MLAT
        sources[~placed] = -1
        return {"lat": lat, "lon": lon, "time": np.where(placed, time, np.nan), "position_source": sources}

    def _degrees(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the latitudes and longitudes; both NaN where they are not two numbers."""
        lats, lons = (self._values.get(key, self._nothing) for key in ("lat", "lon"))
        if not {*map(type, lats), *map(type, lons)} <= {int, float}:
            pairs = list(zip(lats, lons, strict=True))
            told = len(pairs) - pairs.count((None, None))
            whole = [pair if {*map(type, pair)} <= {int, float} else (None, None) for pair in pairs]
            self._cells.refused["bad_position"] += told - len(whole) + whole.count((None, None))
            lats, lons = zip(*whole, strict=True)
        lat, lon = array(lats), array(lons)
        endless = np.isinf(lat) | np.isinf(lon)  # integers beyond any float
        if endless.any():
            self._cells.refused["bad_position"] += int(np.count_nonzero(endless))
            lat[endless] = lon[endless] = np.nan
        return lat, lon

    def _altitudes(self) -> tuple[Any, ...]:
        """Return what is told of the barometric altitude: numbers, and "ground"; empty if nothing is."""
        told, *others = [self._values[key] for key in _ALTITUDES if key in self._values] or [()]
        for other in others:  # of programs of different ages
            told = tuple(b if a is None else a for a, b in zip(told, other, strict=True))
        return told

    def _feet(self) -> NDArray[np.float64] | None:
        told = self._altitudes()
        if str in set(map(type, told)):
            told = tuple(None if value == "ground" else value for value in told)
        return self._cells.floats(told) if told else None

    def _ground(self, feet: NDArray[Any] | None) -> NDArray[np.int8] | None:
        """Say who is on the ground, given the altitudes that are known; None if that is not known of any."""
        told = self._altitudes()
        if feet is None and "ground" not in told:
            return None
        ground = np.full(len(told), -1, np.int8)
        if feet is not None:
            ground[~np.isnan(feet)] = 0
        if str in set(map(type, told)):
            ground[[value == "ground" for value in told]] = 1
        return ground
