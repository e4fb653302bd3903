"""Dead reckoning, the formula that the server and every client share.

A flight goes on along its track at its speed over ground. In Web Mercator that is a straight line, so it is
one multiplication and one addition. `x` and `y` run from 0 to 1 over the world, eastwards from 180 degrees
west and southwards from 85.05 degrees north:

    x = lon / 360 + 1/2             y = 1/2 - asinh(tan(lat)) / 2 pi
    k = cosh(pi (1 - 2 y)) / 40,075,016.68557849 m                 worlds per metre at this latitude
    x(t) = x + k v sin(track) t     y(t) = y - k v cos(track) t    v in m/s, 1 kt = 0.514444 m/s

A flight whose speed or track is not known, or which is nearer to a pole than the map reaches, stays where it
is. EPSG:3857 says what Web Mercator is. dashboard/src/sky/motion.ts has the same lines, and both read the
cases of tests/golden/motion.json.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CIRCUMFERENCE_M = 40_075_016.68557849
KNOT = 0.514444  # m/s
EDGE = 85.0511287798066  # degrees: where the map is as high as it is wide
_NEAREST_POLE = 89.9999  # degrees, beyond which a place is taken for this

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Where N flights are on the map, and how far they go in a second: arrays (N,), NaN where unknown."""

    x: Numbers
    y: Numbers
    vx: Numbers
    vy: Numbers


def course(lat: Numbers, lon: Numbers, ground_speed_kt: Numbers, track_deg: Numbers) -> Course:
    """Lay the courses of N flights from what is known of them, in degrees and knots, NaN where unknown."""
    phi = np.radians(np.clip(lat, -_NEAREST_POLE, _NEAREST_POLE))
    x, y = lon / 360.0 + 0.5, 0.5 - np.arcsinh(np.tan(phi)) / (2 * np.pi)
    track = np.radians(track_deg)
    moves = np.isfinite(ground_speed_kt) & np.isfinite(track_deg) & (np.abs(lat) <= EDGE)
    way = np.where(moves, ground_speed_kt * KNOT / (CIRCUMFERENCE_M * np.cos(phi)), 0.0)
    track = np.where(moves, track, 0.0)
    return Course(x, y, way * np.sin(track), -way * np.cos(track))


def apart_m(x1: Numbers, y1: Numbers, x2: Numbers, y2: Numbers) -> Numbers:
    """Return the metres, straight through the ground, between places of the map; NaN where unknown.

    The haversine formula in these coordinates, where cos(lat) is 1 / cosh(pi (1 - 2 y)). The scale at one of
    two places 5 km apart would be a hundredth off at 87 degrees, and a tenth at 89.7.
    """
    square = np.sin(np.pi * (x2 - x1)) ** 2 + np.sinh(np.pi * (y2 - y1)) ** 2
    square /= np.cosh(np.pi * (1 - 2 * y1)) * np.cosh(np.pi * (1 - 2 * y2))
    metres: Numbers = CIRCUMFERENCE_M / np.pi * np.sqrt(square)
    return metres


def extrapolated(
    lat: Numbers, lon: Numbers, ground_speed_kt: Numbers, track_deg: Numbers, seconds: Numbers
) -> tuple[Numbers, Numbers]:
    """Return the latitudes and longitudes (N,), in degrees, `seconds` (N,) after `lat` and `lon`."""
    c = course(lat, lon, ground_speed_kt, track_deg)
    stays = (c.vx == 0) & (c.vy == 0)
    x, y = c.x + c.vx * seconds, c.y + c.vy * seconds
    to_lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))
    to_lon = (x - np.floor(x) - 0.5) * 360.0
    return np.where(stays, lat, to_lat), np.where(stays, lon, to_lon)
