"""Precision: how far a flight may be from where a client draws it before the client must be told.

Clients extrapolate by dead reckoning (motion.py), and so does the server: it tells a class of clients of a
flight only when what they draw strays from the latest accepted position, both extrapolated to now, by more
than the bound of their class. On the map of Web Mercator a flight's way is a straight line of time, so it is
kept as one, and the test is a subtraction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import Columns
from aerotrack.core.motion import CIRCUMFERENCE_M, Course, apart_m, course

Rows = NDArray[np.intp]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bound:
    """How wrong clients of a class may draw: metres along the ground, feet, degrees of track, knots."""

    metres: float
    feet: float
    degrees: float
    knots: float


BOUNDS = (Bound(0, 0, 0, 0), Bound(76, 100, 3, 5), Bound(611, 250, 6, 10), Bound(4892, 1000, 12, 20))
"""The classes: every change, then half a pixel of the map at zoom 9, 6 and 3 (512-pixel tiles, equator)."""

_ELLIPSOID = 0.99  # the sphere of the map is up to 0.6 % smaller or larger than the Earth
_ASTRAY_DEG = 5.0  # of latitude: farther from where it was heard no flight gets, at 480 kt in 37 minutes
_KNOWABLE = ("lat", "altitude_ft", "geo_altitude_ft", "ground_speed_kt", "track_deg", "vertical_rate_fpm")
_LINES = ("x", "y", "altitude", "geo_altitude")


class Lines:
    """The ways of N flights as lines of time: a value at time 0 (1970), and its change in a second.

    `x` and `y` are places of the map (motion.py), the altitudes are in feet; NaN where unknown. `scale` is
    how many metres the map is wide where the flight may be by now, rather too many than too few.
    """

    def __init__(self) -> None:
        self._columns: dict[str, NDArray[Any]] = {name: np.empty(0) for name in _names()}
        self._columns["known"] = np.empty(0, np.int8)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name]

    def grow(self, rows: int) -> None:
        """Make room for `rows` rows, of which nothing is known."""
        for name, values in self._columns.items():
            blank = np.full(rows - len(values), 0 if name == "known" else np.nan, values.dtype)
            self._columns[name] = np.concatenate([values, blank])

    def lay(self, rows: Rows, columns: Columns) -> Course:
        """Lay the lines of N rows from their motion: columns (N,) of the schema. Returns their courses."""
        motion = {name: columns[name].astype(np.float64) for name in (*_KNOWABLE, "lon", "time")}
        time, c = motion["time"], self._columns
        way = course(motion["lat"], motion["lon"], motion["ground_speed_kt"], motion["track_deg"])
        timed = np.where(np.isnan(time), 0.0, time)
        climb = np.nan_to_num(motion["vertical_rate_fpm"]) / 60.0 * ~np.isnan(time)
        for name, value, speed in (
            ("x", way.x, way.vx),
            ("y", way.y, way.vy),
            ("altitude", motion["altitude_ft"], climb),
            ("geo_altitude", motion["geo_altitude_ft"], climb),
        ):
            c[name][rows], c[f"{name}_speed"][rows] = value - speed * timed, speed
        c["ground_speed"][rows], c["track"][rows] = motion["ground_speed_kt"], motion["track_deg"]
        equatorwards = np.maximum(np.abs(motion["lat"]) - _ASTRAY_DEG, 0.0)
        c["scale"][rows] = CIRCUMFERENCE_M * np.cos(np.radians(equatorwards))
        c["known"][rows] = sum(
            np.isfinite(motion[name]).astype(np.int8) << bit for bit, name in enumerate(_KNOWABLE)
        )
        return way

    def at(self, time: float) -> tuple[Numbers, Numbers]:
        """Return where all rows are on the map at `time`: x and y."""
        c = self._columns
        return c["x"] + c["x_speed"] * time, c["y"] + c["y_speed"] * time


def strays(truth: Lines, drawn: Lines, time: float, bound: Bound) -> NDArray[np.bool_]:
    """Say for each row whether what is drawn has left the bound of the truth at `time`, in Unix seconds."""

    def apart(name: str) -> NDArray[Any]:
        speed = f"{name}_speed"
        return np.asarray(truth[name] - drawn[name] + (truth[speed] - drawn[speed]) * time)

    across, down = apart("x"), apart("y")
    across -= np.rint(across)  # the short way round
    metres = bound.metres * _ELLIPSOID
    far = np.flatnonzero(np.hypot(across, down) * truth["scale"] > metres)  # none that strays is missing
    stray = np.zeros(len(across), bool)
    y = truth["y"][far] + truth["y_speed"][far] * time
    stray[far] = apart_m(across[far], y, np.zeros(len(far)), y - down[far]) > metres
    for name in ("altitude", "geo_altitude"):
        stray |= np.abs(apart(name)) > bound.feet
    turned = truth["track"] - drawn["track"]
    stray |= np.abs(turned - 360.0 * np.rint(turned / 360.0)) > bound.degrees
    stray |= np.abs(truth["ground_speed"] - drawn["ground_speed"]) > bound.knots
    stray |= truth["known"] != drawn["known"]
    return stray


def _names() -> Iterator[str]:
    for name in _LINES:
        yield name
        yield f"{name}_speed"
    yield from ("ground_speed", "track", "scale")
