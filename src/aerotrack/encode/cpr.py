"""CPR, compact position reporting: a place as two numbers of 17 bits, of which two frames tell the whole.

    even, odd:   60 or 59 zones of latitude, NL or NL - 1 zones of longitude     y, x   how far into the zone

In the air the 17 bits are all of the fraction of a zone; on the ground it has 19, of which the first two are
left out, so that the place is four times as exact and known to a quarter of a zone only.

Formula: ICAO Annex 10, Volume IV, and RTCA DO-260B, 2.2.3.2.3.7 and A.1.7.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_BITS, _SURFACE_BITS = 17, 19
_ZONES, _MOST = 60, 59


def _edges() -> Floats:
    """Return the latitudes beyond each of which there is one zone of longitude less."""
    zones = np.arange(_MOST, 2, -1)
    cosine = np.sqrt((1 - np.cos(np.pi / 30)) / (1 - np.cos(2 * np.pi / zones)))
    return np.append(np.degrees(np.arccos(cosine)), 87.0)


_EDGES = _edges()


def compact(lat: Floats, lon: Floats, surface: NDArray[np.bool_], *, odd: bool) -> tuple[Ints, Ints]:
    """Return y and x (N,) of places in degrees, in the air or on the surface, for even or odd frames."""
    steps = np.where(surface, 1 << _SURFACE_BITS, 1 << _BITS)
    height = 360.0 / (_ZONES - odd)
    y = np.floor(steps * (lat % height) / height + 0.5)
    said = height * (y / steps + np.floor(lat / height))  # where the frame will be read to be
    zones = _MOST - np.searchsorted(_EDGES, np.abs(said), "right")
    width = 360.0 / np.maximum(zones - odd, 1)
    x = np.floor(steps * (lon % width) / width + 0.5)
    last = (1 << _BITS) - 1
    return y.astype(np.int64) & last, x.astype(np.int64) & last
