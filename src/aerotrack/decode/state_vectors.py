"""OpenSky's state vectors as columns. Shared by the formats that carry them.

OpenSky counts in metres and seconds: here, and only here, that becomes feet, knots and feet a minute. Names
and meaning: "State Vectors" in the documentation of OpenSky's REST API.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, POSITION_SOURCES
from aerotrack.core.observations import Observations
from aerotrack.decode.cells import Cells, Values, plain, squawk
from aerotrack.decode.places import Places
from aerotrack.decode.stamps import moments

FEET = 1 / 0.3048
"""In a metre."""
KNOTS = 3600 / 1852
"""In a metre a second."""
FEET_A_MINUTE = 60 * FEET
"""In a metre a second."""

_NUMBERS: Mapping[str, tuple[str, float]] = {
    "altitude_ft": ("baro_altitude", FEET),
    "geo_altitude_ft": ("geo_altitude", FEET),
    "ground_speed_kt": ("velocity", KNOTS),
    "track_deg": ("true_track", 1.0),
    "vertical_rate_fpm": ("vertical_rate", FEET_A_MINUTE),
}
_CALLSIGN = re.compile(r"[A-Za-z0-9 ._-]{0,8}")
_FLAGS: Mapping[Any, int] = {"true": 1, "false": 0, "1": 1, "0": 0, "": -1, None: -1, True: 1, False: 0}
_SOURCES = [POSITION_SOURCES.index(name) for name in ("adsb", "radar", "mlat", "flarm")]
_CATEGORIES = (
    *("", ""),  # no information; none about the category
    *("A1", "A2", "A3", "A4", "A5", "A6", "A7"),
    *("B1", "B2", "B3", "B4", "B5", "B6", "B7"),
    *("C1", "C2", "C3", "C4", "C5"),
)
_PLACE = ("lat", "lon", "time", "position_source")


@dataclass(slots=True)
class StateVectors:
    """Turns state vectors into rows.

    A vector repeats the last position as long as there is no newer one: then it is left out of its row and
    counted as `repeated`.
    """

    _places: Places = field(default_factory=Places)

    def read(
        self, vectors: Mapping[str, Values], made: NDArray[np.float64], cells: Cells, *, messages: int
    ) -> Observations:
        """Read N vectors, each of a state at `made` (N,), Unix seconds; NaN where that is not known.

        `vectors` has the columns by OpenSky's names, as numbers or as texts; those that it has not are not
        heard, but for `icao24`, `latitude` and `longitude`. `messages` is what the caller has counted, as is
        what `cells` has. Counts `no_address`, `bad_address`, `no_time`, `bad_position`, `repeated`, and
        `bad_field` for each single value that cannot be used. The rest of such a vector is taken.
        """
        address, usable = cells.addresses(vectors["icao24"])
        absent: Values = [None] * len(address)
        positioned = moments(cells.spelled(vectors.get("time_position", absent)))
        contact = moments(cells.spelled(vectors.get("last_contact", absent)))
        contact = np.where(np.isnan(contact), np.where(np.isnan(positioned), made, positioned), contact)
        untimed = usable & np.isnan(contact)
        cells.refused["no_time"] += int(untimed.sum())
        rows = np.flatnonzero(usable & ~untimed)
        if not len(rows):
            return Observations.none(refused=+cells.refused, messages=messages)
        if len(rows) < len(address):
            which = rows.tolist()
            vectors = {name: [values[i] for i in which] for name, values in vectors.items()}
            address, positioned, contact = address[rows], positioned[rows], contact[rows]
        heard = _values(vectors, cells)
        self._place(heard, vectors, np.where(np.isnan(positioned), contact, positioned), cells)
        repeated = self._places.repeated(address, heard)
        cells.refused["repeated"] += len(repeated)
        for name in _PLACE:
            heard[name][repeated] = BY_NAME[name].unknown
        known = {name: values for name, values in heard.items() if BY_NAME[name].known(values).any()}
        return Observations(address, contact, known, refused=+cells.refused, messages=messages)

    def _place(
        self,
        heard: dict[str, NDArray[Any]],
        vectors: Mapping[str, Values],
        time: NDArray[np.float64],
        cells: Cells,
    ) -> None:
        heard["lat"], heard["lon"] = cells.place(vectors["latitude"], vectors["longitude"])
        placed = ~np.isnan(heard["lat"])
        heard["time"] = np.where(placed, time, np.nan)
        sources = _coded(vectors.get("position_source"), len(time), len(_SOURCES), cells)
        source = np.append(_SOURCES, -1)[sources].astype(np.int8)  # -1, the unknown, finds the last
        heard["position_source"] = np.where(placed, source, np.int8(-1))


def _values(vectors: Mapping[str, Values], cells: Cells) -> dict[str, NDArray[Any]]:
    """Read what does not belong to the place."""
    heard: dict[str, NDArray[Any]] = {}
    for name, (key, factor) in _NUMBERS.items():
        if key in vectors:
            with np.errstate(over="ignore"):  # what is beyond any number is out of range too
                heard[name] = cells.column(name, cells.spelled(vectors[key]) * factor)
    for name, key, meaning in (
        ("callsign", "callsign", partial(plain, _CALLSIGN)),
        ("squawk", "squawk", _code),
    ):
        column = cells.codes(name, vectors.get(key, []), meaning)
        if column is not None:
            heard[name] = column
    if "on_ground" in vectors:
        heard["on_ground"] = _flags(vectors["on_ground"], cells)
    if "category" in vectors:
        codes = _coded(vectors["category"], len(vectors["category"]), len(_CATEGORIES), cells)
        heard["category"] = np.array([*_CATEGORIES, ""], "S2")[codes]
    return heard


def _code(text: str) -> int | None:
    """Read a squawk; a table writes an unknown one as nothing."""
    return squawk(text) if text else -1


def _flags(values: Values, cells: Cells) -> NDArray[np.int8]:
    """Read truth (N,), however it is written; -1 where unknown."""
    words = [v.lower() if type(v) is str else v for v in values]
    flags = [_FLAGS.get(word) if type(word) in {str, bool, type(None)} else None for word in words]
    cells.bad(flags.count(None))
    return np.array([-1 if flag is None else flag for flag in flags], np.int8)


def _coded(values: Values | None, rows: int, codes: int, cells: Cells) -> NDArray[np.intp]:
    """Read codes from 0 below `codes` (N,); -1 where unknown."""
    numbers = cells.spelled(values or [None] * rows)
    possible = (numbers >= 0) & (numbers < codes) & (numbers == np.floor(numbers))
    cells.bad(int(np.count_nonzero(~possible & ~np.isnan(numbers))))
    return np.where(possible, numbers, -1).astype(np.intp)
