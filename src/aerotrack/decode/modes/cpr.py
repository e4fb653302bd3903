"""CPR, compact position reporting: a place in two numbers of 17 bits, each a fraction of a zone.

    ME   ... |21|22| 23 ...... 39 | 40 ...... 56
             |T |F |  latitude y  | longitude x       F   0: even zones, 1: odd zones

The globe is cut into zones of latitude, 60 even or 59 odd ones (four times as many on the ground), and each
band of latitude into NL even or NL - 1 odd zones of longitude. A frame tells where in its zone it is, not in
which zone:

- local: of all the places a frame can mean, the one nearest to a reference, which must be closer than half a
  zone (180 NM in the air, 45 NM on the ground);
- global: an even and an odd frame of nearly one place tell the zone. If the two are not of one place, the
  zone is wrong, but then the two places in it mostly lie apart. `pair` returns both, so that they can be
  compared.

Scalars and columns take the same operations in the same order, so that they give the same bits.
"""

import math
from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Place = tuple[float, float]

STEPS = 131072.0  # of a zone: 17 bits
_ZONES = 60
_MOST = 59  # zones of longitude, at the equator
_POLE, _HALF_TURN, _TURN = 90.0, 180.0, 360.0
_SPAN = (360.0, 90.0)  # degrees that the zones of latitude cover: in the air, on the ground
_HEIGHT = tuple(span / (_ZONES - odd) for span in _SPAN for odd in (0, 1))
_HEIGHTS = np.array(_HEIGHT)


def _edge(zones: int) -> float:
    """Return the latitude from which there are fewer than `zones` zones of longitude."""
    return math.degrees(
        math.acos(math.sqrt((1 - math.cos(math.pi / 30)) / (1 - math.cos(2 * math.pi / zones))))
    )


_EDGE = [_edge(zones) for zones in range(_MOST, 2, -1)] + [87.0]
_EDGES = np.array(_EDGE)
# By kind (2 x surface + odd) and how many edges a latitude is beyond: degrees of a zone of longitude.
_WIDTH = [[span / max(_MOST - i - odd, 1) for i in range(_MOST)] for span in _SPAN for odd in (0, 1)]
_WIDTHS = np.array(_WIDTH).ravel()

_NM_A_DEGREE = 60.0
_SHRINK = [math.cos(math.radians(degree)) for degree in range(91)]
_SHRINKS = np.array(_SHRINK)


def zones_of_longitude(lat: float) -> int:
    """Return NL, how many even zones of longitude there are at `lat`."""
    return _MOST - bisect_right(_EDGE, abs(lat))


def local(kind: int, y: float, x: float, lat: float, lon: float) -> Place | None:
    """Return the place that a frame means, the nearest to the reference `lat`, `lon`; None beyond a pole.

    `kind` is 2 x surface + odd; `y` and `x` are fractions of a zone.
    """
    height = _HEIGHT[kind]
    lat = height * (math.floor(lat / height - y + 0.5) + y)
    if abs(lat) > _POLE:
        return None
    width = _WIDTH[kind][bisect_right(_EDGE, abs(lat))]
    return lat, _within_turn(width * (math.floor(lon / width - x + 0.5) + x))


def locals_of(
    kind: NDArray[np.intp], y: Floats, x: Floats, lat: Floats, lon: Floats
) -> tuple[Floats, Floats]:
    """Return the places (M,) that M frames mean, each the nearest to its reference; see `local`.

    A latitude beyond a pole comes out as it is: it is for the caller to refuse.
    """
    height = _HEIGHTS.take(kind)
    lat = height * (np.floor(lat / height - y + 0.5) + y)
    width = _WIDTHS.take(kind * _MOST + _EDGES.searchsorted(np.abs(lat), "right"))
    lon = width * (np.floor(lon / width - x + 0.5) + x)
    return lat, (lon + _HALF_TURN) % _TURN - _HALF_TURN


def pair(even: Place, odd: Place, near: Place | None) -> tuple[Place, Place] | None:
    """Return the places of an even and an odd frame, given as fractions (y, x); None where there are none.

    `near` is None for frames from the air. Frames from the ground leave two latitudes and four longitudes
    open: of these it is those nearest to `near`, degrees.
    """
    (ye, xe), (yo, xo) = even, odd
    span = _SPAN[near is not None]
    j = math.floor(59 * ye - 60 * yo + 0.5)
    lats = [span / (_ZONES - i) * (j % (_ZONES - i) + y) for i, y in ((0, ye), (1, yo))]
    if near is None:
        lats = [lat - _TURN if lat >= _TURN - _POLE else lat for lat in lats]
    elif near[0] < lats[0] - span / 2:
        lats = [lat - span for lat in lats]
    if max(map(abs, lats)) > _POLE or len(nl := {zones_of_longitude(lat) for lat in lats}) > 1:
        return None
    zones = nl.pop()
    m = math.floor(xe * (zones - 1) - xo * zones + 0.5)
    lons = [span / (n := max(zones - i, 1)) * (m % n + x) for i, x in ((0, xe), (1, xo))]
    quarters = 0.0 if near is None else span * math.floor((near[1] - lons[0]) / span + 0.5)
    first, second = (_within_turn(lon + quarters) for lon in lons)
    return (lats[0], first), (lats[1], second)


def apart(one: Place, other: Place) -> float:
    """Return how far apart two places are, NM: enough to compare with a limit."""
    return math.sqrt(_square(one, other)) * _NM_A_DEGREE


def _square(one: Place, other: Place) -> float:
    east = (other[1] - one[1] + _HALF_TURN) % _TURN - _HALF_TURN
    east *= _SHRINK[int(abs(other[0]))]
    north = other[0] - one[0]
    return north * north + east * east


def all_apart(lat: Floats, lon: Floats, other_lat: Floats, other_lon: Floats) -> Floats:
    """Return how far apart M pairs of places are, NM; see `apart`."""
    east = (other_lon - lon + _HALF_TURN) % _TURN - _HALF_TURN
    east *= _SHRINKS.take(np.abs(other_lat).astype(np.intp), mode="clip")
    north = other_lat - lat
    distance: Floats = np.sqrt(north * north + east * east) * _NM_A_DEGREE
    return distance


def _within_turn(lon: float) -> float:
    return (lon + _HALF_TURN) % _TURN - _HALF_TURN
