"""Areas of the map that one asks about: boxes, and polygons with straight sides. Pure.

Planar: a side is the straight line between its two corners on a map of degrees (EPSG:4326), as in GeoJSON
(RFC 7946, 3.1.1), the short way round. It isn't a great circle, and no polygon holds a pole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from aerotrack.errors import SettingsError

FEWEST_CORNERS, MOST_CORNERS = 3, 100
_TURN = 360.0


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """A box in degrees, -180 <= west, east <= 180; it crosses 180 degrees where west > east.

    `corners` (2, C) are the longitudes, without a jump, and latitudes of a polygon in that box; None: all of
    the box.
    """

    west: float
    south: float
    east: float
    north: float
    corners: NDArray[np.float64] | None = None

    @classmethod
    def box(cls, west: float, south: float, east: float, north: float) -> Self:
        """Make a box; `west` and `east` may be up to a turn away from where they are usual."""
        width = east - west if east >= west else (east - west) % _TURN
        if width >= _TURN:
            return cls(-180.0, south, 180.0, north)
        return cls(_usual(west), south, _usual(east), north)

    @classmethod
    def polygon(cls, places: Sequence[tuple[float, float]]) -> Self:
        """Make a polygon of its corners (longitude, latitude). Raises SettingsError for what is none."""
        if len(places) > 1 and places[0] == places[-1]:
            places = places[:-1]  # as GeoJSON closes a ring
        if not FEWEST_CORNERS <= len(places) <= MOST_CORNERS:
            raise SettingsError(
                f"The polygon has {len(places)} corners: give {FEWEST_CORNERS} to {MOST_CORNERS} of them."
            )
        lon, lat = np.array(places, np.float64).T
        if not ((np.abs(lat) <= _TURN / 4).all() and (np.abs(lon) <= _TURN).all()):  # false for NaN as well
            raise SettingsError(
                "A corner of the polygon is not on the globe: give longitudes from -360 to 360, "
                "latitudes from -90 to 90."
            )
        lon = np.unwrap(lon, period=_TURN)
        around = abs(lon[0] - lon[-1]) > _TURN / 2  # the last side would close it the long way round
        if around or np.ptp(lon) >= _TURN:
            raise SettingsError("The polygon goes around the globe: ask for the parts of it one by one.")
        return cls(
            _usual(float(lon.min())),
            float(lat.min()),
            _usual(float(lon.max())),
            float(lat.max()),
            np.stack([lon, lat]),
        )

    @property
    def crosses(self) -> bool:
        """Whether 180 degrees east is in it."""
        return self.west > self.east

    def holds(self, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say for each place (N,), in degrees, whether it is inside; on a polygon's side it may be either.

        By the parity of the sides that a line to the east meets: M. Shimrat, Algorithm 112, CACM 5 (1962).
        """
        inside = (lat >= self.south) & (lat <= self.north)
        if self.crosses:
            inside &= (lon >= self.west) | (lon <= self.east)
        else:
            inside &= (lon >= self.west) & (lon <= self.east)
        if self.corners is None:
            return inside
        few = np.flatnonzero(inside)
        x, y = self.corners
        lat, lon = lat[few], lon[few]
        lon = x.min() + (lon - x.min()) % _TURN
        odd = np.zeros(len(few), bool)
        for x1, y1, x2, y2 in zip(x, y, np.roll(x, -1), np.roll(y, -1), strict=True):
            if y1 != y2:
                odd ^= ((y1 > lat) != (y2 > lat)) & (lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1)
        inside[few] = odd
        return inside


def _usual(lon: float) -> float:
    """Write a longitude from -180 to 180; those are left as they are."""
    return lon if abs(lon) <= _TURN / 2 else (lon + _TURN / 2) % _TURN - _TURN / 2
