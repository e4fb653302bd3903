"""Tiles of the Web-Mercator map, and views: boxes rounded outwards to tiles.

At level L the world is 2^L by 2^L tiles, x eastwards from 180 degrees west, y southwards from 85.05 degrees
north; what lies nearer to a pole belongs to the tiles of the edge. A tile of a coarser level is a shift of
the finer one.
"""

from dataclasses import dataclass
from math import asinh, floor, pi, radians, tan
from typing import Any

import numpy as np
from numpy.typing import NDArray

FINE = 9
"""The level at which flights are sorted into tiles: 78 km at the equator."""

MOST_TILES = 64  # a view has no more
NOWHERE = -1  # the tile of a flight without a position
_EDGE = 85.05112877980659  # atan(sinh(pi)): where the map is as high as it is wide
_ROUNDING = 1e-9  # degrees; what the arithmetic may be wrong by, given to the view


def tiles_of(lat: NDArray[Any], lon: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the fine tiles x and y (N,) of places (N,) in degrees; NOWHERE, NOWHERE for NaN."""
    somewhere = (lat == lat) & (lon == lon)  # noqa: PLR0124  not NaN
    across = np.where(somewhere, lon, 0.0)
    up = np.radians(np.clip(np.where(somewhere, lat, 0.0), -_EDGE, _EDGE))
    count = 1 << FINE
    x = np.floor((across + 180.0) / 360.0 * count).astype(np.int32) % count
    y = np.clip(np.floor((1.0 - np.arcsinh(np.tan(up)) / pi) / 2.0 * count), 0, count - 1).astype(np.int32)
    return np.where(somewhere, x, NOWHERE).astype(np.int32), np.where(somewhere, y, NOWHERE).astype(np.int32)


@dataclass(frozen=True, slots=True)
class View:
    """A rectangle of tiles of one level: `width` of them eastwards from `x`, `height` southwards from `y`."""

    level: int
    x: int
    width: int
    y: int
    height: int

    @classmethod
    def of(cls, west: float, south: float, east: float, north: float) -> "View":
        """Round a box in degrees outwards to the finest tiles of which at most 64 cover it.

        Going east from `west` to `east` may cross 180 degrees. A box as wide as the world has every column.
        """
        width = east - west if east >= west else (east - west) % 360.0
        begin = (west - _ROUNDING + 180.0) / 360.0
        end = begin + (width + 2 * _ROUNDING) / 360.0
        top, bottom = _down(north + _ROUNDING), _down(south - _ROUNDING)
        finer_first = (cls._at(level, begin, end, top, bottom) for level in range(FINE, -1, -1))
        return next(view for view in finer_first if view.width * view.height <= MOST_TILES)

    @classmethod
    def _at(cls, level: int, begin: float, end: float, top: float, bottom: float) -> "View":
        """Round a box in worlds, from its north-west, outwards to the tiles of one level."""
        count = 1 << level
        first, last = floor(begin * count), floor(end * count)
        columns = min(last - first + 1, count)
        y = min(max(floor(top * count), 0), count - 1)
        rows = min(max(floor(bottom * count), 0), count - 1) - y + 1
        return cls(level, 0 if columns == count else first % count, columns, y, rows)

    @property
    def is_world(self) -> bool:
        """Whether every tile is in it; then flights without a position are, too."""
        return self.width == self.height == 1 << self.level

    @property
    def name(self) -> str:
        """Name the view so that equal views have equal names."""
        return "world" if self.is_world else f"{self.level}.{self.x}+{self.width}.{self.y}+{self.height}"

    def covers(self, tile_x: NDArray[np.int32], tile_y: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Say for each fine tile (N,) whether it is in the view."""
        if self.is_world:
            return np.ones(len(tile_x), bool)
        shift = FINE - self.level
        across = ((tile_x >> shift) - self.x) & ((1 << self.level) - 1)
        down = (tile_y >> shift) - self.y  # negative for NOWHERE, as y is not
        return (across < self.width) & (down >= 0) & (down < self.height)


def _down(lat: float) -> float:
    """Return how far down the map a latitude is: 0 at its northern edge, 1 at its southern."""
    return (1.0 - asinh(tan(radians(min(max(lat, -_EDGE), _EDGE)))) / pi) / 2.0


WORLD = View(0, 0, 1, 0, 1)
