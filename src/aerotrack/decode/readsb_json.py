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
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, EMERGENCIES, POSITION_SOURCES
from aerotrack.core.observations import Observations
from aerotrack.decode.cells import Cells, Values, array, plain, squawk
from aerotrack.decode.places import Places

_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "geo_altitude_ft": ("alt_geom",),
    "ground_speed_kt": ("gs", "gscp", "speed"),
    "track_deg": ("track",),
    "vertical_rate_fpm": ("baro_rate", "geom_rate", "vert_rate"),
    "nic": ("nic",),
    "nac_p": ("nac_p",),
}
"""Column: the keys it may have, the better one first."""
_TEXTS: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "callsign": ("flight", re.compile(r"[A-Za-z0-9 ._-]{0,8}")),
    "registration": ("r", re.compile(r"[A-Za-z0-9 ._+-]{0,12}")),
    "type_code": ("t", re.compile(r"[A-Z0-9]{0,4}")),
    "category": ("category", re.compile(r"(?:[A-D][0-7])?")),
}
_SOURCES = {name: code for code, name in enumerate(POSITION_SOURCES)}
_EMERGENCY_NAMES = {
    "none": None, "general": "general", "lifeguard": "medical", "minfuel": "minimum_fuel",
    "nordo": "no_radio", "unlawful": "unlawful", "downed": "downed",
}  # fmt: skip
_EMERGENCY = {word: EMERGENCIES.index(name) for word, name in _EMERGENCY_NAMES.items()} | {"reserved": -1}
_MLAT, _OTHER = _SOURCES["mlat"], _SOURCES["other"]
_OLDEST_S = 1e7


class Aircraft(msgspec.Struct, gc=False):
    """An aircraft object: the keys that are read, whatever is under them; what is absent is None."""

    hex: Any = None
    now: Any = None
    type: Any = None
    flight: Any = None
    r: Any = None
    t: Any = None
    category: Any = None
    operator: Any = msgspec.field(default=None, name="ownOp")
    alt_baro: Any = None
    altitude: Any = None
    alt_geom: Any = None
    gs: Any = None
    gscp: Any = None
    speed: Any = None
    track: Any = None
    baro_rate: Any = None
    geom_rate: Any = None
    vert_rate: Any = None
    squawk: Any = None
    emergency: Any = None
    nic: Any = None
    nac_p: Any = None
    lat: Any = None
    lon: Any = None
    seen: Any = None
    seen_pos: Any = None
    mlat: Any = None


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
            for name in ("lat", "lon", "time", "position_source"):
                heard[name][repeated] = BY_NAME[name].unknown
        known = {name: values for name, values in heard.items() if BY_NAME[name].known(values).any()}
        return Observations(address[rows], fields.last_heard, known, refused=+refused, messages=messages)


class _Fields:
    """The columns of N objects (at least one) that have an address and a time."""

    def __init__(self, objects: Sequence[Aircraft], now: NDArray[np.float64], refused: Counter[str]) -> None:
        self._objects, self._now, self._cells = objects, now, Cells(refused)
        self.last_heard = now - np.nan_to_num(self._seconds("seen"))

    def columns(self) -> dict[str, NDArray[Any]]:
        heard: dict[str, NDArray[Any]] = {}
        self._place(heard)
        self._height(heard)
        for name, keys in _NUMBERS.items():
            numbers = self._first(keys)
            if numbers is not None:
                heard[name] = self._cells.column(name, numbers)
        for name, (key, pattern) in _TEXTS.items():
            self._map(heard, name, key, partial(plain, pattern))
        self._map(heard, "operator", "operator", _ascii)
        self._map(heard, "squawk", "squawk", squawk)
        self._map(heard, "emergency", "emergency", _EMERGENCY.get)
        return heard

    def _values(self, key: str) -> Values:
        return list(map(attrgetter(key), self._objects))

    def _heard(self, values: Values) -> bool:
        return values.count(None) < len(values)

    def _first(self, keys: tuple[str, ...]) -> NDArray[np.float64] | None:
        """Return the numbers under the first of `keys` that each object has; None if none has any."""
        numbers: NDArray[np.float64] | None = None
        for key in keys:
            values = self._values(key)
            if self._heard(values):
                more = self._cells.floats(values)
                numbers = more if numbers is None else np.where(np.isnan(numbers), more, numbers)
        return numbers

    def _seconds(self, key: str) -> NDArray[np.float64]:
        """Return an age, NaN where unknown. A clock that is set gives some below 0: these are 0."""
        values = self._values(key)
        if not self._heard(values):
            return np.full(len(values), np.nan)
        ages = self._cells.floats(values)
        impossible = ages > _OLDEST_S
        self._cells.bad(int(impossible.sum()))
        return np.where(impossible, np.nan, np.maximum(ages, 0.0))

    def _place(self, heard: dict[str, NDArray[Any]]) -> None:
        lats, lons = self._values("lat"), self._values("lon")
        types = set(map(type, lats)) | set(map(type, lons))
        if types == {type(None)}:
            return
        if not types <= {int, float}:
            for i, (lat, lon) in enumerate(zip(lats, lons, strict=True)):
                if (lat is not None or lon is not None) and not {type(lat), type(lon)} <= {int, float}:
                    self._cells.refused["bad_position"] += 1
                    lats[i] = lons[i] = None
        heard["lat"], heard["lon"] = array(lats), array(lons)
        placed = ~np.isnan(heard["lat"])
        ages = self._seconds("seen_pos")
        time = np.where(np.isnan(ages), self.last_heard, self._now - ages)
        heard["time"] = np.where(placed, time, np.nan)
        self._map(heard, "position_source", "type", _source)
        sources = heard.setdefault("position_source", np.full(len(placed), -1, np.int8))
        named = self._values("mlat")
        if any(named):
            sources[[type(names) is list and "lat" in names for names in named]] = _MLAT
        sources[~placed] = -1

    def _height(self, heard: dict[str, NDArray[Any]]) -> None:
        for key in ("alt_baro", "altitude"):
            values = self._values(key)
            if not self._heard(values):
                continue
            grounded = np.array([v == "ground" for v in values], bool)
            feet = self._cells.column(
                "altitude_ft", self._cells.floats([None if v == "ground" else v for v in values])
            )
            airborne = ~np.isnan(feet)
            heard["altitude_ft"] = feet
            heard["on_ground"] = np.where(grounded, 1, np.where(airborne, 0, -1)).astype(np.int8)
            return

    def _map(
        self,
        heard: dict[str, NDArray[Any]],
        name: str,
        key: str,
        meaning: Callable[[str], int | bytes | None],
    ) -> None:
        """Hear a column of texts or codes by what its values mean; None from `meaning` is no meaning."""
        column = self._cells.codes(name, self._values(key), meaning)
        if column is not None:
            heard[name] = column


def _source(kind: str) -> int:
    return -1 if kind == "unknown" else _SOURCES.get(kind, _SOURCES.get(kind.partition("_")[0], _OTHER))


def _ascii(text: str) -> bytes:
    """Write a name without its accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore")
    return bytes(c for c in plain if c >= ord(" ")).strip()
